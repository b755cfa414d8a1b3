package org.peerroom.internal.sealing;

import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.crypto.Digests;
import org.peerroom.internal.crypto.PublicKeyCrypto;
import org.peerroom.internal.crypto.SegmentKey;
import org.peerroom.internal.crypto.SigningKey;
import org.peerroom.internal.wire.Segment;
import org.peerroom.internal.wire.SegmentHeader;
import org.peerroom.internal.wire.Topic;
import org.peerroom.internal.wire.WireWriter;

/**
 * Seals and opens segments: each with a key of its own that follows from one step of the author's
 * sender key, with a commitment to it in the header, signed by the author as a whole. What it costs
 * does not depend on how many read it.
 *
 * <p>Guarantees that what opens was sealed by a holder of the sender key for this very place, and
 * that no segment opens differently for two readers. Only {@link #isSigned} says who wrote it:
 * every member holds the sender key.
 */
public final class SegmentSealing {

  /** No keys are wrapped in the segment. */
  public static final byte[] NO_WRAPS = {};

  private static final int TAG_SIZE = SegmentKey.OVERHEAD;

  private SegmentSealing() {}

  /**
   * Seals and signs a segment. The step of the sender key must be used for nothing else afterwards.
   *
   * @param step the sender key at the step that the place names; is not destroyed
   * @param wraps the sender key for each recipient, or {@link #NO_WRAPS}
   */
  public static SealedSegment seal(
      SegmentPlace place, ChainKey step, byte[] wraps, WireWriter plaintext, SigningKey signing) {
    SegmentKey key =
        step.segmentKey(context(place.topic(), place.author(), place.epoch(), place.step()));
    SegmentHeader header =
        new SegmentHeader(
            place.topic(),
            place.author(),
            place.sequence(),
            place.previous(),
            place.createdMillis(),
            place.expiresMillis(),
            place.epoch(),
            place.step(),
            key.commitment());
    byte[] headerBytes = Segment.encodeHeader(header, wraps.length, plaintext.size() + TAG_SIZE);
    byte[] ciphertext = key.seal(headerBytes, plaintext.array(), 0, plaintext.size());
    byte[] hash = Digests.sha256(Labels.SEGMENT, headerBytes, wraps, ciphertext);
    byte[] signature = signing.sign(hash);
    Segment segment = Segment.assemble(header, headerBytes, wraps, ciphertext, signature);
    return new SealedSegment(segment, hash, key);
  }

  /** What an author signs of a segment, and the next one names. */
  public static byte[] hash(Segment segment) {
    return Digests.sha256OfParts(
        Labels.SEGMENT,
        segment.encoded(),
        Segment.HEADER_SIZE,
        segment.ciphertextBegin(),
        segment.ciphertextEnd());
  }

  /** Whether the author that a segment names has signed it; {@code hash} is that of the segment. */
  public static boolean isSigned(PublicKeyCrypto crypto, Segment segment, byte[] hash) {
    return crypto.verify(segment.author().bytes(), hash, segment.signature());
  }

  /**
   * The key of a segment, from the step of the sender key that it names.
   *
   * @return null if the segment was sealed with another sender key
   */
  public static @Nullable SegmentKey keyOf(SegmentHeader header, ChainKey step) {
    SegmentKey key =
        step.segmentKey(context(header.topic(), header.author(), header.epoch(), header.step()));
    if (Digests.constantTimeEquals(key.commitment(), header.commitment())) {
      return key;
    }
    key.destroy();
    return null;
  }

  /**
   * The plaintext of a segment.
   *
   * @param key as {@link #keyOf} gives it
   * @throws CryptoException if it was altered
   */
  public static byte[] open(Segment segment, SegmentKey key) throws CryptoException {
    int from = segment.ciphertextBegin();
    return key.open(segment.headerBytes(), segment.encoded(), from, segment.ciphertextEnd() - from);
  }

  /** What a segment key is derived for, besides its chain key. */
  private static byte[] context(Topic topic, PeerId author, int epoch, int step) {
    return new WireWriter(72).topic(topic).peer(author).i32(epoch).i32(step).finish();
  }
}
