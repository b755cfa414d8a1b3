package org.peerroom.internal.protocol;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
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

  /** Those of them of which there is more to send than the link takes now. */
  private final Set<PeerId> waiting = new LinkedHashSet<>();

  /** The newest record of each member that has gone over this link, either way. */
  final Map<PeerId, Long> knownRecords = new HashMap<>();

  /** Feeds that it was asked for in vain. */
  private final Map<PeerId, Failures> failures = new HashMap<>();

  /** Whether something was not sent because the link was full, and is to be made up for. */
  boolean heldBack;

  Neighbour(long link, PeerId peer) {
    this.link = link;
    this.peer = peer;
  }

  /** How often it did not deliver the segment with this number though asked for it. */
  private record Failures(long sequence, int count) {}

  /** One feed that flows from this peer to the neighbour. */
  static final class Child {
    /** The next segment to send. */
    long cursor;

    /** One more than the newest segment that nobody behind the neighbour waits for. */
    long consumed;

    /** The newest sender key whose deposit, if there is one, was sent. */
    int depositedEpoch = -1;

    /** When it last gave a sign of life. */
    long progressTick;

    /** When it last read something, or had nothing to read. */
    long readTick;

    /** Whether publishing no longer waits for it, because it made no progress for too long. */
    boolean setAside;

    Child(long cursor, long progressTick) {
      this.cursor = cursor;
      this.consumed = cursor;
      this.progressTick = progressTick;
      this.readTick = progressTick;
    }

    /**
     * Takes an acknowledgement in. What the other replica has given up unread is not waited for any
     * more, but is no sign that anyone there reads.
     */
    void acknowledged(FeedState state, long tick) {
      if (state.consumed() > Math.max(consumed, state.first())) {
        setAside = false;
        readTick = tick;
      }
      consumed = Math.max(consumed, state.consumed());
      progressTick = tick;
    }
  }

  @Nullable FeedState has(PeerId author) {
    return has.get(author);
  }

  /** How many feeds it has spoken of. */
  int heardOf() {
    return has.size();
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

  void wants(PeerId author, Child child) {
    children.put(author, child);
    waiting.remove(author);
  }

  void wantsNoMore(PeerId author) {
    children.remove(author);
    waiting.remove(author);
  }

  /** There is more of this feed to send, but the link is full: its turn comes after the others. */
  void waits(PeerId author) {
    waiting.add(author);
  }

  boolean isWaiting(PeerId author) {
    return waiting.contains(author);
  }

  /** The feed whose turn it is, no longer waiting; null if none waits. */
  @Nullable PeerId nextWaiting() {
    Iterator<PeerId> first = waiting.iterator();
    if (!first.hasNext()) {
      return null;
    }
    PeerId author = first.next();
    first.remove();
    return author;
  }

  /** Whether it is linked to the author itself. */
  boolean directTo(PeerId author) {
    FeedState state = has.get(author);
    return author.equals(peer) || (state != null && state.direct());
  }

  /**
   * Takes what it says; false if it speaks of too many feeds that are not known here.
   *
   * @param replica what is known here
   */
  boolean learn(FeedState state, Replica replica) {
    int most = replica.feeds().size() + MissingKeys.MAX_HEARSAY_OF_ONE;
    if (has.size() >= most
        && replica.get(state.author()) == null
        && !has.containsKey(state.author())) {
      return false;
    }
    has.put(state.author(), state);
    return true;
  }

  /** Forgets what it said of feeds that are not known here; it says it again from time to time. */
  void forgetUnknown(Replica replica) {
    has.keySet().removeIf(author -> replica.get(author) == null);
    failures.keySet().removeIf(author -> replica.get(author) == null);
  }

  /** It was asked for this segment and did not deliver. */
  void failed(PeerId author, long sequence) {
    failures.put(author, new Failures(sequence, failures(author, sequence) + 1));
  }

  /** How often it was asked for this segment in vain. */
  int failures(PeerId author, long sequence) {
    Failures known = failures.get(author);
    return known == null || known.sequence != sequence ? 0 : known.count;
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
