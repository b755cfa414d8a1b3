package org.peerroom.internal.protocol;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.internal.wire.WireException;
import org.peerroom.internal.wire.WireReader;
import org.peerroom.internal.wire.WireWriter;

/**
 * Where a subscription is in one author's feed: everything before {@link #frontier} is
 * acknowledged, but for what is pending.
 */
final class Lane {

  private static final int MAX_PENDING = 1 << 20;

  final PeerId author;

  /** Before the first message that has not been delivered. */
  FeedPosition frontier;

  /** What was opened behind the frontier and not delivered. */
  final Deque<Opened> ready = new ArrayDeque<>();

  /** What lies before the frontier and is not acknowledged. */
  final TreeMap<FeedPosition, Pending> pending = new TreeMap<>();

  /** Those of the pending that nobody has and that wait for no other message. */
  final TreeMap<FeedPosition, Pending> waiting = new TreeMap<>();

  /** How many of the pending are with {@link #holder}. */
  int inFlight;

  /** How many of those are streams. */
  int streams;

  /** Who has messages of this author now: others get none until it has acknowledged them. */
  @Nullable SubscriptionConsumer holder;

  /** One more than the newest segment that was said to be consumed. */
  long consumed;

  /** The segment that was last told as lost; -1 if none was. */
  long toldLost = -1;

  /** When something was last acknowledged here, by this peer's wall clock. */
  long touchedMillis;

  Lane(PeerId author, FeedPosition frontier, long wallMillis) {
    this.author = author;
    this.frontier = frontier;
    this.consumed = frontier.sequence();
    this.touchedMillis = wallMillis;
  }

  /**
   * The oldest segment with something pending in it; no number is higher if there is none. Streams
   * do not count: one may be larger than all that is retained, and who reads its payload says
   * itself what it waits for. So a stream that is to be delivered again may be lost.
   */
  long firstPending() {
    for (Pending one : pending.values()) {
      if (!one.streamed) {
        return one.at.sequence();
      }
    }
    return Long.MAX_VALUE;
  }

  /** What is to be kept of it. */
  byte[] encode() {
    WireWriter out = new WireWriter(8 + 8 + 5 + 5 + pending.size() * 13);
    out.i64(touchedMillis).i64(frontier.sequence()).varint(frontier.index());
    out.varint(pending.size());
    for (FeedPosition at : pending.keySet()) {
      out.i64(at.sequence()).varint(at.index());
    }
    return out.toBytes();
  }

  /**
   * Reads what {@link #encode} wrote; all that is pending waits for nothing.
   *
   * @throws WireException if it is something else
   */
  static Lane decode(PeerId author, byte[] state) throws WireException {
    WireReader in = new WireReader(state);
    long touched = in.i64();
    FeedPosition frontier = new FeedPosition(in.u63(), in.varint(Integer.MAX_VALUE));
    Lane lane = new Lane(author, frontier, touched);
    for (int left = in.varint(MAX_PENDING); left > 0; left--) {
      FeedPosition at = new FeedPosition(in.u63(), in.varint(Integer.MAX_VALUE));
      Pending pending = new Pending(lane, at);
      lane.pending.put(at, pending);
      lane.waiting.put(at, pending);
    }
    in.end();
    return lane;
  }
}
