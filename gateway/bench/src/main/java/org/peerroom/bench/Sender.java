package org.peerroom.bench;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The publishing side of one way to bring messages to another process. */
interface Sender extends AutoCloseable {

  /** Sends these in order; completes when all have been handed over. */
  Mono<Void> send(Flux<byte[]> messages);

  @Override
  void close();
}
