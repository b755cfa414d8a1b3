package org.peerroom.internal.protocol;

import org.peerroom.MessageId;

/**
 * A place in one feed: before this message of this segment.
 *
 * @param sequence the number of the segment
 * @param index the number of the message in it; behind its last message where there is no more
 */
record FeedPosition(long sequence, int index) implements Comparable<FeedPosition> {

  /** Before this message. */
  static FeedPosition before(MessageId id) {
    return new FeedPosition(id.sequence(), id.index());
  }

  /** Behind this message, though perhaps not behind its segment. */
  static FeedPosition behind(MessageId id) {
    return new FeedPosition(id.sequence(), id.index() + 1);
  }

  /** Before all of this segment. */
  static FeedPosition at(long sequence) {
    return new FeedPosition(sequence, 0);
  }

  @Override
  public int compareTo(FeedPosition other) {
    int bySequence = Long.compare(sequence, other.sequence);
    return bySequence != 0 ? bySequence : Integer.compare(index, other.index);
  }
}
