package org.peerroom.gateway.http;

import java.io.ByteArrayOutputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Reads one body into memory: no more than one may have, and no more than all may have together.
 */
public final class BodyReader {

  private final int max;
  private final AtomicLong shared;
  private final long budget;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final AtomicBoolean released = new AtomicBoolean();
  private final AtomicLong taken = new AtomicLong();
  private volatile boolean whole;

  /**
   * @param max the most bytes of this body
   * @param shared how many bytes all bodies take now
   * @param budget how many they may take
   */
  public BodyReader(int max, AtomicLong shared, long budget) {
    this.max = max;
    this.shared = shared;
    this.budget = budget;
  }

  /** Ends with {@link TooLarge} or {@link TooMuch} before what is over a limit is kept. */
  public Mono<byte[]> read(Flux<byte[]> chunks) {
    return chunks
        .doOnNext(this::take)
        .then(
            Mono.fromSupplier(
                () -> {
                  whole = true;
                  return bytes.toByteArray();
                }));
  }

  private void take(byte[] chunk) {
    if (bytes.size() + (long) chunk.length > max) {
      throw new TooLarge();
    }
    // The array that grows and the copy at the end may exist at the same time.
    long cost = 2L * chunk.length;
    taken.addAndGet(cost);
    if (shared.addAndGet(cost) > budget) {
      throw new TooMuch();
    }
    bytes.writeBytes(chunk);
  }

  /** Whether nothing of the body is left on the connection. */
  public boolean isWhole() {
    return whole;
  }

  /** Gives back what was taken of the budget; to be called when the body is needed no more. */
  public void release() {
    if (released.compareAndSet(false, true)) {
      shared.addAndGet(-taken.get());
    }
  }

  /** This body has more bytes than one may have. */
  public static final class TooLarge extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooLarge() {
      super("a body is too large", null, false, false);
    }
  }

  /** All bodies together have more bytes than they may have. */
  public static final class TooMuch extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooMuch() {
      super("too many bytes are under way", null, false, false);
    }
  }
}
