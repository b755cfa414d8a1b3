package org.peerroom.internal;

import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.peerroom.MessageTooLargeException;
import org.peerroom.OutgoingMessage;
import org.peerroom.internal.crypto.StreamDigest;
import org.peerroom.internal.wire.StreamItem;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.scheduler.Scheduler;
import reactor.util.concurrent.Queues;

/**
 * Cuts what a publisher emits into chunks, {@value #AHEAD} of them ahead of the room: more is asked
 * for as the room takes them. Works on a thread of its own, which the publisher may block.
 */
final class ChunkSource implements CoreSubscriber<ByteBuffer> {

  private static final int AHEAD = 8;

  private final Publisher<ByteBuffer> source;
  private final Scheduler.Worker worker;
  private final Runnable changed;
  private final Queue<ByteBuffer> ready = Queues.<ByteBuffer>get(AHEAD).get();
  private final AtomicInteger readyCount = new AtomicInteger();
  private volatile @Nullable Outcome outcome;
  private volatile boolean cancelled;

  private volatile @Nullable Subscription upstream;

  // All that follows belongs to the worker.
  private final StreamDigest digest = new StreamDigest();
  private byte[] filling = new byte[0];
  private int filled;
  private @Nullable ByteBuffer rest;
  private boolean asked;
  private boolean complete;

  /** How a source ended, once all chunks before have been taken. */
  sealed interface Outcome {

    /** The last bytes, and what is to be known of all. */
    record Complete(long total, ByteBuffer digest, ByteBuffer last) implements Outcome {}

    /** There will be no more. */
    record Failed(Throwable why) implements Outcome {}
  }

  /**
   * @param changed told from any thread when there is more to take
   */
  ChunkSource(Publisher<ByteBuffer> source, Scheduler.Worker worker, Runnable changed) {
    this.source = source;
    this.worker = worker;
    this.changed = changed;
  }

  /** Subscribes. */
  void start() {
    work(() -> source.subscribe(this));
  }

  /** Asks for no more, and lets the thread go. */
  void cancel() {
    cancelled = true;
    cancelUpstream();
    worker.dispose();
  }

  private void cancelUpstream() {
    Subscription from = upstream;
    if (from != null) {
      from.cancel();
    }
  }

  /** Whether {@link #take} or {@link #outcome} has something. */
  boolean hasMore() {
    return outcome != null || !ready.isEmpty();
  }

  /** On one thread: the next chunk; null if there is none, or none yet. */
  @Nullable ByteBuffer take() {
    if (outcome instanceof Outcome.Failed) {
      return null;
    }
    ByteBuffer chunk = ready.poll();
    if (chunk != null) {
      readyCount.decrementAndGet();
      work(this::fill);
    }
    return chunk;
  }

  /** How it ended; null if it has not. Counts when {@link #take} has nothing, asked after this. */
  @Nullable Outcome outcome() {
    return outcome;
  }

  private void work(Runnable task) {
    try {
      worker.schedule(task);
    } catch (RejectedExecutionException e) {
      end(new Outcome.Failed(e));
    }
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    if (upstream != null) {
      subscription.cancel();
      return;
    }
    upstream = subscription;
    if (cancelled) {
      subscription.cancel();
    }
    work(this::fill);
  }

  @Override
  public void onNext(ByteBuffer buffer) {
    work(
        () -> {
          if (rest != null || !asked) {
            fail(new IllegalStateException("the payload's publisher emits more than it was asked"));
          } else {
            asked = false;
            rest = buffer;
            fill();
          }
        });
  }

  @Override
  public void onError(Throwable why) {
    work(() -> end(new Outcome.Failed(why)));
  }

  @Override
  public void onComplete() {
    work(
        () -> {
          complete = true;
          fill();
        });
  }

  private void fill() {
    Subscription from = upstream;
    if (from == null || outcome != null || cancelled) {
      return;
    }
    while (rest != null) {
      ByteBuffer some = rest;
      if (isTooLarge()) {
        break;
      } else if (!some.hasRemaining()) {
        rest = null;
      } else if (filled == filling.length && !makeRoom()) {
        return;
      } else {
        copy(some);
      }
    }
    if (isTooLarge()) {
      fail(
          new MessageTooLargeException(
              "a streamed payload has at most "
                  + OutgoingMessage.MAX_STREAM
                  + " bytes, and this one has more; cut it into several messages"));
    } else if (complete) {
      ByteBuffer last = ByteBuffer.wrap(filling, 0, filled);
      digest.update(last);
      long total = digest.total();
      end(new Outcome.Complete(total, ByteBuffer.wrap(digest.finish()), last));
    } else if (!asked && readyCount.get() < AHEAD) {
      asked = true;
      from.request(1);
    }
  }

  private boolean isTooLarge() {
    return digest.total() + filled > OutgoingMessage.MAX_STREAM;
  }

  private void copy(ByteBuffer some) {
    int length = Math.min(some.remaining(), filling.length - filled);
    some.get(filling, filled, length);
    filled += length;
  }

  /** The chunk before becomes ready only now: the last one is to go with the end. */
  private boolean makeRoom() {
    if (filled > 0) {
      if (readyCount.get() >= AHEAD) {
        return false;
      }
      ByteBuffer chunk = ByteBuffer.wrap(filling, 0, filled);
      digest.update(chunk);
      readyCount.incrementAndGet();
      ready.offer(chunk);
      changed.run();
    }
    filling = new byte[StreamItem.MAX_CHUNK];
    filled = 0;
    return true;
  }

  private void fail(Throwable why) {
    cancelUpstream();
    end(new Outcome.Failed(why));
  }

  private void end(Outcome how) {
    if (outcome == null) {
      outcome = how;
      changed.run();
    }
  }
}
