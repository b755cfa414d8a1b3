package org.peerroom.internal.crypto;

import java.util.Objects;

/**
 * The key of one segment (AES-256-GCM, NIST SP 800-38D, all-zero nonce) with a commitment to it for
 * the segment's header.
 *
 * <p>Guarantees that this object seals once, and that what was altered or cut off does not open.
 * GCM alone lets a sender make one ciphertext that opens under two keys; the commitment is what
 * rules this out: a receiver compares it with the one in the header, in constant time,
 * <em>before</em> opening. Finding two keys with one commitment means finding a collision of
 * SHA-256.
 *
 * <p>Used by one thread at a time; it may be another thread each time.
 */
public final class SegmentKey {

  /** The size of a commitment in bytes. */
  public static final int COMMITMENT_SIZE = 32;

  /** How many bytes a ciphertext is longer than its plaintext. */
  public static final int OVERHEAD = AesGcm.TAG_SIZE;

  /** Never reused: a key seals once. */
  private static final byte[] NONCE = new byte[AesGcm.NONCE_SIZE];

  private final KeyMaterial key;
  private final byte[] commitment;
  private boolean sealed;

  SegmentKey(KeyMaterial key, byte[] commitment) {
    this.key = key;
    this.commitment = commitment;
  }

  /** A copy of the commitment, 32 bytes; public, it says nothing about the key. */
  public byte[] commitment() {
    return commitment.clone();
  }

  /**
   * Seals the segment of this key.
   *
   * @param aad bytes that are not sealed but must be the same when opened, such as the header
   * @return the ciphertext, {@link #OVERHEAD} bytes longer than the plaintext
   * @throws IllegalStateException if this key has sealed before, or was destroyed
   * @throws IndexOutOfBoundsException if the plaintext has no such part
   */
  public byte[] seal(byte[] aad, byte[] plaintext, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, plaintext.length);
    key.requireUsable();
    if (sealed) {
      throw new IllegalStateException(
          "this segment key has sealed its one segment; the next one needs the next key");
    }
    sealed = true;
    return AesGcm.seal(key, NONCE, aad, plaintext, offset, length);
  }

  /**
   * Opens the segment of this key. Compare the commitment first.
   *
   * @throws CryptoException if it was altered, or sealed under another key or additional data
   * @throws IllegalStateException if this key was destroyed
   */
  public byte[] open(byte[] aad, byte[] ciphertext) throws CryptoException {
    return open(aad, ciphertext, 0, ciphertext.length);
  }

  /**
   * As {@link #open(byte[], byte[])}, of a part of an array.
   *
   * @throws IndexOutOfBoundsException if the array has no such part
   */
  public byte[] open(byte[] aad, byte[] bytes, int offset, int length) throws CryptoException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    return AesGcm.open(key, NONCE, aad, bytes, offset, length, "a segment");
  }

  /** Wipes the key; the commitment stays. Calling it again does nothing. */
  public void destroy() {
    key.destroy();
  }

  @Override
  public String toString() {
    return "SegmentKey[redacted]";
  }
}
