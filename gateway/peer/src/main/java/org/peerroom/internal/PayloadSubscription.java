package org.peerroom.internal;

import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.peerroom.MessageId;
import org.peerroom.OutgoingMessage;
import org.peerroom.PayloadLostException;
import org.peerroom.internal.crypto.Digests;
import org.peerroom.internal.crypto.StreamDigest;
import org.peerroom.internal.protocol.StreamReader;
import org.peerroom.internal.protocol.Streams;
import org.peerroom.internal.wire.StreamItem;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;
import reactor.util.concurrent.Queues;

/**
 * One subscriber of a streamed payload: the peer's loop reads {@value #AHEAD} chunks ahead, a
 * worker of its own checks them and emits what the subscriber has asked for. So a subscriber may
 * block, and holds up nobody but the author.
 */
final class PayloadSubscription implements Subscription {

  private static final int AHEAD = 8;

  private final OpenPayloads payloads;
  private final CoreSubscriber<? super ByteBuffer> subscriber;
  private final Scheduler.Worker worker;
  private final Queue<StreamItem> queue = Queues.<StreamItem>unbounded(AHEAD).get();
  private final AtomicInteger queued = new AtomicInteger();
  private final AtomicLong requested = new AtomicLong();
  private final AtomicInteger emitting = new AtomicInteger();
  private final AtomicBoolean refilling = new AtomicBoolean();
  private volatile boolean cancelled;
  private volatile @Nullable RuntimeException failure;

  /** Only used by the worker. */
  private final StreamDigest digest = new StreamDigest();

  /** Only used on the peer's loop; null until it has been made there and after the end. */
  private @Nullable StreamReader reader;

  private @Nullable Streams streams;

  PayloadSubscription(
      OpenPayloads payloads,
      CoreSubscriber<? super ByteBuffer> subscriber,
      Scheduler.Worker worker) {
    this.payloads = payloads;
    this.subscriber = subscriber;
    this.worker = worker;
  }

  /** On the peer's loop. */
  void begin(Streams from, MessageId id) {
    streams = from;
    try {
      reader = from.open(id);
    } catch (PayloadLostException e) {
      fail(e);
    }
    refill();
  }

  /** On the peer's loop: the place, to be given back; null if there is none. */
  @Nullable StreamReader detach() {
    StreamReader was = reader;
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
      payloads.remove(this);
      worker.dispose();
    }
  }

  boolean isCancelled() {
    return cancelled;
  }

  /** On the peer's loop: reads ahead if there is room. */
  void refill() {
    refilling.set(false);
    boolean more = false;
    while (reader != null && !cancelled && queued.get() < AHEAD) {
      try {
        StreamItem item = reader.read();
        if (item == null) {
          break;
        }
        queued.incrementAndGet();
        queue.offer(item);
        more = true;
        if (item instanceof StreamItem.End) {
          giveBack();
        }
      } catch (PayloadLostException e) {
        giveBack();
        fail(e);
      }
    }
    if (more) {
      emitSoon();
    }
  }

  private void giveBack() {
    StreamReader was = detach();
    if (was != null && streams != null) {
      streams.close(was);
    }
  }

  /** On the peer's loop: there will be nothing more, once what is queued has been taken. */
  void fail(RuntimeException why) {
    failure = why;
    emitSoon();
  }

  private void emitSoon() {
    if (emitting.getAndIncrement() == 0 && !cancelled) {
      try {
        worker.schedule(this::emit);
      } catch (RejectedExecutionException e) {
        cancel();
      }
    }
  }

  private void emit() {
    int missed = 1;
    do {
      while (!cancelled && emitNext()) {
        // as long as there is something to emit, and demand
      }
      missed = emitting.addAndGet(-missed);
    } while (missed != 0);
  }

  /** False if there is nothing to emit now. */
  private boolean emitNext() {
    RuntimeException why = failure;
    StreamItem item = queue.peek();
    if (item == null) {
      if (why != null) {
        end(why);
      }
      return false;
    }
    ByteBuffer bytes = bytes(item).asReadOnlyBuffer();
    if (bytes.hasRemaining() && requested.get() == 0) {
      return false;
    }
    taken();
    digest.update(bytes);
    String wrong = whatIsWrong(item);
    if (wrong != null) {
      end(new PayloadLostException("a streamed payload is not what was published: " + wrong));
      return false;
    }
    if (bytes.hasRemaining()) {
      requested.updateAndGet(before -> before == Long.MAX_VALUE ? before : before - 1);
      subscriber.onNext(bytes);
    }
    if (item instanceof StreamItem.End && !cancelled) {
      end(null);
    }
    return true;
  }

  private void taken() {
    queue.remove();
    if (queued.decrementAndGet() <= AHEAD / 2 && refilling.compareAndSet(false, true)) {
      payloads.refill(this);
    }
  }

  private static ByteBuffer bytes(StreamItem item) {
    if (item instanceof StreamItem.Chunk chunk) {
      return chunk.bytes();
    }
    return item instanceof StreamItem.End end ? end.bytes() : ByteBuffer.allocate(0);
  }

  private @Nullable String whatIsWrong(StreamItem item) {
    if (digest.total() > OutgoingMessage.MAX_STREAM) {
      return "it is larger than " + OutgoingMessage.MAX_STREAM + " bytes";
    }
    if (!(item instanceof StreamItem.End end)) {
      return null;
    }
    if (digest.total() != end.total()) {
      return "it has " + digest.total() + " bytes, not " + end.total();
    }
    if (end.total() > 0 && !end.bytes().hasRemaining()) {
      return "its last bytes came before what they were to be checked with";
    }
    boolean same = Digests.constantTimeEquals(digest.finish(), end.digest().array());
    return same ? null : "its SHA-256 hash is another one";
  }

  private void end(@Nullable RuntimeException why) {
    cancelled = true;
    payloads.remove(this);
    if (why == null) {
      subscriber.onComplete();
    } else {
      subscriber.onError(why);
    }
    worker.dispose();
  }
}
