package org.peerroom.gateway;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Lets SIGTERM and SIGINT stop the process cleanly, and the process end with the exit code of that:
 * a JVM that is told to stop would otherwise end with 143 or 130.
 */
public final class StopSignal implements AutoCloseable {

  private final Runnable requestStop;
  private final Supplier<Duration> patience;
  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile ExitCode exitCode = ExitCode.FAILED;

  private StopSignal(Runnable requestStop, Supplier<Duration> patience) {
    this.requestStop = requestStop;
    this.patience = patience;
  }

  /**
   * Starts to listen.
   *
   * @param requestStop called once, by another thread, when the process is told to stop
   * @param patience how long the stop may then take; after that the process ends as failed
   */
  public static StopSignal install(Runnable requestStop, Supplier<Duration> patience) {
    StopSignal signal = new StopSignal(requestStop, patience);
    Runtime.getRuntime().addShutdownHook(new Thread(signal::stop, "stop"));
    return signal;
  }

  /** The work is done; a process that was told to stop ends with this code. */
  public void finished(ExitCode code) {
    exitCode = code;
    finished.countDown();
  }

  /** The work has failed if {@link #finished} was not called. */
  @Override
  public void close() {
    finished.countDown();
  }

  private void stop() {
    if (finished.getCount() == 0) {
      return;
    }
    requestStop.run();
    try {
      if (!finished.await(patience.get().toMillis(), TimeUnit.MILLISECONDS)) {
        System.err.println("gateway: did not stop in time and is ended now");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    // Only halt lets a process that was told to stop choose its exit code.
    Runtime.getRuntime().halt(exitCode.code());
  }
}
