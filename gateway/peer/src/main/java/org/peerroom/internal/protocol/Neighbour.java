package org.peerroom.internal.protocol;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.internal.wire.Frame.FeedState;

/**
 * A linked peer that is in the same room: what it has said that it holds, and what it has asked
 * for.
 */
final class Neighbour {

  final long link;
  final PeerId peer;

  /** What its replica holds, as it said last. */
  private final Map<PeerId, FeedState> has = new HashMap<>();

  /** The feeds it has asked this peer for. */
  final Map<PeerId, Child> children = new LinkedHashMap<>();

  /** The newest record of each member that has gone over this link, either way. */
  final Map<PeerId, Long> knownRecords = new HashMap<>();

  Neighbour(long link, PeerId peer) {
    this.link = link;
    this.peer = peer;
  }

  /** One feed that flows from this peer to the neighbour. */
  static final class Child {
    /** The next segment to send. */
    long cursor;

    /** One more than the newest segment that nobody behind the neighbour waits for. */
    long consumed;

    long progressTick;

    /** Whether publishing no longer waits for it, because it made no progress for too long. */
    boolean setAside;

    Child(long cursor, long progressTick) {
      this.cursor = cursor;
      this.consumed = cursor;
      this.progressTick = progressTick;
    }
  }

  @Nullable FeedState has(PeerId author) {
    return has.get(author);
  }

  /**
   * One more than the newest segment of this feed that it holds; -1 if it never spoke of the feed.
   */
  long next(PeerId author) {
    FeedState state = has.get(author);
    return state == null ? -1 : state.next();
  }

  /** Whether it holds this segment. */
  boolean offers(PeerId author, long sequence) {
    FeedState state = has.get(author);
    return state != null && state.first() <= sequence && sequence < state.next();
  }

  /** Whether it is linked to the author itself. */
  boolean directTo(PeerId author) {
    FeedState state = has.get(author);
    return author.equals(peer) || (state != null && state.direct());
  }

  /** Takes what it says; false if it speaks of too many feeds. */
  boolean learn(FeedState state) {
    if (has.size() >= Replica.MAX_FEEDS && !has.containsKey(state.author())) {
      return false;
    }
    has.put(state.author(), state);
    return true;
  }

  /** Notes that it holds this segment, because it sent it. */
  void learnFrom(PeerId author, long sequence) {
    FeedState state = has.get(author);
    if (state != null && state.next() <= sequence) {
      has.put(
          author,
          new FeedState(author, state.first(), sequence + 1, state.consumed(), state.direct()));
    }
  }
}
