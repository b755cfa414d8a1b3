package org.peerroom.internal.wire;

import java.util.Arrays;
import org.peerroom.PeerId;

/**
 * A batch of messages, sealed and signed as one: a fixed header, in rooms that seal for each
 * recipient the key wrapped for each of them, the ciphertext, the author's signature. Holds its
 * encoded bytes once; what it parses is only of the right shape, nothing in it is verified.
 *
 * <p>Layout, big-endian: version 1 · topic 32 · author 32 · sequence 8 · previous hash 32 · created
 * 8 · expires 8 · epoch 4 · step 4 · key commitment 32 · length of wraps 4 · length of ciphertext 4
 * · wraps · ciphertext · signature 64.
 */
public final class Segment {

  /** The size of the header in bytes. */
  public static final int HEADER_SIZE =
      1 + Topic.SIZE + PeerId.SIZE + 8 + 32 + 8 + 8 + 4 + 4 + 32 + 4 + 4;

  /** The size of the signature in bytes. */
  public static final int SIGNATURE_SIZE = 64;

  /** The largest encoded segment in bytes. */
  public static final int MAX_SIZE =
      HEADER_SIZE + Limits.MAX_WRAPS + Limits.MAX_SEGMENT_PLAINTEXT + 16 + SIGNATURE_SIZE;

  private static final int VERSION = 2;

  private final byte[] encoded;
  private final SegmentHeader header;
  private final int wrapsLength;

  private Segment(byte[] encoded, SegmentHeader header, int wrapsLength) {
    this.encoded = encoded;
    this.header = header;
    this.wrapsLength = wrapsLength;
  }

  /**
   * The header's bytes for wraps and a ciphertext of these lengths: what is authenticated with the
   * ciphertext.
   */
  public static byte[] encodeHeader(SegmentHeader h, int wrapsLength, int ciphertextLength) {
    return new WireWriter(HEADER_SIZE)
        .u8(VERSION)
        .topic(h.topic())
        .peer(h.author())
        .i64(h.sequence())
        .raw(h.previous())
        .i64(h.createdMillis())
        .i64(h.expiresMillis())
        .i32(h.epoch())
        .i32(h.step())
        .raw(h.commitment())
        .i32(wrapsLength)
        .i32(ciphertextLength)
        .finish();
  }

  /** Puts the parts together. */
  public static Segment assemble(
      SegmentHeader header, byte[] headerBytes, byte[] wraps, byte[] ciphertext, byte[] signature) {
    int size = headerBytes.length + wraps.length + ciphertext.length + signature.length;
    byte[] all =
        new WireWriter(size).raw(headerBytes).raw(wraps).raw(ciphertext).raw(signature).finish();
    return new Segment(all, header, wraps.length);
  }

  /**
   * Reads a segment; takes the array.
   *
   * @throws WireException if the bytes have not exactly the shape of a segment
   */
  public static Segment decode(byte[] encoded) throws WireException {
    if (encoded.length > MAX_SIZE) {
      throw new WireException(
          "a segment of " + encoded.length + " bytes is over the limit of " + MAX_SIZE);
    }
    WireReader in = new WireReader(encoded);
    int version = in.u8();
    if (version != VERSION) {
      throw new WireException("segment version " + version + " is not known here");
    }
    Topic topic = in.topic();
    PeerId author = in.peer();
    SegmentHeader header =
        new SegmentHeader(
            topic,
            author,
            in.u63(),
            in.raw(32),
            in.u63(),
            in.u63(),
            in.u31(),
            in.u31(),
            in.raw(32));
    int wraps = in.u31();
    int length = in.u31();
    if (wraps > Limits.MAX_WRAPS || length < 16) {
      throw new WireException(
          "a segment with " + wraps + " bytes of wraps and a ciphertext of " + length);
    }
    if (in.remaining() != wraps + length + SIGNATURE_SIZE) {
      throw new WireException(
          "a segment's ciphertext of " + length + " bytes does not fit its frame");
    }
    return new Segment(encoded, header, wraps);
  }

  /** The parsed header. */
  public SegmentHeader header() {
    return header;
  }

  /** The author, from the header. */
  public PeerId author() {
    return header.author();
  }

  /** The sequence number, from the header. */
  public long sequence() {
    return header.sequence();
  }

  /** The encoded bytes themselves: not to be changed. */
  public byte[] encoded() {
    return encoded;
  }

  /** How many bytes it takes encoded. */
  public int size() {
    return encoded.length;
  }

  /** A copy of the header's bytes. */
  public byte[] headerBytes() {
    return Arrays.copyOf(encoded, HEADER_SIZE);
  }

  /** The wrapped keys: none but in rooms that seal for each recipient. */
  public byte[] wraps() {
    return Arrays.copyOfRange(encoded, HEADER_SIZE, ciphertextBegin());
  }

  /** Where the ciphertext begins in {@link #encoded()}. */
  public int ciphertextBegin() {
    return HEADER_SIZE + wrapsLength;
  }

  /** Where the ciphertext ends in {@link #encoded()}. */
  public int ciphertextEnd() {
    return encoded.length - SIGNATURE_SIZE;
  }

  /** A copy of the signature. */
  public byte[] signature() {
    return Arrays.copyOfRange(encoded, encoded.length - SIGNATURE_SIZE, encoded.length);
  }

  @Override
  public String toString() {
    return "Segment[" + author().shortHex() + "/" + sequence() + ", " + size() + " bytes]";
  }
}
