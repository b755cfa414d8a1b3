package org.peerroom.identity;

import java.util.Locale;

/** What a certificate may let its key do. */
public enum Role {
  /** Write messages into a room. */
  PUBLISH,
  /** Read the messages of a room. */
  SUBSCRIBE,
  /** Carry sealed traffic for others. */
  RELAY,
  /** Sign certificates for other identities; never taken for granted, it must be stated. */
  CERTIFY;

  /**
   * Reads the text of a claim, such as {@code publish}.
   *
   * @throws IllegalArgumentException with one line that says what is expected
   */
  public static Role parse(String text) {
    return switch (text) {
      case "publish" -> PUBLISH;
      case "subscribe" -> SUBSCRIBE;
      case "relay" -> RELAY;
      case "certify" -> CERTIFY;
      default ->
          throw new IllegalArgumentException(
              "a role is publish, subscribe, relay or certify, not '" + Texts.shown(text) + "'");
    };
  }

  /** How the role is written in a certificate: its name in lower case. */
  public String claim() {
    return name().toLowerCase(Locale.ROOT);
  }
}
