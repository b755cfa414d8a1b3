package org.peerroom.gateway.run;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs what waits between two attempts. When the gateway stops, nothing waits any longer: every
 * attempt that is due later is made at once, and what fails then is given back to where it came
 * from.
 */
final class BackOffScheduler extends ScheduledThreadPoolExecutor {

  private static final int THREADS = 4;
  private static final long HURRIED_MILLIS = 100;

  private volatile boolean hurried;

  BackOffScheduler() {
    super(
        THREADS,
        task -> {
          Thread thread = new Thread(task, "retry");
          thread.setDaemon(true);
          return thread;
        });
    setRemoveOnCancelPolicy(true);
    setKeepAliveTime(30, TimeUnit.SECONDS);
    allowCoreThreadTimeOut(true);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    long millis = unit.toMillis(delay);
    return super.schedule(
        task, hurried ? Math.min(millis, HURRIED_MILLIS) : millis, TimeUnit.MILLISECONDS);
  }

  /** Makes every attempt that waits at once, and lets no later one wait for long. */
  void hurry() {
    hurried = true;
    for (Runnable waiting : getQueue().toArray(new Runnable[0])) {
      if (remove(waiting)) {
        // A task in the queue of this class is a future that may be run by anyone, once.
        execute(waiting);
      }
    }
  }
}
