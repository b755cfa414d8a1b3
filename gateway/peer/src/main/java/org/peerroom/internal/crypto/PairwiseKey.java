package org.peerroom.internal.crypto;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The key that one peer shares with another in one direction, with which grants are sealed
 * (ChaCha20-Poly1305, RFC 8439), each under a number of its own. It steps forward from time to
 * time, so that what was sealed before can't be opened with what is kept.
 *
 * <p>Guarantees that what was altered, cut off, or sealed under another key, number or additional
 * data does not open, that this object never seals twice under one number, and that from a step
 * nothing earlier can be computed. Does not guarantee anything against a second object with the
 * same key that seals too, nor against replay: {@link #open} takes a number as often as it is
 * given; nor that a ciphertext opens under one key only, for ChaCha20-Poly1305 does not commit to
 * its key.
 *
 * <p>Used by one thread at a time; it may be another thread each time.
 */
public final class PairwiseKey {

  /** The size of the key in bytes. */
  public static final int SIZE = KeyMaterial.SIZE;

  /** How many bytes a ciphertext is longer than its plaintext. */
  public static final int OVERHEAD = ChaChaPoly.TAG_SIZE;

  private static final String NEXT_LABEL = "peerroom/1 pairwise next";
  private static final byte[] NO_CONTEXT = {};

  /** The two kinds of what is sealed have numbers of their own. */
  private static final int NOTE = 0;

  private static final int REKEY = 1;

  private final KeyMaterial key;
  private long lastNote = -1;
  private long lastRekey = -1;

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
    byte[] nonce = nonce(NOTE, counter);
    requireUnused(counter, lastNote);
    key.requireUsable();
    lastNote = counter;
    byte[] sealed = new byte[plaintext.length + OVERHEAD];
    ChaChaPoly.seal(key, nonce, aad, plaintext, sealed, 0);
    return sealed;
  }

  /**
   * Seals the sender key of an epoch into an array, under the number of that epoch.
   *
   * @param epoch greater than every one before; these numbers are others than those of {@link
   *     #seal}
   * @throws IllegalStateException as {@link #seal}
   */
  public void sealRekey(int epoch, byte[] aad, byte[] senderKey, byte[] out, int at) {
    byte[] nonce = nonce(REKEY, epoch);
    requireUnused(epoch, lastRekey);
    key.requireUsable();
    lastRekey = epoch;
    ChaChaPoly.seal(key, nonce, aad, senderKey, out, at);
  }

  private static void requireUnused(long number, long last) {
    if (number <= last) {
      throw new IllegalStateException(
          "this pairwise key has already sealed under counter "
              + last
              + "; "
              + number
              + " would use a nonce twice");
    }
  }

  /**
   * Opens what the other side sealed under this counter.
   *
   * @throws CryptoException if it was altered, or sealed under another key, counter or additional
   *     data
   * @throws IllegalStateException if the key was destroyed
   */
  public byte[] open(long counter, byte[] aad, byte[] ciphertext) throws CryptoException {
    byte[] nonce = nonce(NOTE, counter);
    return ChaChaPoly.open(
        key, nonce, aad, ciphertext, 0, ciphertext.length, "a note under a pairwise key");
  }

  /**
   * Opens the sender key of an epoch from a part of an array.
   *
   * @throws CryptoException as {@link #open}
   * @throws IllegalStateException as {@link #open}
   */
  public byte[] openRekey(int epoch, byte[] aad, byte[] bytes, int offset, int length)
      throws CryptoException {
    return ChaChaPoly.open(key, nonce(REKEY, epoch), aad, bytes, offset, length, "a sender key");
  }

  /**
   * The next step (HKDF-Expand with SHA-256, RFC 5869, section 2.3). This one stays usable until it
   * is destroyed, which is what makes it forget.
   *
   * @throws IllegalStateException if this step was destroyed
   */
  public PairwiseKey next() {
    byte[] derived = Hkdf.expand(key, NEXT_LABEL, NO_CONTEXT, SIZE);
    try {
      return of(derived);
    } finally {
      Arrays.fill(derived, (byte) 0);
    }
  }

  /** Wipes the key. Calling it again does nothing. */
  public void destroy() {
    key.destroy();
  }

  private static byte[] nonce(int kind, long number) {
    if (number < 0) {
      throw new IllegalArgumentException("a counter is 0 or more, not " + number);
    }
    return ByteBuffer.allocate(ChaChaPoly.NONCE_SIZE).putInt(kind).putLong(number).array();
  }

  @Override
  public String toString() {
    return "PairwiseKey[redacted]";
  }
}
