package org.peerroom.camel;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.peerroom.Message;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/**
 * A consumer's place in a room. It asks the room for as many messages as it has free slots, never
 * more, and outlives the consumer: while no consumer is attached nothing is asked for, and what was
 * asked for before is kept.
 *
 * <p>The number of slots is always the sum of: messages at the consumer, messages kept, demand at
 * the room, and free slots that nothing was asked for yet.
 */
final class RoomSubscription extends BaseSubscriber<Message> {

  private final JoinedRoom room;
  private final Deque<Message> kept = new ArrayDeque<>();
  private @Nullable Receiver receiver;
  private int free;
  private int busy;
  private boolean subscribed;
  private boolean completed;
  private boolean ended;
  private @Nullable Throwable failure;

  /** Takes messages; must not block, and not fail. */
  interface Receiver {
    /** To be followed by {@link RoomSubscription#done()}, once, from any thread. */
    void receive(Message message);

    /** No more messages will come; with an error or without. */
    void completed(@Nullable Throwable error);
  }

  /**
   * @param room to be released when the subscription has ended
   * @param slots how many messages may be at the consumer at the same time
   */
  RoomSubscription(JoinedRoom room, int slots) {
    this.room = room;
    this.free = slots;
  }

  JoinedRoom room() {
    return room;
  }

  /** Begins to deliver, first what was kept. */
  void attach(Receiver to) {
    long demand;
    boolean over;
    synchronized (this) {
      receiver = to;
      while (!kept.isEmpty()) {
        busy++;
        to.receive(kept.remove());
      }
      demand = takeDemand();
      over = completed;
    }
    if (over) {
      to.completed(failure);
    }
    ask(demand);
  }

  /** Delivers nothing more from when this returns. What has been delivered may still be done. */
  synchronized void detach() {
    receiver = null;
  }

  /** A delivered message has been routed, or given up: its slot is free. */
  void done() {
    long demand;
    synchronized (this) {
      busy--;
      free++;
      demand = takeDemand();
    }
    ask(demand);
  }

  /** How many messages have been delivered and are not done. */
  synchronized int pending() {
    return busy;
  }

  /** Why nothing comes any more; null as long as it may, or if it ended without an error. */
  synchronized @Nullable Throwable failure() {
    return failure;
  }

  /** Whether nothing can come any more. */
  synchronized boolean isEnded() {
    return ended || completed;
  }

  /**
   * Ends it; what is kept stays in the room for others. Returns whether it was not ended before.
   */
  boolean end() {
    synchronized (this) {
      if (ended) {
        return false;
      }
      ended = true;
      receiver = null;
      kept.clear();
    }
    cancel();
    return true;
  }

  private synchronized long takeDemand() {
    if (receiver == null || !subscribed) {
      return 0;
    }
    int demand = free;
    free = 0;
    return demand;
  }

  private void ask(long demand) {
    if (demand > 0) {
      request(demand);
    }
  }

  @Override
  protected void hookOnSubscribe(Subscription subscription) {
    long demand;
    synchronized (this) {
      subscribed = true;
      demand = takeDemand();
    }
    ask(demand);
  }

  @Override
  protected void hookOnNext(Message message) {
    synchronized (this) {
      if (ended) {
        return;
      }
      if (receiver == null) {
        kept.add(message);
      } else {
        busy++;
        receiver.receive(message);
      }
    }
  }

  @Override
  protected void hookOnComplete() {
    finish(null);
  }

  @Override
  protected void hookOnError(Throwable error) {
    finish(error);
  }

  private void finish(@Nullable Throwable error) {
    Receiver to;
    synchronized (this) {
      completed = true;
      failure = error;
      to = ended ? null : receiver;
    }
    if (to != null) {
      to.completed(error);
    }
  }
}
