package org.peerroom.internal.store;

import java.nio.file.Path;
import java.util.Arrays;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.store.Change.Table;
import org.peerroom.internal.wire.Topic;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the receipts of a database that another process may be writing to. */
final class ReceiptReading {

  private static final Logger LOG = LoggerFactory.getLogger(ReceiptReading.class);

  /** Files may go between the reading of their list and their opening. */
  private static final int TRIES = 5;

  private final Path path;
  private final Documents documents;

  ReceiptReading(Path path, Documents documents) {
    this.path = path;
    this.documents = documents;
  }

  void run(DocumentVisitor visitor) throws StoreException {
    try (Database database = open()) {
      database.forEach(
          Table.DOCUMENTS,
          new byte[0],
          (rowKey, value) -> {
            if (RowKeys.shelfOf(rowKey) == Shelf.RECEIPT) {
              visit(visitor, rowKey, value);
            }
          });
    } catch (RocksDBException e) {
      throw failure(e);
    }
  }

  private Database open() throws RocksDBException {
    for (int tries = 1; tries < TRIES; tries++) {
      try {
        return Database.openReadOnly(path);
      } catch (RocksDBException e) {
        LOG.debug("{}: tried again: {}", path, e.getMessage());
      }
    }
    return Database.openReadOnly(path);
  }

  private void visit(DocumentVisitor visitor, byte[] rowKey, byte[] value) {
    try {
      Documents.Opened opened = documents.open(rowKey, value);
      visitor.visit(Topic.of(Arrays.copyOf(rowKey, Topic.SIZE)), opened.name(), opened.value());
    } catch (CryptoException e) {
      LOG.warn("{}: a receipt was left out: {}", path, e.getMessage());
    }
  }

  private StoreException failure(RocksDBException e) {
    return new StoreException(
        path
            + ": the receipts cannot be read ("
            + e.getMessage()
            + "); try again, or start the peer so that it repairs what is damaged",
        e);
  }
}
