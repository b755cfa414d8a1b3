package org.peerroom.bench;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/**
 * What has reached a subscriber. Written by the one thread that delivers, read by any: a message
 * counts only if it carries the number that is due, so that what is lost, doubled or out of order
 * shows.
 */
final class Tally {

  private static final long LONGEST_NANOS = 60_000_000_000L;

  private final AtomicLong messages = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong misplaced = new AtomicLong();
  private final AtomicLong gaps = new AtomicLong();
  private final Histogram latency = new Histogram(LONGEST_NANOS, 3);
  private volatile boolean timing;
  private volatile long pauseNanos;
  private long due;

  /** A message arrived. */
  void arrived(byte[] message) {
    ByteBuffer bytes = ByteBuffer.wrap(message);
    arrived(bytes.getLong(), bytes.getLong(), message.length);
  }

  /** A message of this size arrived, with what its {@link Payload} says. */
  void arrived(long number, long madeAtNanos, int size) {
    if (number == due) {
      messages.lazySet(messages.getPlain() + 1);
      bytes.lazySet(bytes.getPlain() + size);
    } else {
      misplaced.lazySet(misplaced.getPlain() + 1);
    }
    due = number + 1;
    if (timing) {
      record(System.nanoTime() - madeAtNanos);
    }
    if (pauseNanos > 0) {
      pause();
    }
  }

  private void record(long nanos) {
    synchronized (latency) {
      latency.recordValue(Math.max(0, Math.min(LONGEST_NANOS, nanos)));
    }
  }

  private void pause() {
    long until = System.nanoTime() + pauseNanos;
    while (System.nanoTime() < until) {
      java.util.concurrent.locks.LockSupport.parkNanos(until - System.nanoTime());
    }
  }

  /** The room said that messages are missing. */
  void gap() {
    gaps.incrementAndGet();
  }

  /** From now on the time since each message was made is recorded. */
  void time() {
    timing = true;
  }

  /** From now on each message takes at least this long. */
  void pauseEach(long nanos) {
    pauseNanos = nanos;
  }

  /** What was recorded since the last call; recording ends. */
  Histogram takeTimes() {
    timing = false;
    synchronized (latency) {
      Histogram taken = latency.copy();
      latency.reset();
      return taken;
    }
  }

  long messages() {
    return messages.get();
  }

  long bytes() {
    return bytes.get();
  }

  long misplaced() {
    return misplaced.get();
  }

  long gaps() {
    return gaps.get();
  }
}
