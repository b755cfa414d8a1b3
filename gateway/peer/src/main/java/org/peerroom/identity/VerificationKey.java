package org.peerroom.identity;

import java.util.HexFormat;

/**
 * A public Ed25519 key (RFC 8032, 32 bytes), as 64 lower-case hexadecimal digits.
 *
 * <p>Guarantees that the text has this shape. Does not guarantee that the bytes are a valid point,
 * nor that anyone holds the private key: that is decided where a signature is verified.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record VerificationKey(String hex) implements Comparable<VerificationKey> {

  /** The size of the key in bytes. */
  public static final int SIZE = 32;

  private static final HexFormat HEX = HexFormat.of();

  /**
   * @throws IllegalArgumentException if the text is not 64 lower-case hexadecimal digits
   */
  public VerificationKey {
    if (hex.length() != 2 * SIZE) {
      throw new IllegalArgumentException(
          "a key has 64 hexadecimal digits, this text has " + hex.length());
    }
    for (int i = 0; i < hex.length(); i++) {
      char c = hex.charAt(i);
      if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) {
        throw new IllegalArgumentException("a key has lower-case hexadecimal digits only");
      }
    }
  }

  /**
   * The key with these bytes.
   *
   * @throws IllegalArgumentException if there are not 32 of them
   */
  public static VerificationKey of(byte[] publicKey) {
    if (publicKey.length != SIZE) {
      throw new IllegalArgumentException(
          "an Ed25519 public key has 32 bytes, not " + publicKey.length);
    }
    return new VerificationKey(HEX.formatHex(publicKey));
  }

  /** A new copy of the 32 bytes. */
  public byte[] bytes() {
    return HEX.parseHex(hex);
  }

  /** The first 8 digits: enough for a person to tell keys apart, never enough to trust one. */
  public String shortHex() {
    return hex.substring(0, 8);
  }

  @Override
  public int compareTo(VerificationKey other) {
    return hex.compareTo(other.hex);
  }

  @Override
  public String toString() {
    return hex;
  }
}
