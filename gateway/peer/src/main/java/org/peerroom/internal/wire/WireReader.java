package org.peerroom.internal.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

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

  /** Bytes behind their length, at most {@code max} of them, copied. */
  public byte[] block(int max) throws WireException {
    return raw(varint(max));
  }

  /** A text behind its length, at most {@code max} bytes of valid UTF-8. */
  public String text(int max) throws WireException {
    int length = varint(max);
    need(length);
    try {
      String value =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, at, length)).toString();
      at += length;
      return value;
    } catch (CharacterCodingException e) {
      throw new WireException("a text is not UTF-8");
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
