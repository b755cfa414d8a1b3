package org.peerroom.internal.store;

import java.util.List;
import org.rocksdb.RocksDBException;

/** Where batches of changes go: the database, or in tests one that fails. */
interface BatchSink {

  /**
   * Writes changes in order; after a failure some of the first may be written, which may be written
   * again.
   *
   * @param sync whether it, and all that was written before, must be on disk when this returns
   */
  void write(List<Change> changes, boolean sync) throws RocksDBException;

  /** Tries to make writing possible again after a failure: closes the database and opens it. */
  void restart() throws RocksDBException, StoreException;
}
