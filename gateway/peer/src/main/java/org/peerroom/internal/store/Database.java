package org.peerroom.internal.store;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.peerroom.internal.store.Change.Table;
import org.rocksdb.AbstractImmutableNativeReference;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * An open RocksDB with its native handles. Reading and writing may go on at the same time, closing
 * waits for both.
 */
final class Database implements AutoCloseable {

  private static final int MAX_BATCH_BYTES = 4 * 1024 * 1024;

  private final RocksDB db;
  private final DatabaseOptions options;

  /** In the order of {@link DatabaseOptions#families()}. */
  private final List<ColumnFamilyHandle> handles;

  private final WriteOptions synced = new WriteOptions().setSync(true);
  private final WriteOptions unsynced = new WriteOptions().setSync(false);
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private boolean closed;

  private Database(RocksDB db, DatabaseOptions options, List<ColumnFamilyHandle> handles) {
    this.db = db;
    this.options = options;
    this.handles = handles;
  }

  /** Opens it, or makes a new one if there is none. */
  static Database open(Path folder, WALRecoveryMode mode) throws RocksDBException {
    DatabaseOptions options = DatabaseOptions.create(mode);
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try {
      RocksDB db = RocksDB.open(options.database(), folder.toString(), options.families(), handles);
      return new Database(db, options, handles);
    } catch (RocksDBException e) {
      options.close();
      throw e;
    }
  }

  /** Opens what another process may be writing to. */
  static Database openReadOnly(Path folder) throws RocksDBException {
    DatabaseOptions options = DatabaseOptions.create(WALRecoveryMode.PointInTimeRecovery);
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try {
      RocksDB db =
          RocksDB.openReadOnly(options.database(), folder.toString(), options.families(), handles);
      return new Database(db, options, handles);
    } catch (RocksDBException e) {
      options.close();
      throw e;
    }
  }

  /** Reads all table files and compares their checksums. */
  void verify() throws RocksDBException {
    db.verifyChecksum();
  }

  void write(List<Change> changes, boolean sync) throws RocksDBException {
    lock.readLock().lock();
    try (WriteBatch batch = new WriteBatch()) {
      requireOpen();
      for (Change change : changes) {
        addTo(batch, change);
        if (batch.getDataSize() > MAX_BATCH_BYTES) {
          db.write(unsynced, batch);
          batch.clear();
        }
      }
      if (batch.count() > 0) {
        db.write(sync ? synced : unsynced, batch);
      } else if (sync) {
        db.syncWal();
      }
    } finally {
      lock.readLock().unlock();
    }
  }

  private void addTo(WriteBatch batch, Change change) throws RocksDBException {
    if (change instanceof Change.Put put) {
      batch.put(handle(put.table()), put.key(), put.value());
    } else if (change instanceof Change.Remove remove) {
      batch.delete(handle(remove.table()), remove.key());
    } else if (change instanceof Change.RemoveRange range) {
      batch.deleteRange(handle(range.table()), range.from(), range.before());
    }
  }

  byte @Nullable [] get(Table table, byte[] key) throws RocksDBException {
    lock.readLock().lock();
    try {
      requireOpen();
      return db.get(handle(table), key);
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Calls back with key and value of each row whose key begins so, in order. */
  void forEach(Table table, byte[] prefix, BiConsumer<byte[], byte[]> each)
      throws RocksDBException {
    lock.readLock().lock();
    try {
      requireOpen();
      try (ReadOptions reading = new ReadOptions().setVerifyChecksums(true).setFillCache(false);
          RocksIterator rows = db.newIterator(handle(table), reading)) {
        for (rows.seek(prefix); rows.isValid(); rows.next()) {
          byte[] key = rows.key();
          if (!RowKeys.startsWith(key, prefix)) {
            break;
          }
          each.accept(key, rows.value());
        }
        rows.status();
      }
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Rewrites a table without what was removed from it. */
  void compact(Table table) throws RocksDBException {
    lock.readLock().lock();
    try {
      requireOpen();
      db.compactRange(handle(table));
    } finally {
      lock.readLock().unlock();
    }
  }

  private ColumnFamilyHandle handle(Table table) {
    return handles.get(DatabaseOptions.indexOf(table));
  }

  private void requireOpen() throws RocksDBException {
    if (closed) {
      throw new RocksDBException("the database is closed");
    }
  }

  /** Waits for calls that are under way. Calling it again does nothing. */
  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      handles.forEach(AbstractImmutableNativeReference::close);
      db.close();
      synced.close();
      unsynced.close();
      options.close();
    } finally {
      lock.writeLock().unlock();
    }
  }
}
