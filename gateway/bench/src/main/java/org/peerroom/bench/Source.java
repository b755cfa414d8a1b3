package org.peerroom.bench;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** Makes messages and gives them to a sender; numbers go on from run to run. */
final class Source {

  private final Sender sender;
  private final AtomicLong taken = new AtomicLong();
  private volatile boolean stopping;
  private @Nullable CompletableFuture<Void> running;

  Source(Sender sender) {
    this.sender = sender;
  }

  /** How many messages have been taken so far. */
  long taken() {
    return taken.get();
  }

  /** Sends messages of this size as fast as they are taken, until {@link #stop()}. */
  void start(int size) {
    stopping = false;
    running = sender.send(messages(size)).toFuture();
  }

  /** Ends what {@link #start} began; how many messages have been sent altogether. */
  long stop() {
    stopping = true;
    if (running != null) {
      running.join();
    }
    return taken();
  }

  /** Sends this many messages one by one, with this pause in microseconds between them. */
  long pace(int size, int count, long pauseMicros) {
    Payload payload = new Payload(size);
    for (int i = 0; i < count; i++) {
      LockSupport.parkNanos(pauseMicros * 1_000);
      sender.send(Flux.defer(() -> Flux.just(next(payload, System.nanoTime())))).block();
    }
    return taken();
  }

  private Flux<byte[]> messages(int size) {
    Payload payload = new Payload(size);
    return Flux.generate(
        sink -> {
          if (stopping) {
            sink.complete();
          } else {
            sink.next(next(payload, 0));
          }
        });
  }

  private byte[] next(Payload payload, long madeAtNanos) {
    long number = taken.getPlain();
    taken.lazySet(number + 1);
    return payload.message(number, madeAtNanos);
  }
}
