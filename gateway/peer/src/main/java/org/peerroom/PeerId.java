package org.peerroom;

import java.util.HexFormat;
import java.util.Locale;

/**
 * The public name of one running peer: its throw-away Ed25519 public key (RFC 8032, 32 bytes), as
 * 64 lower-case hexadecimal digits.
 *
 * <p>Guarantees that the text has this shape. Does not guarantee that the bytes are a valid point,
 * nor that anyone holds the private key: that is proved where a link is made and where a signature
 * is verified. A peer has a new id at every start; it says nothing about who runs the peer.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record PeerId(String hex) implements Comparable<PeerId> {

  /** The size of the public key in bytes. */
  public static final int SIZE = 32;

  private static final HexFormat HEX = HexFormat.of();

  /**
   * @throws IllegalArgumentException if the text is not 64 lower-case hexadecimal digits
   */
  public PeerId {
    if (hex.length() != 2 * SIZE) {
      throw new IllegalArgumentException(
          "a peer id has 64 hexadecimal digits, this text has " + hex.length());
    }
    for (int i = 0; i < hex.length(); i++) {
      char c = hex.charAt(i);
      if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) {
        throw new IllegalArgumentException(
            "a peer id has lower-case hexadecimal digits only, not '" + c + "'");
      }
    }
  }

  /**
   * The id of the peer with this public key.
   *
   * @throws IllegalArgumentException if the key is not 32 bytes long
   */
  public static PeerId of(byte[] publicKey) {
    if (publicKey.length != SIZE) {
      throw new IllegalArgumentException(
          "an Ed25519 public key has 32 bytes, not " + publicKey.length);
    }
    return new PeerId(HEX.formatHex(publicKey));
  }

  /**
   * Reads 64 hexadecimal digits.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public static PeerId parse(String text) {
    return new PeerId(text.strip().toLowerCase(Locale.ROOT));
  }

  /** A new copy of the 32 bytes of the public key. */
  public byte[] bytes() {
    return HEX.parseHex(hex);
  }

  /** The first 8 digits: enough for a person to tell peers apart, never enough to trust one. */
  public String shortHex() {
    return hex.substring(0, 8);
  }

  @Override
  public int compareTo(PeerId other) {
    return hex.compareTo(other.hex);
  }

  @Override
  public String toString() {
    return hex;
  }
}
