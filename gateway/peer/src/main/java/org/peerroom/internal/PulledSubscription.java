package org.peerroom.internal;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;
import reactor.util.concurrent.Queues;

/**
 * One subscriber of a room: the peer's loop reads ahead a little into a bounded queue, a worker of
 * its own emits from that queue what the subscriber has asked for. So a subscriber may block, and
 * holds up nobody else.
 *
 * @param <T> what it gets
 */
abstract class PulledSubscription<T> implements Subscription {

  static final long READ_AHEAD_BYTES = 1 << 20;

  private final CoreSubscriber<? super T> subscriber;
  private final Scheduler.Worker worker;
  private final int readAhead;
  private final Queue<T> queue;
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

  PulledSubscription(CoreSubscriber<? super T> subscriber, Scheduler.Worker worker, int readAhead) {
    this.subscriber = subscriber;
    this.worker = worker;
    this.readAhead = readAhead;
    this.queue = Queues.<T>unbounded(readAhead).get();
  }

  /** On the peer's loop: takes what there is, at most this much and, but for one, this large. */
  abstract List<T> read(int most, long mostBytes);

  abstract long sizeOf(T one);

  /** From any thread: nothing more is wanted. */
  abstract void gone();

  /** From any thread: has {@link #refill} called on the peer's loop. */
  abstract void refillLater();

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
      gone();
      worker.dispose();
    }
  }

  boolean isCancelled() {
    return cancelled;
  }

  /** On the peer's loop: reads ahead if there is room and demand. */
  void refill() {
    refilling.set(false);
    if (cancelled || ended || (requested.get() == 0 && !readsUnasked())) {
      return;
    }
    int space = space(readAhead - queued.get());
    long bytes = READ_AHEAD_BYTES - queuedBytes.get();
    if (space <= 0 || bytes <= 0) {
      return;
    }
    List<T> some = read(space, bytes);
    if (some.isEmpty()) {
      return;
    }
    for (T one : some) {
      queuedBytes.addAndGet(sizeOf(one));
      queue.offer(one);
    }
    queued.addAndGet(some.size());
    emitSoon();
  }

  /** On the peer's loop: whether to read ahead though nothing is asked for. */
  boolean readsUnasked() {
    return false;
  }

  /** How much of this space to fill ahead of what is asked for. */
  int space(int free) {
    return free;
  }

  /** On the peer's loop: whether the subscriber has taken anything since the last call. */
  final boolean hasMoved() {
    long now = emittedInAll.get();
    boolean moved = now != emittedBefore;
    emittedBefore = now;
    return moved;
  }

  /** On the peer's loop: there will be nothing more. */
  void end() {
    ended = true;
    emitSoon();
  }

  /** On the peer's loop, before it has begun: there will be nothing at all. */
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
      T one = emitted < demand ? queue.poll() : null;
      if (one != null) {
        queuedBytes.addAndGet(-sizeOf(one));
        int left = queued.decrementAndGet();
        emitted++;
        emittedInAll.lazySet(emittedInAll.getPlain() + 1);
        subscriber.onNext(one);
        if (left == readAhead / 2 || left == 0) {
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
      refillLater();
    }
  }
}
