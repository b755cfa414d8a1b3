package org.peerroom.internal;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.peerroom.Message;
import org.peerroom.internal.protocol.RoomReader;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;
import reactor.util.concurrent.Queues;

/**
 * One subscriber of a room: the peer's loop reads ahead a little into a bounded queue, a worker of
 * its own emits from that queue what the subscriber has asked for. So a subscriber may block, and
 * holds up nobody else.
 */
final class MessageSubscription implements Subscription {

  private static final int READ_AHEAD_MESSAGES = 256;
  private static final long READ_AHEAD_BYTES = 1 << 20;

  private final LocalRoom room;
  private final CoreSubscriber<? super Message> subscriber;
  private final Scheduler.Worker worker;
  private final Queue<Message> queue = Queues.<Message>unbounded(READ_AHEAD_MESSAGES).get();
  private final AtomicInteger queued = new AtomicInteger();
  private final AtomicLong queuedBytes = new AtomicLong();
  private final AtomicLong requested = new AtomicLong();
  private final AtomicInteger emitting = new AtomicInteger();
  private final AtomicBoolean refilling = new AtomicBoolean();
  private volatile boolean cancelled;
  private volatile boolean ended;
  private volatile @Nullable RuntimeException failure;

  /** Written by the worker alone. */
  private final AtomicLong emittedInAll = new AtomicLong();

  /** Only used on the peer's loop. */
  private long emittedBefore;

  /** Only used on the peer's loop; null until it has been made there and after it is given back. */
  private @Nullable RoomReader reader;

  MessageSubscription(
      LocalRoom room, CoreSubscriber<? super Message> subscriber, Scheduler.Worker worker) {
    this.room = room;
    this.subscriber = subscriber;
    this.worker = worker;
  }

  /** On the peer's loop. */
  void begin(RoomReader readsFrom) {
    reader = readsFrom;
    refill();
  }

  /** On the peer's loop: the reader, to be given back; null if there is none. */
  @Nullable RoomReader detach() {
    RoomReader was = reader;
    reader = null;
    return was;
  }

  @Override
  public void request(long n) {
    if (Operators.validate(n)) {
      requested.updateAndGet(before -> Operators.addCap(before, n));
      emitSoon();
    }
  }

  @Override
  public void cancel() {
    if (!cancelled) {
      cancelled = true;
      room.remove(this);
      worker.dispose();
    }
  }

  boolean isCancelled() {
    return cancelled;
  }

  /** On the peer's loop: reads ahead if there is room and demand. */
  void refill() {
    refilling.set(false);
    RoomReader from = reader;
    // Who is busy with a streamed payload asks for no message, but those in between must not block
    // the way of what follows of the payload.
    if (from == null || cancelled || (requested.get() == 0 && !room.readsPayloads())) {
      return;
    }
    int space = READ_AHEAD_MESSAGES - queued.get();
    long bytes = READ_AHEAD_BYTES - queuedBytes.get();
    if (space <= 0 || bytes <= 0) {
      return;
    }
    List<Message> messages = from.read(space, bytes);
    if (messages.isEmpty()) {
      return;
    }
    for (Message message : messages) {
      queuedBytes.addAndGet(message.size());
      queue.offer(message);
    }
    queued.addAndGet(messages.size());
    emitSoon();
  }

  /** On the peer's loop: the reader, if the subscriber has taken anything since the last call. */
  @Nullable RoomReader readerIfMoved() {
    long now = emittedInAll.get();
    boolean moved = now != emittedBefore;
    emittedBefore = now;
    return moved ? reader : null;
  }

  /** On the peer's loop: there will be nothing more. */
  void end() {
    ended = true;
    emitSoon();
  }

  /** On the peer's loop, instead of {@link #begin}: there will be nothing at all. */
  void fail(RuntimeException why) {
    failure = why;
    end();
  }

  private void emitSoon() {
    if (emitting.getAndIncrement() == 0 && !cancelled) {
      try {
        worker.schedule(this::emit);
      } catch (java.util.concurrent.RejectedExecutionException e) {
        cancel();
      }
    }
  }

  private void emit() {
    int missed = 1;
    do {
      emitQueued();
      missed = emitting.addAndGet(-missed);
    } while (missed != 0);
  }

  private void emitQueued() {
    long demand = requested.get();
    long emitted = 0;
    while (!cancelled) {
      boolean noMore = ended;
      Message message = emitted < demand ? queue.poll() : null;
      if (message != null) {
        queuedBytes.addAndGet(-message.size());
        int left = queued.decrementAndGet();
        emitted++;
        emittedInAll.lazySet(emittedInAll.getPlain() + 1);
        subscriber.onNext(message);
        if (left == READ_AHEAD_MESSAGES / 2 || left == 0) {
          refillSoon();
        }
        continue;
      }
      if (noMore && queue.isEmpty()) {
        cancelled = true;
        RuntimeException why = failure;
        if (why == null) {
          subscriber.onComplete();
        } else {
          subscriber.onError(why);
        }
        worker.dispose();
        return;
      }
      if (emitted == demand && requested.get() > demand) {
        demand = requested.get();
        continue;
      }
      break;
    }
    long done = emitted;
    if (done > 0) {
      requested.updateAndGet(before -> before == Long.MAX_VALUE ? before : before - done);
    }
    if (queued.get() == 0 && requested.get() > 0) {
      refillSoon();
    }
  }

  private void refillSoon() {
    if (refilling.compareAndSet(false, true)) {
      room.refill(this);
    }
  }
}
