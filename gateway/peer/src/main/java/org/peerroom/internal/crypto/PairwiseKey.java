package org.peerroom.internal.crypto;

import java.nio.ByteBuffer;

/**
 * The key that one peer shares with another in one direction, with which small notes such as grants
 * are sealed (AES-256-GCM, NIST SP 800-38D) under an explicit counter.
 *
 * <p>Guarantees that what was altered, cut off, or sealed under another key, counter or additional
 * data does not open, and that this object never seals twice under one counter. Does not guarantee
 * anything against a second object with the same key that seals too, nor against replay: {@link
 * #open} takes a counter as often as it is given; nor that a ciphertext opens under one key only,
 * for GCM does not commit to its key.
 *
 * <p>Used by one thread at a time; it may be another thread each time.
 */
public final class PairwiseKey {

  /** The size of the key in bytes. */
  public static final int SIZE = KeyMaterial.SIZE;

  /** How many bytes a ciphertext is longer than its plaintext. */
  public static final int OVERHEAD = AesGcm.TAG_SIZE;

  private final KeyMaterial key;
  private long lastSealed = -1;

  private PairwiseKey(KeyMaterial key) {
    this.key = key;
  }

  /**
   * Takes a copy of the key; the caller may wipe its own.
   *
   * @throws IllegalArgumentException if it is not 32 bytes long
   */
  public static PairwiseKey of(byte[] key32) {
    return new PairwiseKey(KeyMaterial.copyOf("pairwise key", key32));
  }

  /**
   * Seals under a counter that this key has not sealed under before. The caller guarantees that no
   * other copy of the key ever seals under it either.
   *
   * @param counter greater than every one before; 0 or more
   * @param aad bytes that are not sent but must be the same when opened
   * @return the ciphertext, {@link #OVERHEAD} bytes longer than the plaintext
   * @throws IllegalStateException if the counter is not greater than the last one, or the key was
   *     destroyed
   */
  public byte[] seal(long counter, byte[] aad, byte[] plaintext) {
    byte[] nonce = nonce(counter);
    if (counter <= lastSealed) {
      throw new IllegalStateException(
          "this pairwise key has already sealed under counter "
              + lastSealed
              + "; "
              + counter
              + " would use a nonce twice");
    }
    key.requireUsable();
    lastSealed = counter;
    return AesGcm.seal(key, nonce, aad, plaintext, 0, plaintext.length);
  }

  /**
   * Opens what the other side sealed under this counter.
   *
   * @throws CryptoException if it was altered, or sealed under another key, counter or additional
   *     data
   * @throws IllegalStateException if the key was destroyed
   */
  public byte[] open(long counter, byte[] aad, byte[] ciphertext) throws CryptoException {
    return AesGcm.open(key, nonce(counter), aad, ciphertext, "a note under a pairwise key");
  }

  /** Wipes the key. Calling it again does nothing. */
  public void destroy() {
    key.destroy();
  }

  private static byte[] nonce(long counter) {
    if (counter < 0) {
      throw new IllegalArgumentException("a counter is 0 or more, not " + counter);
    }
    return ByteBuffer.allocate(AesGcm.NONCE_SIZE).putInt(0).putLong(counter).array();
  }

  @Override
  public String toString() {
    return "PairwiseKey[redacted]";
  }
}
