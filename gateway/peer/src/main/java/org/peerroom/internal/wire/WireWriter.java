package org.peerroom.internal.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.peerroom.PeerId;

/** Writes big-endian numbers and length-prefixed bytes into a growing array. */
public final class WireWriter {

  private byte[] bytes;
  private int size;

  /** Begins with room for this many bytes. */
  public WireWriter(int expected) {
    bytes = new byte[Math.max(16, expected)];
  }

  /** How many bytes have been written. */
  public int size() {
    return size;
  }

  /** One byte. */
  public WireWriter u8(int value) {
    ensure(1);
    bytes[size++] = (byte) value;
    return this;
  }

  /** Two bytes. */
  public WireWriter u16(int value) {
    return u8(value >>> 8).u8(value);
  }

  /** Four bytes. */
  public WireWriter i32(int value) {
    ensure(4);
    bytes[size++] = (byte) (value >>> 24);
    bytes[size++] = (byte) (value >>> 16);
    bytes[size++] = (byte) (value >>> 8);
    bytes[size++] = (byte) value;
    return this;
  }

  /** Eight bytes. */
  public WireWriter i64(long value) {
    return i32((int) (value >>> 32)).i32((int) value);
  }

  /** An unsigned number of 1 to 5 bytes, 7 bits a byte, lowest first. */
  public WireWriter varint(int value) {
    int rest = value;
    while ((rest & ~0x7f) != 0) {
      u8((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    return u8(rest);
  }

  /** These bytes, without a length. */
  public WireWriter raw(byte[] value) {
    return raw(value, 0, value.length);
  }

  /** A range of these bytes, without a length. */
  public WireWriter raw(byte[] value, int offset, int length) {
    ensure(length);
    System.arraycopy(value, offset, bytes, size, length);
    size += length;
    return this;
  }

  /** A topic's 32 bytes. */
  public WireWriter topic(Topic topic) {
    return hex(topic.hex());
  }

  /** The 32 bytes of a peer's public key. */
  public WireWriter peer(PeerId peer) {
    return hex(peer.hex());
  }

  private WireWriter hex(String digits) {
    ensure(digits.length() / 2);
    for (int i = 0; i < digits.length(); i += 2) {
      int high = HexFormat.fromHexDigit(digits.charAt(i));
      bytes[size++] = (byte) (high << 4 | HexFormat.fromHexDigit(digits.charAt(i + 1)));
    }
    return this;
  }

  /** These bytes behind their length as a varint. */
  public WireWriter block(byte[] value) {
    return varint(value.length).raw(value);
  }

  /** A text as UTF-8 behind its length as a varint. */
  public WireWriter text(String value) {
    return block(value.getBytes(StandardCharsets.UTF_8));
  }

  /** Zero bytes. */
  public WireWriter zeros(int count) {
    ensure(count);
    Arrays.fill(bytes, size, size + count, (byte) 0);
    size += count;
    return this;
  }

  /** Forgets what was written behind this size. */
  public void truncate(int newSize) {
    size = newSize;
  }

  /** The array itself, longer than what was written: for code that takes a range. */
  public byte[] array() {
    return bytes;
  }

  /**
   * What was written: the array itself if that is full, else a copy. Ends the writing: nothing may
   * be written or wiped afterwards.
   */
  public byte[] finish() {
    return size == bytes.length ? bytes : toBytes();
  }

  /** A copy of what was written. */
  public byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  /** Makes room for this many more bytes at once. */
  public WireWriter reserve(int more) {
    ensure(more);
    return this;
  }

  private void ensure(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length * 2));
    }
  }
}
