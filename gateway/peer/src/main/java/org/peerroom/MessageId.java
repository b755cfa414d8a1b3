package org.peerroom;

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

  /** {@code AUTHOR/SEQUENCE/INDEX}. */
  @Override
  public String toString() {
    return author + "/" + sequence + "/" + index;
  }
}
