package org.peerroom.simulator;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * Runs a scenario with many seeds, on as many threads as there are processors, and says how to
 * replay one that fails.
 *
 * <ul>
 *   <li>{@code -Dpeerroom.simulator.seed=N} runs that one seed alone;
 *   <li>{@code -Dpeerroom.simulator.seeds=N} runs this many seeds instead of the usual number;
 *   <li>{@code -Dpeerroom.simulator.trace=true} prints every event.
 * </ul>
 */
public final class Seeds {

  private static final String ONE = "peerroom.simulator.seed";
  private static final String MANY = "peerroom.simulator.seeds";
  private static final int FAILURES_SHOWN = 3;
  private static final long TOLD_EVERY = 100;

  private Seeds() {}

  /** How many seeds to run where this number is usual. */
  public static long count(long usual) {
    return Long.getLong(MANY, usual);
  }

  /**
   * Runs the scenario once for each seed from 0.
   *
   * @param name how the scenario is called in a failure
   * @param count how many seeds; see {@link #count}
   * @param scenario runs one seed, and throws if something does not hold
   */
  public static void run(String name, long count, LongConsumer scenario) {
    Long only = Long.getLong(ONE);
    if (only != null) {
      scenario.accept(only);
      return;
    }
    AtomicLong next = new AtomicLong();
    List<Failure> failures = Collections.synchronizedList(new ArrayList<>());
    int threads = Math.max(1, Runtime.getRuntime().availableProcessors());
    CountDownLatch done = new CountDownLatch(threads);
    long began = System.nanoTime();
    LongConsumer told =
        seed -> {
          scenario.accept(seed);
          if (seed > 0 && seed % TOLD_EVERY == 0) {
            long seconds = (System.nanoTime() - began) / 1_000_000_000;
            System.out.println(name + ": about " + seed + " seeds in " + seconds + " s");
          }
        };
    for (int i = 0; i < threads; i++) {
      Thread thread = new Thread(() -> work(next, count, told, failures, done), name + "-" + i);
      thread.setDaemon(true);
      thread.start();
    }
    try {
      done.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
    report(name, failures);
  }

  private record Failure(long seed, Throwable cause) {}

  private static void work(
      AtomicLong next,
      long count,
      LongConsumer scenario,
      List<Failure> failures,
      CountDownLatch done) {
    try {
      for (long seed = next.getAndIncrement(); seed < count; seed = next.getAndIncrement()) {
        try {
          scenario.accept(seed);
        } catch (RuntimeException | Error e) {
          failures.add(new Failure(seed, e));
        }
      }
    } finally {
      done.countDown();
    }
  }

  private static void report(String name, List<Failure> failures) {
    if (failures.isEmpty()) {
      return;
    }
    StringBuilder text = new StringBuilder(name + ": " + failures.size() + " seeds failed");
    for (Failure failure : failures.subList(0, Math.min(FAILURES_SHOWN, failures.size()))) {
      text.append("\n  seed ").append(failure.seed()).append(": ").append(failure.cause());
      text.append("\n    to replay: -D").append(ONE).append('=').append(failure.seed());
    }
    AssertionError error = new AssertionError(text.toString());
    failures.forEach(failure -> error.addSuppressed(failure.cause()));
    throw error;
  }
}
