package org.peerroom.internal.crypto;

import java.util.Arrays;

/**
 * One step of an author's sender key: a hash ratchet that gives the key of one segment and the next
 * step (HKDF-Expand with SHA-256, RFC 5869, section 2.3, a label for each).
 *
 * <p>Guarantees that from a step nothing earlier can be computed, and that segment keys of
 * different steps or contexts are independent of each other. Does not guarantee anything for later
 * steps: who holds a step holds all that follow, until the author takes a new random one.
 *
 * <p>Any thread may use it; none may after {@link #destroy()}.
 */
public final class ChainKey {

  /** The size of the key in bytes. */
  public static final int SIZE = KeyMaterial.SIZE;

  private static final String SEGMENT_LABEL = "peerroom/1 segment";
  private static final String RATCHET_LABEL = "peerroom/1 ratchet";
  private static final byte[] NO_CONTEXT = {};

  private final KeyMaterial key;

  private ChainKey(KeyMaterial key) {
    this.key = key;
  }

  /**
   * Takes a copy of 32 random bytes, or of a step that was granted; the caller may wipe its own.
   *
   * @throws IllegalArgumentException if it is not 32 bytes long
   */
  public static ChainKey of(byte[] key32) {
    return new ChainKey(KeyMaterial.copyOf("chain key", key32));
  }

  /**
   * The key of one segment at this step.
   *
   * @param context what the segment is: its room, author and place in the feed. One step seals one
   *     segment for each context
   * @throws IllegalStateException if this step was destroyed
   */
  public SegmentKey segmentKey(byte[] context) {
    byte[] derived =
        Hkdf.expand(key, SEGMENT_LABEL, context, KeyMaterial.SIZE + SegmentKey.COMMITMENT_SIZE);
    try {
      return new SegmentKey(
          KeyMaterial.copyOfRange("segment key", derived, 0),
          Arrays.copyOfRange(derived, KeyMaterial.SIZE, derived.length));
    } finally {
      Arrays.fill(derived, (byte) 0);
    }
  }

  /**
   * The next step. This one stays usable until it is destroyed, which is what makes the ratchet
   * forget.
   *
   * @throws IllegalStateException if this step was destroyed
   */
  public ChainKey next() {
    byte[] derived = Hkdf.expand(key, RATCHET_LABEL, NO_CONTEXT, KeyMaterial.SIZE);
    try {
      return of(derived);
    } finally {
      Arrays.fill(derived, (byte) 0);
    }
  }

  /**
   * A copy of the key, to be sealed in a grant and wiped. Who reads it can read every segment from
   * this step on.
   *
   * @throws IllegalStateException if this step was destroyed
   */
  public byte[] exposeForGrant() {
    return key.expose();
  }

  /** Wipes the key. Calling it again does nothing. */
  public void destroy() {
    key.destroy();
  }

  @Override
  public String toString() {
    return "ChainKey[redacted]";
  }
}
