package org.peerroom;

/**
 * What a subscription starts with and carries.
 *
 * @param start where it begins
 * @param echo whether messages that this very peer publishes are delivered to it too
 */
public record SubscribeOptions(Start start, boolean echo) {

  /** From the oldest readable message, with this peer's own. */
  public static final SubscribeOptions DEFAULT = new SubscribeOptions(Start.OLDEST, true);

  /** Where a subscription begins. */
  public enum Start {
    /** With the oldest message that is retained here and readable by this peer. */
    OLDEST,
    /** With what reaches this peer's replica after the subscription. */
    LIVE
  }

  /** The same, beginning elsewhere. */
  public SubscribeOptions withStart(Start value) {
    return new SubscribeOptions(value, echo);
  }

  /** The same, with or without this peer's own messages. */
  public SubscribeOptions withEcho(boolean value) {
    return new SubscribeOptions(start, value);
  }
}
