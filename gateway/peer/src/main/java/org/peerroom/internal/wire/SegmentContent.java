package org.peerroom.internal.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is sealed in a segment: the key of the identity that the author writes under, if it names
 * one; whole messages, or one part of a message too large for a segment, or one {@linkplain
 * StreamItem step of a stream}; then zeros up to a bucket of sizes, so that the ciphertext tells
 * little about lengths.
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
  private static final int STREAM_BEGIN = 5;
  private static final int STREAM_CHUNK = 6;
  private static final int STREAM_END = 7;
  private static final int STREAM_ABORT = 8;
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

    /** A message as {@link MessageCodec} reads it, whose payload follows as a stream. */
    record StreamBegin(int offset, int length) implements Item {}

    /** What follows of a stream; who reads messages passes over it. */
    sealed interface OfStream extends Item {
      /** The segment with the stream's beginning. */
      long begin();
    }

    /** The next bytes of a stream. */
    record StreamChunk(long begin, int offset, int length) implements OfStream {}

    /**
     * The last bytes of a stream.
     *
     * @param digest where the {@value StreamItem#DIGEST_SIZE} bytes of the hash begin
     */
    record StreamEnd(long begin, long total, int digest, int offset, int length)
        implements OfStream {}

    /** There will be no more of a stream. */
    record StreamAbort(long begin) implements OfStream {}
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

  /** Writes one step of a stream, padded; the identity as above. */
  public static WireWriter stream(byte @Nullable [] identity, StreamItem item) {
    if (item instanceof StreamItem.Begin begin) {
      ByteBuffer head = begin.head();
      WireWriter out = begun(identity, bucket(head.remaining() + MIN_SIZE)).u8(STREAM_BEGIN);
      return padded(bytes(out, head));
    } else if (item instanceof StreamItem.Chunk chunk) {
      WireWriter out = begun(identity, bucket(chunk.bytes().remaining() + MIN_SIZE));
      return padded(bytes(out.u8(STREAM_CHUNK).i64(chunk.begin()), chunk.bytes()));
    } else if (item instanceof StreamItem.End end) {
      WireWriter out = begun(identity, bucket(end.bytes().remaining() + MIN_SIZE));
      out.u8(STREAM_END).i64(end.begin()).i64(end.total());
      return padded(bytes(raw(out, end.digest()), end.bytes()));
    } else if (item instanceof StreamItem.Abort abort) {
      return padded(begun(identity, MIN_SIZE).u8(STREAM_ABORT).i64(abort.begin()));
    }
    throw new IllegalArgumentException("a step of a stream of no known kind: " + item);
  }

  private static WireWriter bytes(WireWriter out, ByteBuffer bytes) {
    return raw(out.varint(bytes.remaining()), bytes);
  }

  private static WireWriter raw(WireWriter out, ByteBuffer bytes) {
    return out.raw(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
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
      items.add(read(kind, in));
    }
    return items;
  }

  private static Item read(int kind, WireReader in) throws WireException {
    int total = kind == FIRST_PART ? in.u31() : 0;
    long begin = kind >= STREAM_CHUNK && kind <= STREAM_ABORT ? in.u63() : 0;
    if (kind == STREAM_ABORT) {
      return new Item.StreamAbort(begin);
    }
    long streamed = kind == STREAM_END ? in.u63() : 0;
    int digest = in.position();
    if (kind == STREAM_END) {
      in.skip(StreamItem.DIGEST_SIZE);
    }
    int length = in.varint(Limits.MAX_SEGMENT_PLAINTEXT);
    int offset = in.position();
    in.skip(length);
    return switch (kind) {
      case MESSAGE -> new Item.Whole(offset, length);
      case FIRST_PART -> new Item.FirstPart(total, offset, length);
      case MORE_PART -> new Item.MorePart(offset, length);
      case STREAM_BEGIN -> new Item.StreamBegin(offset, length);
      case STREAM_CHUNK -> new Item.StreamChunk(begin, offset, length);
      case STREAM_END -> new Item.StreamEnd(begin, streamed, digest, offset, length);
      default -> throw new WireException("a segment has an item of unknown kind " + kind);
    };
  }
}
