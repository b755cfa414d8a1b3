package org.peerroom;

import java.util.Locale;

/**
 * How what is said in a room is sealed. A room has one suite: members with another one cannot read
 * each other, and both are told so as {@link RoomEvent.PolicyDiffers}.
 *
 * <p>With {@link #X_WING} and {@link #X25519} an author seals each segment once, however many
 * members there are, with a sender key that every member was granted; only when someone leaves does
 * the work grow with the room. With {@link #PER_RECIPIENT} it grows with every segment.
 */
public enum SealingSuite {
  /**
   * Sender keys, granted under X-Wing: X25519 and ML-KEM-768 together
   * (draft-connolly-cfrg-xwing-kem). Stays secret if either of them holds, so also from someone who
   * records today and has a quantum computer later. The default.
   */
  X_WING(1),

  /**
   * Sender keys, granted under X25519 alone (RFC 9180, section 7.1): a kilobyte less for each pair
   * of members; not secret from a quantum computer.
   */
  X25519(2),

  /**
   * A key for each segment, wrapped in that segment for each recipient under X25519. For rooms of a
   * few: an author's work and the size of a segment grow with the number of members, of which there
   * may be 512. Not secret from a quantum computer.
   */
  PER_RECIPIENT(3);

  private final int code;

  SealingSuite(int code) {
    this.code = code;
  }

  /** The number that stands for this suite on the wire. */
  public int code() {
    return code;
  }

  /** The suite as it is written in options, such as {@code x-wing}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The suite that is written so.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static SealingSuite parse(String text) {
    for (SealingSuite suite : values()) {
      if (suite.text().equals(text.strip().toLowerCase(Locale.ROOT))) {
        return suite;
      }
    }
    throw new IllegalArgumentException("a suite is x-wing, x25519 or per-recipient, not " + text);
  }

  @Override
  public String toString() {
    return text();
  }
}
