package org.peerroom.internal.protocol;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import org.peerroom.MessageId;

/**
 * A message that a subscription has come to and that is not acknowledged: with a consumer, waiting
 * to be delivered again, or held back as a duplicate of another one. Its content is not kept.
 */
final class Pending {

  /** Before every tick: these may be negative. */
  static final long AT_ONCE = Long.MIN_VALUE;

  /** That which is due first first. */
  static final Comparator<Pending> BY_DUE =
      Comparator.<Pending>comparingLong(p -> p.dueTick).thenComparingLong(p -> p.serial);

  private static final long MAX_DELAY_MILLIS = 60_000;

  final Lane lane;
  final FeedPosition at;

  /** Whether it has been read since this peer joined, so that what follows is known. */
  boolean known;

  @Nullable MessageKey key;
  boolean receiptWanted;

  /** Whether its payload is read by a reader of its own. */
  boolean streamed;

  long expiresMillis;

  /** How often it has been delivered. */
  int attempts;

  /** Who has it; null if nobody does. */
  @Nullable SubscriptionConsumer consumer;

  /** Counts deliveries: a later one has a higher number. */
  long serial;

  /** When it may be delivered again. */
  long dueTick = AT_ONCE;

  /** Whether it waits for another message with the same key. */
  boolean held;

  /** Whether it was acknowledged, or given up. */
  boolean done;

  Pending(Lane lane, FeedPosition at) {
    this.lane = lane;
    this.at = at;
  }

  MessageId id() {
    return new MessageId(lane.author, at.sequence(), at.index());
  }

  /** It was read, for the first time or again. */
  void read(Opened opened) {
    known = true;
    key = MessageKey.of(opened.message());
    receiptWanted = opened.receiptWanted();
    streamed = opened.message().isStreamed();
    expiresMillis = opened.expiresMillis();
  }

  /**
   * It is due again after this long.
   *
   * @param delayMillis negative for the usual delay, twice as long each time
   * @param firstMillis the usual delay after the first time
   */
  void delay(long delayMillis, long firstMillis, Now now) {
    long usual = Math.min(MAX_DELAY_MILLIS, firstMillis << Math.min(16, attempts - 1));
    dueTick = now.tickMillis() + (delayMillis < 0 ? usual : delayMillis);
  }
}
