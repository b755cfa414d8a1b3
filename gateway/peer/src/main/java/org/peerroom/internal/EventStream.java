package org.peerroom.internal;

import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** Events from the peer's loop to whoever listens, each listener on a thread that it may block. */
final class EventStream<T> {

  private static final int BUFFER = 1024;

  private final Sinks.Many<T> sink = Sinks.unsafe().many().multicast().directBestEffort();

  /** Called on the peer's loop only. A listener whose buffer is full does not get this event. */
  void tell(T event) {
    sink.tryEmitNext(event);
  }

  /** Called on the peer's loop only. */
  void complete() {
    sink.tryEmitComplete();
  }

  Flux<T> asFlux() {
    return sink.asFlux()
        .onBackpressureBuffer(BUFFER, dropped -> {}, BufferOverflowStrategy.DROP_LATEST)
        .publishOn(Schedulers.boundedElastic(), 1);
  }
}
