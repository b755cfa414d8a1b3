package org.peerroom.internal.crypto;

import java.util.HexFormat;

/**
 * The checks on the bytes of an Ed25519 key and signature that come before any provider sees them.
 * Providers differ in exactly these cases, and replicas that decide differently about one signature
 * fall apart.
 *
 * <p>Everything here is public, so that nothing needs constant time.
 */
final class Ed25519Encoding {

  static final int POINT_SIZE = 32;
  static final int SIGNATURE_SIZE = 64;

  private static final HexFormat HEX = HexFormat.of();

  /** The prime of the field, 2^255 - 19, little-endian (RFC 8032, section 5.1). */
  private static final byte[] P =
      HEX.parseHex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");

  /** The order of the base point, little-endian (RFC 8032, section 5.1). */
  private static final byte[] L =
      HEX.parseHex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");

  /**
   * The y coordinates of the eight points whose order divides 8; each stands for both signs of x.
   */
  private static final byte[][] SMALL_ORDER_Y = {
    HEX.parseHex("0000000000000000000000000000000000000000000000000000000000000000"),
    HEX.parseHex("0100000000000000000000000000000000000000000000000000000000000000"),
    HEX.parseHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    HEX.parseHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    HEX.parseHex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
  };

  private Ed25519Encoding() {}

  /**
   * Whether key and signature have the right sizes, both points are canonically encoded and not of
   * small order, and the scalar is reduced (RFC 8032, sections 5.1.3 and 5.1.7). Whether the points
   * are on the curve is left to the provider.
   */
  static boolean isStrict(byte[] publicKey, byte[] signature) {
    return publicKey.length == POINT_SIZE
        && signature.length == SIGNATURE_SIZE
        && isStrictPoint(publicKey)
        && isStrictPoint(signature)
        && isBelow(signature, POINT_SIZE, L, 0xff);
  }

  /** Whether this has the size of a key, is canonically encoded and not of small order. */
  static boolean isStrictKey(byte[] publicKey) {
    return publicKey.length == POINT_SIZE && isStrictPoint(publicKey);
  }

  /** Looks at the first 32 bytes. */
  private static boolean isStrictPoint(byte[] point) {
    if (!isBelow(point, 0, P, 0x7f)) {
      return false;
    }
    for (byte[] y : SMALL_ORDER_Y) {
      if (hasY(point, y)) {
        return false;
      }
    }
    return true;
  }

  private static boolean hasY(byte[] point, byte[] y) {
    for (int i = 0; i < POINT_SIZE - 1; i++) {
      if (point[i] != y[i]) {
        return false;
      }
    }
    return (point[POINT_SIZE - 1] & 0x7f) == y[POINT_SIZE - 1];
  }

  /** Compares 32 little-endian bytes with a bound, the top byte after a mask. */
  private static boolean isBelow(byte[] bytes, int offset, byte[] bound, int topMask) {
    for (int i = POINT_SIZE - 1; i >= 0; i--) {
      int mask = i == POINT_SIZE - 1 ? topMask : 0xff;
      int difference = (bytes[offset + i] & mask) - (bound[i] & 0xff);
      if (difference != 0) {
        return difference < 0;
      }
    }
    return false;
  }
}
