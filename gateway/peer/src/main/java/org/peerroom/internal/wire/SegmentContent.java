package org.peerroom.internal.wire;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is sealed in a segment: the key of the identity that the author writes under, if it names
 * one; whole messages, or one part of a message too large for a segment; then zeros up to a bucket
 * of sizes, so that the ciphertext tells little about lengths.
 *
 * <p>Buckets are those of Padmé (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files
 * and Communication with PURBs", PETS 2019, section 4): at most 12 % larger, with O(log log n) bits
 * leaked; 128 bytes at least.
 */
public final class SegmentContent {

  /** A part of a large message carries at most this many bytes of it. */
  public static final int MAX_PART = Limits.SEGMENT_TARGET;

  private static final int PADDING = 0;
  private static final int MESSAGE = 1;
  private static final int FIRST_PART = 2;
  private static final int MORE_PART = 3;
  private static final int IDENTITY = 4;
  private static final int IDENTITY_SIZE = 32;
  private static final int MIN_SIZE = 128;

  private SegmentContent() {}

  /** One item of a segment: a range of the opened plaintext. */
  public sealed interface Item {

    /**
     * The key of the identity that the author writes under: the first item, or none. Its 32 bytes
     * begin here.
     */
    record WrittenUnder(int offset) implements Item {}

    /** A message as {@link MessageCodec} reads it. */
    record Whole(int offset, int length) implements Item {}

    /**
     * The beginning of a large message.
     *
     * @param total the size of the whole message's bytes
     */
    record FirstPart(int total, int offset, int length) implements Item {}

    /** The next bytes of a large message. */
    record MorePart(int offset, int length) implements Item {}
  }

  /** How many bytes a message of this size takes in a segment. */
  public static int sizeOf(int bodyLength) {
    return 1 + 3 + bodyLength;
  }

  /**
   * Where the segment ends that begins with this message: as many of those that follow go into it
   * as fit.
   *
   * @return {@code from} itself if that one is too large, and goes as parts
   */
  public static int endOfSegment(List<byte[]> bodies, int from) {
    int end = from;
    int size = 0;
    while (end < bodies.size() && end - from < Limits.MAX_SEGMENT_MESSAGES) {
      size += sizeOf(bodies.get(end).length);
      if (size > Limits.SEGMENT_TARGET) {
        break;
      }
      end++;
    }
    return end;
  }

  /**
   * Writes whole messages, padded.
   *
   * @param identity the 32 bytes of the key that the author writes under; null for none
   */
  public static WireWriter messages(byte @Nullable [] identity, List<byte[]> bodies) {
    int expected = MIN_SIZE;
    for (byte[] body : bodies) {
      expected += sizeOf(body.length);
    }
    WireWriter out = begun(identity, bucket(expected));
    for (byte[] body : bodies) {
      out.u8(MESSAGE).block(body);
    }
    return padded(out);
  }

  /** Writes one part of a message too large for a segment, padded; the identity as above. */
  public static WireWriter part(byte @Nullable [] identity, byte[] body, int offset) {
    int length = Math.min(MAX_PART, body.length - offset);
    WireWriter out = begun(identity, length + length / 8 + MIN_SIZE);
    if (offset == 0) {
      out.u8(FIRST_PART).i32(body.length);
    } else {
      out.u8(MORE_PART);
    }
    return padded(out.varint(length).raw(body, offset, length));
  }

  private static WireWriter begun(byte @Nullable [] identity, int expected) {
    WireWriter out = new WireWriter(expected);
    return identity == null ? out : out.u8(IDENTITY).raw(identity);
  }

  private static WireWriter padded(WireWriter out) {
    return out.zeros(bucket(out.size()) - out.size());
  }

  static int bucket(int size) {
    if (size <= MIN_SIZE) {
      return MIN_SIZE;
    }
    int exponent = 31 - Integer.numberOfLeadingZeros(size);
    int significant = 32 - Integer.numberOfLeadingZeros(exponent);
    int mask = (1 << (exponent - significant)) - 1;
    return (size + mask) & ~mask;
  }

  /**
   * Reads the items of an opened segment.
   *
   * @throws WireException if the plaintext is not what {@link #messages} or {@link #part} writes
   */
  public static List<Item> read(byte[] plaintext) throws WireException {
    WireReader in = new WireReader(plaintext);
    List<Item> items = new ArrayList<>();
    int messages = 0;
    while (in.remaining() > 0) {
      int kind = in.u8();
      if (kind == PADDING) {
        in.zerosToEnd();
        break;
      }
      if (kind == IDENTITY && items.isEmpty()) {
        items.add(new Item.WrittenUnder(in.position()));
        in.skip(IDENTITY_SIZE);
        continue;
      }
      if (++messages > Limits.MAX_SEGMENT_MESSAGES) {
        throw new WireException(
            "a segment has more than " + Limits.MAX_SEGMENT_MESSAGES + " messages");
      }
      int total = kind == FIRST_PART ? in.u31() : 0;
      int length = in.varint(Limits.MAX_SEGMENT_PLAINTEXT);
      int offset = in.position();
      in.skip(length);
      items.add(
          switch (kind) {
            case MESSAGE -> new Item.Whole(offset, length);
            case FIRST_PART -> new Item.FirstPart(total, offset, length);
            case MORE_PART -> new Item.MorePart(offset, length);
            default -> throw new WireException("a segment has an item of unknown kind " + kind);
          });
    }
    return items;
  }
}
