package org.peerroom.internal.crypto;

import org.jspecify.annotations.Nullable;

/**
 * Signatures and key agreement, behind one interface so that thousands of simulated peers can run
 * on a cheap deterministic substitute. {@link ProviderCrypto} is the real one.
 *
 * <p>Any thread may call, at the same time as others. Nothing blocks on I/O, but an operation takes
 * 10 to 500 microseconds and {@link #encapsulate} draws from the system's random source: not for an
 * event loop.
 */
public interface PublicKeyCrypto {

  /** The size of the seeds that {@link #signingKey} and {@link #kemKey} take, in bytes. */
  int SEED_SIZE = 32;

  /** The size of an Ed25519 public key in bytes. */
  int SIGNATURE_PUBLIC_KEY_SIZE = 32;

  /** The size of an Ed25519 signature in bytes. */
  int SIGNATURE_SIZE = 64;

  /**
   * The Ed25519 key of this seed (RFC 8032, section 5.1.5); the same seed gives the same key.
   *
   * @param seed 32 secret random bytes; a copy is taken, the caller may wipe its own
   * @throws IllegalArgumentException if the seed is not 32 bytes long
   */
  SigningKey signingKey(byte[] seed);

  /**
   * Whether the signature is one of this key over this message; strict, and decided alike by every
   * provider.
   *
   * <p>Guarantees that any change to key, message or signature is refused, and so are keys and
   * signatures of another size, a scalar that is not reduced, points that are not canonically
   * encoded or not on the curve, and points of small order. Does not guarantee that a message has
   * only one valid signature: the holder of the key can make others, so nothing may be identified
   * by the bytes of a signature.
   *
   * @return false for anything that is malformed; never throws
   */
  boolean verify(byte[] publicKey, byte[] message, byte[] signature);

  /**
   * The key of this seed to which others can seal. The seed is the private key in the suite's own
   * encoding, 32 bytes for either suite; the same seed gives the same key.
   *
   * @param seed 32 secret random bytes; a copy is taken, the caller may wipe its own
   * @throws IllegalArgumentException if the seed is not 32 bytes long
   */
  KemKey kemKey(KemSuite suite, byte[] seed);

  /**
   * Agrees on a fresh pairwise key with the holder of a public key (HPKE, RFC 9180: base mode, or
   * PSK mode when a pre-shared key is given, then the exporter of section 5.3).
   *
   * <p>Guarantees that only the holder of the private key, who must know the same {@code info} and
   * pre-shared key, comes to the same pairwise key. Does not say who made the encapsulation: sign a
   * transcript that contains it for that.
   *
   * @param info what both sides bind the key to, such as the digest of a transcript
   * @throws CryptoException if the public key is not a key of this suite: its size is wrong, it is
   *     not reduced, or it is a point of small order
   */
  Encapsulation encapsulate(
      KemSuite suite, byte[] publicKey, byte[] info, @Nullable PreSharedKey psk)
      throws CryptoException;

  /** Which providers do the work, for one line in the log at start. */
  String description();
}
