package org.peerroom.internal.wire;

import java.util.HexFormat;

/**
 * What the outside sees of a room: a keyed hash of its name and secret, 32 bytes.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record Topic(String hex) {

  /** The size in bytes. */
  public static final int SIZE = 32;

  /**
   * @throws IllegalArgumentException if the length is wrong
   */
  public Topic {
    if (hex.length() != 2 * SIZE) {
      throw new IllegalArgumentException("a topic has " + SIZE + " bytes");
    }
  }

  /**
   * @throws IllegalArgumentException if there are not 32 bytes
   */
  public static Topic of(byte[] bytes) {
    return new Topic(HexFormat.of().formatHex(bytes));
  }

  /** A new copy of the 32 bytes. */
  public byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }

  /** The first digits, for logs. */
  @Override
  public String toString() {
    return hex.substring(0, 8);
  }
}
