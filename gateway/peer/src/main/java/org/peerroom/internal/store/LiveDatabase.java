package org.peerroom.internal.store;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.peerroom.internal.store.Change.Table;
import org.rocksdb.RocksDBException;

/** The database of a folder, which may be closed and opened again while it is in use. */
final class LiveDatabase implements BatchSink, AutoCloseable {

  private final DatabaseOpening opening;
  private final AtomicBoolean removedDocuments = new AtomicBoolean();
  private volatile Database current;

  /**
   * @throws StoreException if it cannot be opened, nor saved
   */
  LiveDatabase(DatabaseOpening opening) throws StoreException {
    this.opening = opening;
    this.current = opening.open();
  }

  @Override
  public void write(List<Change> changes, boolean sync) throws RocksDBException {
    current.write(changes, sync);
    for (Change change : changes) {
      if (removesDocuments(change)) {
        removedDocuments.set(true);
      }
    }
  }

  private static boolean removesDocuments(Change change) {
    if (change instanceof Change.Remove remove) {
      return remove.table() == Table.DOCUMENTS;
    }
    return change instanceof Change.RemoveRange range && range.table() == Table.DOCUMENTS;
  }

  @Override
  public void restart() throws StoreException {
    current.close();
    current = opening.open();
  }

  void forEach(Table table, byte[] prefix, BiConsumer<byte[], byte[]> each)
      throws RocksDBException {
    current.forEach(table, prefix, each);
  }

  /** Whether documents were removed since this was asked last. */
  boolean takeRemovedDocuments() {
    return removedDocuments.getAndSet(false);
  }

  void compact(Table table) throws RocksDBException {
    current.compact(table);
  }

  /** What opening found damaged. */
  List<String> damage() {
    return opening.damage();
  }

  Path path() {
    return opening.path();
  }

  @Override
  public void close() {
    current.close();
    opening.closed();
  }
}
