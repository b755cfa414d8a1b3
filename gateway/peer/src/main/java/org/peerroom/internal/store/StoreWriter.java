package org.peerroom.internal.store;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the changes of all rooms of a folder, in order, on one thread: what has queued while it
 * wrote goes into the next batch, synced if anyone waits for it and else after a second at most.
 *
 * <p>What is written stays in memory until a sync has succeeded. After a failure all of that is
 * written again, into a database that was opened anew: a kernel may drop pages whose sync has
 * failed and call the next sync a success. Until then nobody is told that anything is kept.
 */
final class StoreWriter {

  private static final Logger LOG = LoggerFactory.getLogger(StoreWriter.class);

  private static final int MAX_BATCH_BYTES = 4 * 1024 * 1024;
  private static final long MAX_UNSYNCED_BYTES = 8L * 1024 * 1024;
  private static final long SYNC_AFTER_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Path folder;
  private final BatchSink sink;
  private final long retryNanos;
  private final Thread thread;

  /** Guards itself and all that is not final. */
  private final Deque<Change> queue = new ArrayDeque<>();

  private long pendingBytes;
  private boolean closing;
  private boolean closed;

  /** Written and not synced, in order; used by the writing thread alone, as is all below. */
  private final List<Change> unsynced = new ArrayList<>();

  private long unsyncedBytes;
  private long unsyncedSince;
  private boolean failing;

  StoreWriter(Path folder, BatchSink sink, long retryMillis) {
    this.folder = folder;
    this.sink = sink;
    this.retryNanos = TimeUnit.MILLISECONDS.toNanos(retryMillis);
    this.thread = new Thread(this::run, "peerroom-store");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Queues a change; after the closing a commit fails at once, and all else is forgotten. */
  void add(Change change) {
    if (!queue(List.of(change)) && change instanceof Change.Commit commit) {
      tell(commit, new StoreException(folder + ": the store was closed before this was kept"));
    }
  }

  /** Queues changes that belong together: in most cases a crash leaves all of them or none. */
  void add(List<Change> changes) {
    queue(changes);
  }

  private boolean queue(List<Change> changes) {
    synchronized (queue) {
      if (closing) {
        return false;
      }
      for (Change change : changes) {
        queue.add(change);
        pendingBytes += change.weight();
      }
      queue.notifyAll();
      return true;
    }
  }

  long pendingBytes() {
    synchronized (queue) {
      return pendingBytes;
    }
  }

  /**
   * Takes no more, and waits until what was queued is synced, or cannot be.
   *
   * @param timeoutMillis how long it may take, and how long then a call that is under way
   * @return whether the thread has ended; if not, the database must be left open
   */
  boolean close(long timeoutMillis) {
    synchronized (queue) {
      closing = true;
      queue.notifyAll();
    }
    boolean interrupted = false;
    try {
      thread.join(timeoutMillis);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    synchronized (queue) {
      closed = true;
      queue.notifyAll();
    }
    try {
      thread.join(timeoutMillis);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return !thread.isAlive();
  }

  private void run() {
    try {
      while (awaitWork()) {
        writeSome();
      }
    } catch (InterruptedException e) {
      LOG.error("{}: the thread that writes the store was interrupted and ends", folder);
    } finally {
      refuseRest();
    }
  }

  /** False when there is nothing left to do, or no time left to do it. */
  private boolean awaitWork() throws InterruptedException {
    synchronized (queue) {
      while (true) {
        if (closed || (closing && queue.isEmpty() && unsynced.isEmpty())) {
          return false;
        }
        if (!queue.isEmpty() || closing) {
          return true;
        }
        if (unsynced.isEmpty()) {
          queue.wait();
        } else if (isSyncDue()) {
          return true;
        } else {
          TimeUnit.NANOSECONDS.timedWait(
              queue, unsyncedSince + SYNC_AFTER_NANOS - System.nanoTime());
        }
      }
    }
  }

  private boolean isSyncDue() {
    return !unsynced.isEmpty() && System.nanoTime() - unsyncedSince >= SYNC_AFTER_NANOS;
  }

  private void writeSome() throws InterruptedException {
    List<Change> changes = new ArrayList<>();
    List<Change.Commit> commits = new ArrayList<>();
    long taken = take(changes, commits);
    boolean sync =
        failing
            || !commits.isEmpty()
            || changes.isEmpty()
            || isSyncDue()
            || unsyncedBytes + taken > MAX_UNSYNCED_BYTES;
    if (failing) {
      // In front, as they were written first.
      changes.addAll(0, unsynced);
      unsynced.clear();
    }
    if (unsynced.isEmpty()) {
      unsyncedSince = System.nanoTime();
    }
    unsynced.addAll(changes);
    unsyncedBytes += taken;
    try {
      if (failing) {
        sink.restart();
      }
      sink.write(changes, sync);
    } catch (RocksDBException | StoreException e) {
      failed(e, commits);
      return;
    }
    if (sync) {
      synced();
    }
    commits.forEach(commit -> tell(commit, null));
  }

  private void synced() {
    unsynced.clear();
    synchronized (queue) {
      pendingBytes -= unsyncedBytes;
    }
    unsyncedBytes = 0;
    if (failing) {
      failing = false;
      LOG.info("{}: the store can be written again, and holds all that was queued", folder);
    }
  }

  private long take(List<Change> changes, List<Change.Commit> commits) {
    long taken = 0;
    synchronized (queue) {
      while (taken < MAX_BATCH_BYTES) {
        Change change = queue.poll();
        if (change == null) {
          break;
        }
        if (change instanceof Change.Commit commit) {
          commits.add(commit);
          pendingBytes -= change.weight();
        } else {
          changes.add(change);
          taken += change.weight();
        }
      }
    }
    return taken;
  }

  private void failed(Exception cause, List<Change.Commit> commits) throws InterruptedException {
    if (!failing) {
      failing = true;
      LOG.warn("{}", reason(cause).getMessage());
    }
    commits.forEach(commit -> tell(commit, reason(cause)));
    synchronized (queue) {
      if (closing) {
        closed = true;
      }
      long until = System.nanoTime() + retryNanos;
      while (!closing && System.nanoTime() < until) {
        TimeUnit.NANOSECONDS.timedWait(queue, until - System.nanoTime());
      }
    }
  }

  private StoreException reason(Exception cause) {
    return new StoreException(
        folder
            + ": nothing can be kept now ("
            + cause.getMessage()
            + "); make room on the disk or see to it, writing is tried again each second",
        cause);
  }

  private void refuseRest() {
    List<Change> rest;
    synchronized (queue) {
      closing = true;
      rest = new ArrayList<>(queue);
      queue.clear();
    }
    for (Change change : rest) {
      if (change instanceof Change.Commit commit) {
        tell(commit, new StoreException(folder + ": the store was closed before this was kept"));
      }
    }
  }

  private void tell(Change.Commit commit, @Nullable StoreException why) {
    try {
      commit.done().accept(why);
    } catch (RuntimeException e) {
      LOG.error(
          "A defect in this program: {}: a commit was not noticed. Please report it.", folder, e);
    }
  }
}
