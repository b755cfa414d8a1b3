package org.peerroom.internal.crypto;

import org.jspecify.annotations.Nullable;

/**
 * A private key to which others encapsulate pairwise keys. Any thread may use it; none may after
 * {@link #destroy()}.
 */
public interface KemKey {

  /** The suite of this key. */
  KemSuite suite();

  /** A copy of the public key, as many bytes as the suite says. */
  byte[] publicKey();

  /**
   * The pairwise key that an encapsulation carries to this key.
   *
   * <p>Does not guarantee that an altered encapsulation, another {@code info} or another pre-shared
   * key is noticed here: the two sides then hold different keys, and the first {@link
   * PairwiseKey#open} fails.
   *
   * @param info what the other side bound the key to
   * @param psk the pre-shared key if the other side used one, else null
   * @throws CryptoException if the encapsulation has the wrong size, or carries a point of small
   *     order
   * @throws IllegalStateException if this key was destroyed
   */
  PairwiseKey decapsulate(byte[] encapsulation, byte[] info, @Nullable PreSharedKey psk)
      throws CryptoException;

  /** Forgets the private key. Calling it again does nothing. */
  void destroy();
}
