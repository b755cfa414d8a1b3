package org.peerroom.internal.store;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.rocksdb.RocksDBException;
import org.rocksdb.WALRecoveryMode;

/** Opens a database whatever state it is in. */
final class DatabaseOpening {

  private final Path path;
  private final List<String> damage = new CopyOnWriteArrayList<>();

  DatabaseOpening(Path path) {
    this.path = path;
  }

  Path path() {
    return path;
  }

  List<String> damage() {
    return List.copyOf(damage);
  }

  Database open() throws StoreException {
    try {
      return Database.open(path, WALRecoveryMode.PointInTimeRecovery);
    } catch (RocksDBException e) {
      throw new StoreException(
          path + ": the database cannot be opened (" + e.getMessage() + ")", e);
    }
  }
}
