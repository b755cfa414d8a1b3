package org.peerroom.bench.sealing;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;
import org.peerroom.bench.BenchException;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.wire.WireException;

/**
 * Measures what the calling thread does. What is short is done many times between two looks at the
 * clocks, and the median of many such samples is taken; what takes a second is done once.
 *
 * <p>Used by one thread.
 */
final class Meter {

  /** Reading the clock of a thread takes up to a microsecond, so this is looked at no oftener. */
  private static final long SAMPLE_NANOS = 2_000_000;

  private static final long ONCE_NANOS = 1_000_000_000;
  private static final int FEWEST_SAMPLES = 3;
  private static final int MOST_SAMPLES = 500;

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final long budgetNanos;

  /** What work gives is kept, so that no compiler leaves the work out. */
  private long sink;

  /**
   * @param budget how long one figure is measured, if its work is not longer
   */
  Meter(Duration budget) {
    if (!threads.isCurrentThreadCpuTimeSupported()) {
      throw new BenchException(
          "this Java runtime does not tell the processor time of a thread; take another one");
    }
    budgetNanos = budget.toNanos();
  }

  /** What is measured. */
  interface Work {
    /** Does it; gives any number that depends on all of it. */
    long run() throws CryptoException, WireException;
  }

  /**
   * Measures it.
   *
   * @throws BenchException if what was sealed does not open
   */
  Cost measure(Work work) {
    Cost first = sample(work, 1);
    if (first.wallNanos() > ONCE_NANOS) {
      return first;
    }
    // The first may have been slowed down by anything; the half of the time that is left warms up.
    int repeat = 1;
    double shortest = first.wallNanos();
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < budgetNanos / 2) {
      shortest = Math.min(shortest, sample(work, repeat).wallNanos());
      repeat = (int) Math.max(1, SAMPLE_NANOS / Math.max(1, shortest));
    }
    double[] cpu = new double[MOST_SAMPLES];
    double[] wall = new double[MOST_SAMPLES];
    int samples = 0;
    begin = System.nanoTime();
    while (samples < FEWEST_SAMPLES
        || (samples < MOST_SAMPLES && System.nanoTime() - begin < budgetNanos)) {
      Cost cost = sample(work, repeat);
      cpu[samples] = cost.cpuNanos();
      wall[samples] = cost.wallNanos();
      samples++;
    }
    return new Cost(median(cpu, samples), median(wall, samples), samples * repeat);
  }

  /** Does it for this long, so that it is compiled before anything is measured. */
  void warmUp(Duration time, Work work) {
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < time.toNanos()) {
      sample(work, 1);
    }
  }

  private Cost sample(Work work, int repeat) {
    try {
      long wall = System.nanoTime();
      long cpu = threads.getCurrentThreadCpuTime();
      long result = 0;
      for (int i = 0; i < repeat; i++) {
        result += work.run();
      }
      cpu = threads.getCurrentThreadCpuTime() - cpu;
      wall = System.nanoTime() - wall;
      sink += result;
      return new Cost((double) cpu / repeat, (double) wall / repeat, repeat);
    } catch (CryptoException | WireException e) {
      throw new BenchException("what was sealed does not open: " + e.getMessage(), e);
    }
  }

  /** A number that depends on everything that was done. */
  long sink() {
    return sink;
  }

  private static double median(double[] values, int count) {
    double[] sorted = Arrays.copyOf(values, count);
    Arrays.sort(sorted);
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
  }
}
