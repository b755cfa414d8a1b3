package org.peerroom.internal;

import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.NonBlocking;
import reactor.util.concurrent.Queues;

/**
 * The one thread that drives a peer's protocol. Runs what it is given in order, a batch at a time;
 * after each batch, and when its time has come, it takes a turn: that is where outputs are carried
 * out, once for the whole batch.
 */
final class PeerLoop implements Executor {

  private static final Logger LOG = LoggerFactory.getLogger(PeerLoop.class);
  private static final int BATCH = 512;

  private final Queue<Runnable> tasks = Queues.<Runnable>unboundedMultiproducer().get();
  private final LongSupplier turn;
  private final Thread thread;
  private volatile boolean asleep;
  private volatile boolean stopped;
  private volatile boolean ended;

  /** How many threads have found the loop at its end and not yet seen their tasks run. */
  private final AtomicInteger late = new AtomicInteger();

  /**
   * @param turn what to do after each batch; says how many milliseconds may pass until the next
   *     turn
   */
  PeerLoop(String name, LongSupplier turn) {
    this.turn = turn;
    this.thread = new LoopThread(this::run, name);
  }

  /** Reactor refuses to block on this thread. */
  private static final class LoopThread extends Thread implements NonBlocking {
    LoopThread(Runnable body, String name) {
      super(body, name);
      setDaemon(true);
    }
  }

  void start() {
    thread.start();
  }

  /**
   * Queues a task. What bounds the queue is who calls: each link and each room has a bound of its
   * own. After the end a task runs on the thread that brings it, still one at a time: it finds the
   * peer closed and says so, so that nobody waits for an answer that never comes.
   */
  @Override
  public void execute(Runnable task) {
    tasks.offer(task);
    if (ended) {
      runLate();
    } else if (asleep) {
      LockSupport.unpark(thread);
    }
  }

  /** Ends the thread after the current batch; no turn is taken any more. */
  void stop() {
    stopped = true;
    LockSupport.unpark(thread);
  }

  boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  private void run() {
    while (!stopped) {
      int done = 0;
      Runnable task;
      while (done < BATCH && (task = tasks.poll()) != null) {
        guarded(task);
        done++;
      }
      long wait = takeTurn();
      if (wait > 0) {
        rest(wait);
      }
    }
    ended = true;
    runLate();
  }

  private void runLate() {
    int seen = late.getAndIncrement() == 0 ? 1 : 0;
    while (seen != 0) {
      Runnable task;
      while ((task = tasks.poll()) != null) {
        guarded(task);
      }
      seen = late.addAndGet(-seen);
    }
  }

  /** The only place where this thread may wait. */
  private void rest(long millis) {
    asleep = true;
    if (tasks.isEmpty() && !stopped) {
      LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(millis));
    }
    asleep = false;
  }

  private long takeTurn() {
    try {
      return turn.getAsLong();
    } catch (RuntimeException e) {
      LOG.error("A defect in this program: a turn of the peer's loop failed. Please report it.", e);
      return 100;
    }
  }

  private static void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.error("A defect in this program: a task of the peer's loop failed. Please report it.", e);
    }
  }
}
