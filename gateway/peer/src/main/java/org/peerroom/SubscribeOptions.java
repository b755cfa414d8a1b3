package org.peerroom;

/**
 * What a subscription starts with and carries.
 *
 * @param start where it begins in feeds that the cursor does not name
 * @param echo whether messages that this very peer publishes are delivered to it too
 * @param cursor behind which it begins in feeds that it names; {@link Cursor#BEGINNING} names none
 */
public record SubscribeOptions(Start start, boolean echo, Cursor cursor) {

  /** From the oldest readable message, with this peer's own. */
  public static final SubscribeOptions DEFAULT =
      new SubscribeOptions(Start.OLDEST, true, Cursor.BEGINNING);

  /** Without a cursor. */
  public SubscribeOptions(Start start, boolean echo) {
    this(start, echo, Cursor.BEGINNING);
  }

  /** Where a subscription begins. */
  public enum Start {
    /** With the oldest message that is retained here and readable by this peer. */
    OLDEST,
    /** With what reaches this peer's replica after the subscription. */
    LIVE
  }

  /** The same, beginning elsewhere. */
  public SubscribeOptions withStart(Start value) {
    return new SubscribeOptions(value, echo, cursor);
  }

  /** The same, with or without this peer's own messages. */
  public SubscribeOptions withEcho(boolean value) {
    return new SubscribeOptions(start, value, cursor);
  }

  /**
   * The same, beginning behind this place. What the replica has given up since is told as a {@link
   * RoomEvent.Gap}; so is the segment of the cursor's own message if that is gone, as nobody can
   * say any more whether it held further messages.
   */
  public SubscribeOptions from(Cursor value) {
    return new SubscribeOptions(start, echo, value);
  }
}
