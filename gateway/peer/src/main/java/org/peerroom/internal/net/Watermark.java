package org.peerroom.internal.net;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A number of bytes that becomes high above one mark and is low again only below another. Any
 * thread may add and remove; each crossing is reported to exactly one caller.
 */
final class Watermark {

  private final long highMark;
  private final long lowMark;

  /**
   * Level and flag in one word, so that no thread ever sees one without the other: level * 2 +
   * (high ? 1 : 0).
   */
  private final AtomicLong state = new AtomicLong();

  Watermark(long highMark, long lowMark) {
    if (lowMark < 0 || highMark < lowMark) {
      throw new IllegalArgumentException(
          "marks out of order: high " + highMark + ", low " + lowMark);
    }
    this.highMark = highMark;
    this.lowMark = lowMark;
  }

  /** Whether this call made the level high. */
  boolean add(long bytes) {
    requireNotNegative(bytes);
    long before = state.getAndUpdate(s -> after(s, bytes));
    return !isHigh(before) && isHigh(after(before, bytes));
  }

  /** Whether this call made the level low again. */
  boolean remove(long bytes) {
    requireNotNegative(bytes);
    long before = state.getAndUpdate(s -> after(s, -bytes));
    return isHigh(before) && !isHigh(after(before, -bytes));
  }

  boolean high() {
    return isHigh(state.get());
  }

  long level() {
    return state.get() >> 1;
  }

  private long after(long before, long change) {
    long level = (before >> 1) + change;
    if (level < 0) {
      throw new IllegalStateException("more bytes were given back than had been taken: " + -level);
    }
    boolean high = isHigh(before) ? level >= lowMark : level > highMark;
    return level << 1 | (high ? 1 : 0);
  }

  private static boolean isHigh(long state) {
    return (state & 1) != 0;
  }

  private static void requireNotNegative(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("a negative number of bytes: " + bytes);
    }
  }
}
