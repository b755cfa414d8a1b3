package org.peerroom.camel;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.peerroom.Delivery;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/**
 * A consumer's place in a room. It asks the room for as many messages as it has free slots, never
 * more, and outlives the consumer. While no consumer is attached nothing is asked for. What was
 * asked for before is kept, if nobody else could have it; if the room keeps the place by its name
 * it goes back there, once what the consumer has under way is done.
 *
 * <p>The number of slots is always the sum of: messages at the consumer, messages kept, demand at
 * the room, and free slots that nothing was asked for yet.
 */
final class RoomSubscription {

  private final Flux<Delivery> source;
  private final boolean named;
  private final int slots;
  private final Runnable released;
  private final Deque<Delivery> kept = new ArrayDeque<>();
  private @Nullable Receiver receiver;
  private @Nullable Flow flow;
  private int free;
  private int busy;
  private boolean completed;
  private boolean ended;
  private @Nullable Throwable failure;

  /** Takes messages; must not block, and not fail. */
  interface Receiver {
    /** To be followed by {@link RoomSubscription#done()}, once, from any thread. */
    void receive(Delivery delivery);

    /** No more messages will come; with an error or without. */
    void completed(@Nullable Throwable error);
  }

  /**
   * @param source the messages of the room
   * @param named whether the room keeps the place, and others may take it
   * @param slots how many messages may be at the consumer at the same time
   * @param released run once when it has ended
   */
  RoomSubscription(Flux<Delivery> source, boolean named, int slots, Runnable released) {
    this.source = source;
    this.named = named;
    this.slots = slots;
    this.free = slots;
    this.released = released;
  }

  /** Begins to deliver, first what was kept. */
  void attach(Receiver to) {
    Flow running;
    boolean opened;
    long demand;
    boolean over;
    synchronized (this) {
      if (ended) {
        throw new IllegalStateException("a subscription that has ended delivers nothing");
      }
      receiver = to;
      while (!kept.isEmpty()) {
        busy++;
        to.receive(kept.remove());
      }
      over = completed;
      opened = flow == null && !over;
      if (opened) {
        flow = new Flow();
      }
      running = flow;
      demand = takeDemand();
    }
    if (over) {
      to.completed(failure());
    } else if (opened && running != null) {
      source.subscribe(running);
    } else {
      ask(running, demand);
    }
  }

  /** Delivers nothing more from when this returns. What has been delivered may still be done. */
  void detach() {
    Flow left;
    synchronized (this) {
      receiver = null;
      left = leave();
    }
    cancel(left);
  }

  /** A delivered message has been routed, or given up: its slot is free. */
  void done() {
    Flow running;
    Flow left;
    long demand;
    synchronized (this) {
      busy--;
      free++;
      left = leave();
      running = flow;
      demand = takeDemand();
    }
    cancel(left);
    ask(running, demand);
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

  /** Ends it for good; what is kept stays in the room for others. */
  void end() {
    Flow left;
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
      receiver = null;
      kept.clear();
      left = flow;
      flow = null;
    }
    cancel(left);
    released.run();
  }

  /**
   * Gives a named place back while nobody is attached. Not before all is done: what is still under
   * way would be delivered once more.
   */
  private @Nullable Flow leave() {
    if (!named || receiver != null || busy > 0 || completed) {
      return null;
    }
    Flow left = flow;
    flow = null;
    kept.clear();
    free = slots;
    return left;
  }

  private static void cancel(@Nullable Flow left) {
    if (left != null) {
      left.cancel();
    }
  }

  private long takeDemand() {
    if (receiver == null || flow == null || !flow.subscribed) {
      return 0;
    }
    int demand = free;
    free = 0;
    return demand;
  }

  private static void ask(@Nullable Flow running, long demand) {
    if (running != null && demand > 0) {
      running.request(demand);
    }
  }

  /** One subscription at the room. */
  private final class Flow extends BaseSubscriber<Delivery> {
    private boolean subscribed;

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
      long demand;
      synchronized (RoomSubscription.this) {
        subscribed = true;
        demand = flow == this ? takeDemand() : 0;
      }
      ask(this, demand);
    }

    @Override
    protected void hookOnNext(Delivery delivery) {
      synchronized (RoomSubscription.this) {
        if (flow != this) {
          return;
        }
        if (receiver == null) {
          kept.add(delivery);
        } else {
          busy++;
          receiver.receive(delivery);
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
      synchronized (RoomSubscription.this) {
        if (flow != this) {
          return;
        }
        completed = true;
        failure = error;
        to = receiver;
      }
      if (to != null) {
        to.completed(error);
      }
    }
  }
}
