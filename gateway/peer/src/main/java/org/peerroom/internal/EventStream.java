package org.peerroom.internal;

import java.util.ArrayDeque;
import java.util.Queue;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * Events from the peer's loop to whoever listens, each listener on a thread that it may block. What
 * happens before anyone has listened at all is kept for the first one: many things are told once,
 * and may happen as soon as a peer runs.
 */
final class EventStream<T> {

  private static final int BUFFER = 1024;
  private static final int KEPT = 256;

  private final Sinks.Many<T> sink = Sinks.unsafe().many().multicast().directBestEffort();

  /** What was told before anyone listened; like the rest guarded by this. */
  private final Queue<T> kept = new ArrayDeque<>();

  private boolean heard;
  private boolean completed;

  /** Called on the peer's loop only. A listener whose buffer is full does not get this event. */
  synchronized void tell(T event) {
    if (heard) {
      sink.tryEmitNext(event);
      return;
    }
    if (kept.size() == KEPT) {
      kept.remove();
    }
    kept.add(event);
  }

  /** Called on the peer's loop only. */
  synchronized void complete() {
    completed = true;
    if (heard) {
      sink.tryEmitComplete();
    }
  }

  Flux<T> asFlux() {
    Flux<T> events =
        new Flux<>() {
          @Override
          public void subscribe(CoreSubscriber<? super T> listener) {
            sink.asFlux().subscribe(listener);
            listened();
          }
        };
    return events
        .onBackpressureBuffer(BUFFER, dropped -> {}, BufferOverflowStrategy.DROP_LATEST)
        .publishOn(Schedulers.boundedElastic(), 1);
  }

  /** A listener is in its place, and what it gets now goes no further than its own buffer. */
  private synchronized void listened() {
    if (heard) {
      return;
    }
    heard = true;
    kept.forEach(sink::tryEmitNext);
    kept.clear();
    if (completed) {
      sink.tryEmitComplete();
    }
  }
}
