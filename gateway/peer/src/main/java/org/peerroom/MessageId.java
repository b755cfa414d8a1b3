package org.peerroom;

import org.jspecify.annotations.Nullable;

/**
 * The place of a message in its author's feed; unique in a room for as long as the room lives.
 *
 * @param author the peer that wrote and signed it
 * @param sequence the number of the segment in the author's feed, from 0
 * @param index the number of the message in that segment, from 0
 */
public record MessageId(PeerId author, long sequence, int index) {

  /**
   * @throws IllegalArgumentException if a number is negative
   */
  public MessageId {
    if (sequence < 0 || index < 0) {
      throw new IllegalArgumentException("negative place in a feed: " + sequence + "/" + index);
    }
  }

  /**
   * Reads {@code AUTHOR/SEQUENCE/INDEX}.
   *
   * @throws IllegalArgumentException with one line if it is something else
   */
  public static MessageId parse(String text) {
    String[] parts = text.strip().split("/", -1);
    try {
      if (parts.length == 3) {
        return new MessageId(
            PeerId.parse(parts[0]), Long.parseLong(parts[1]), Integer.parseInt(parts[2]));
      }
    } catch (IllegalArgumentException e) {
      throw unreadable(text, e);
    }
    throw unreadable(text, null);
  }

  private static IllegalArgumentException unreadable(String text, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        "'" + text + "' is no message's id; expected AUTHOR/SEQUENCE/INDEX", cause);
  }

  /** {@code AUTHOR/SEQUENCE/INDEX}. */
  @Override
  public String toString() {
    return author + "/" + sequence + "/" + index;
  }
}
