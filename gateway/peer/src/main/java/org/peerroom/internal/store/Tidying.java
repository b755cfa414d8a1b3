package org.peerroom.internal.store;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.peerroom.internal.store.Change.Table;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Rewrites the documents when some were removed, once a minute, so that keys leave the disk. */
final class Tidying implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Tidying.class);
  private static final long EVERY_SECONDS = 60;

  private final LiveDatabase database;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread made = new Thread(task, "peerroom-store-tidying");
            made.setDaemon(true);
            return made;
          });

  Tidying(LiveDatabase database) {
    this.database = database;
    thread.scheduleWithFixedDelay(this::tidy, EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
  }

  private void tidy() {
    try {
      if (database.takeRemovedDocuments()) {
        database.compact(Table.DOCUMENTS);
      }
    } catch (RocksDBException e) {
      // The writer sees the same, and says so.
      LOG.debug("{}: not tidied: {}", database.path(), e.getMessage());
    }
  }

  @Override
  public void close() {
    thread.shutdown();
  }
}
