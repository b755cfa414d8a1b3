package org.peerroom.internal.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.peerroom.PeerId;

/**
 * Reads what {@link WireWriter} writes; refuses what is short, long or not canonical before it
 * takes memory.
 */
public final class WireReader {

  private final byte[] bytes;
  private final int end;
  private int at;

  /** Reads the whole array. */
  public WireReader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  /** Reads a range of the array. */
  public WireReader(byte[] bytes, int offset, int length) {
    this.bytes = bytes;
    this.at = offset;
    this.end = offset + length;
  }

  /** How many bytes are left. */
  public int remaining() {
    return end - at;
  }

  /** The place of the next byte in the array. */
  public int position() {
    return at;
  }

  /** One byte, unsigned. */
  public int u8() throws WireException {
    need(1);
    return bytes[at++] & 0xff;
  }

  /** One byte that is 0 or 1. */
  public boolean flag() throws WireException {
    int value = u8();
    if (value > 1) {
      throw new WireException("a flag is neither 0 nor 1");
    }
    return value == 1;
  }

  /** Two bytes, unsigned. */
  public int u16() throws WireException {
    return u8() << 8 | u8();
  }

  /** Four bytes, signed. */
  public int i32() throws WireException {
    need(4);
    int value =
        (bytes[at] & 0xff) << 24
            | (bytes[at + 1] & 0xff) << 16
            | (bytes[at + 2] & 0xff) << 8
            | (bytes[at + 3] & 0xff);
    at += 4;
    return value;
  }

  /** Four bytes that stand for a number from 0 to 2^31-1. */
  public int u31() throws WireException {
    int value = i32();
    if (value < 0) {
      throw new WireException("a number is out of range");
    }
    return value;
  }

  /** Eight bytes that stand for a number from 0 to 2^63-1. */
  public long u63() throws WireException {
    long value = i64();
    if (value < 0) {
      throw new WireException("a number is out of range");
    }
    return value;
  }

  /** Eight bytes, signed. */
  public long i64() throws WireException {
    return (long) i32() << 32 | (i32() & 0xffff_ffffL);
  }

  /** A number written by {@link WireWriter#varint}, at most {@code max}; the shortest form only. */
  public int varint(int max) throws WireException {
    long value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int b = u8();
      value |= (long) (b & 0x7f) << shift;
      if ((b & 0x80) == 0) {
        if (b == 0 && shift > 0) {
          throw new WireException("a number is not in its shortest form");
        }
        if (value > max) {
          throw new WireException("a length or count of " + value + " is over the limit of " + max);
        }
        return (int) value;
      }
    }
    throw new WireException("a number is too long");
  }

  /** This many bytes, copied. */
  public byte[] raw(int length) throws WireException {
    need(length);
    byte[] value = Arrays.copyOfRange(bytes, at, at + length);
    at += length;
    return value;
  }

  /** The 32 bytes of a topic. */
  public Topic topic() throws WireException {
    return new Topic(hex(Topic.SIZE));
  }

  /** The 32 bytes of a peer's public key. */
  public PeerId peer() throws WireException {
    return new PeerId(hex(PeerId.SIZE));
  }

  private String hex(int length) throws WireException {
    need(length);
    at += length;
    return HexFormat.of().formatHex(bytes, at - length, at);
  }

  /** Bytes behind their length, at most {@code max} of them, copied. */
  public byte[] block(int max) throws WireException {
    return raw(varint(max));
  }

  /** A text behind its length, at most {@code max} bytes of valid UTF-8. */
  public String text(int max) throws WireException {
    return utf8(varint(max));
  }

  /** A text of this many bytes of valid UTF-8. */
  public String utf8(int length) throws WireException {
    need(length);
    String value = new String(bytes, at, length, StandardCharsets.UTF_8);
    if (value.indexOf('\uFFFD') >= 0) {
      requireUtf8(length);
    }
    at += length;
    return value;
  }

  /** Only a text with a replacement character can have had bytes that were not UTF-8. */
  private void requireUtf8(int length) throws WireException {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, at, length));
    } catch (CharacterCodingException e) {
      throw new WireException("a text is not UTF-8");
    }
  }

  /** Passes over zeros to the end. */
  public void zerosToEnd() throws WireException {
    while (at < end) {
      if (bytes[at++] != 0) {
        throw new WireException("padding is not zero");
      }
    }
  }

  /** Passes over this many bytes. */
  public void skip(int length) throws WireException {
    need(length);
    at += length;
  }

  /** Refuses trailing bytes. */
  public void end() throws WireException {
    if (at != end) {
      throw new WireException(remaining() + " bytes too many");
    }
  }

  private void need(int length) throws WireException {
    if (length < 0 || end - at < length) {
      throw new WireException("cut short: " + length + " bytes expected, " + (end - at) + " left");
    }
  }
}
