package org.peerroom.gateway.http;

import java.io.ByteArrayOutputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Reads one body into memory: no more than one may have, and no more than all may have together. A
 * body that is a little too large is read to its end and dropped: a connection that is closed while
 * the other side still sends is reset, and the answer is lost with it.
 */
public final class BodyReader {

  /** How many bytes over the limit are read and dropped. */
  private static final int DROPPED = 256 << 10;

  private final int max;
  private final AtomicLong shared;
  private final long budget;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final AtomicBoolean released = new AtomicBoolean();
  private final AtomicLong taken = new AtomicLong();
  private volatile boolean whole;
  private boolean over;
  private long read;

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

  /**
   * Whether a body of this length is so large that it is not worth reading to its end.
   *
   * @param max the most bytes that it may have
   */
  public static boolean isHopeless(long length, int max) {
    return length > (long) max + DROPPED;
  }

  /** Ends with {@link TooLarge} or {@link TooMuch} before what is over a limit is kept. */
  public Mono<byte[]> read(Flux<byte[]> chunks) {
    return chunks
        .doOnNext(this::take)
        .then(
            Mono.fromSupplier(
                () -> {
                  whole = true;
                  if (over) {
                    throw new TooLarge();
                  }
                  return bytes.toByteArray();
                }));
  }

  private void take(byte[] chunk) {
    read += chunk.length;
    if (isHopeless(read, max)) {
      throw new TooLarge();
    }
    if (over || read > max) {
      over = true;
      bytes.reset();
      return;
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
