package org.peerroom.internal.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.peerroom.internal.store.Change.Table;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileReader;
import org.rocksdb.SstFileReaderIterator;
import org.rocksdb.WALRecoveryMode;

/**
 * Makes a new database of what can be read from the files of a damaged one, which it leaves as they
 * are. RocksDB replays the logs; then each table's rows are added that are not there yet, the
 * newest table first, past blocks that cannot be read.
 *
 * <p>What was given up shortly before may come back, as tables alone do not tell. Segments that
 * were dropped stay below the floor of their feed, and of a document the newest version counts; but
 * a document that was removed may be there again.
 */
final class Salvage {

  /** RocksDB numbers its files; these are behind any number of a new database. */
  private static final long LOGS_FROM = 1_000_000;

  private static final int BATCH = 256;

  private final Path damaged;
  private final Path target;
  private final Documents documents;
  private final List<String> unread = new ArrayList<>();
  private final List<Change> batch = new ArrayList<>();
  private long rows;

  Salvage(Path damaged, Path target, Documents documents) {
    this.damaged = damaged;
    this.target = target;
    this.documents = documents;
  }

  /** Says how much was saved and what could not be. */
  String run() throws RocksDBException, IOException {
    deleteAll(target);
    Files.createDirectories(target);
    Database.open(target, WALRecoveryMode.AbsoluteConsistency).close();
    copyLogs();
    try (Database database = Database.open(target, WALRecoveryMode.SkipAnyCorruptedRecords)) {
      for (Path table : files(".sst")) {
        readTable(database, table);
      }
      flush(database);
      database.write(List.of(), true);
    }
    return rows
        + " rows of its tables and all readable records of its logs were saved"
        + (unread.isEmpty() ? "" : ", not what stood in " + String.join(", ", unread));
  }

  private void copyLogs() throws IOException {
    for (Path log : files(".log")) {
      Files.copy(log, target.resolve(LOGS_FROM + number(log) + ".log"));
    }
  }

  private void readTable(Database database, Path file) throws RocksDBException {
    try (Options options = new Options();
        ReadOptions reading = new ReadOptions().setVerifyChecksums(true).setFillCache(false);
        SstFileReader reader = new SstFileReader(options)) {
      reader.open(file.toString());
      Table table = DatabaseOptions.tableNamed(reader.getTableProperties().getColumnFamilyName());
      if (table == null) {
        return;
      }
      try (SstFileReaderIterator iterator = reader.newIterator(reading)) {
        readRows(database, table, file, iterator);
      }
    } catch (RocksDBException e) {
      if (!DatabaseOpening.isDamage(e)) {
        throw e;
      }
      unread.add(file.getFileName() + " (" + e.getMessage() + ")");
    }
  }

  private void readRows(Database database, Table table, Path file, SstFileReaderIterator iterator)
      throws RocksDBException {
    byte[] lastKey = new byte[0];
    int skip = 0;
    iterator.seekToFirst();
    while (true) {
      while (iterator.isValid()) {
        lastKey = iterator.key();
        skip = 0;
        keep(database, table, lastKey, iterator.value());
        iterator.next();
      }
      RocksDBException broken = statusOf(iterator);
      if (broken == null) {
        return;
      }
      if (skip == 0) {
        unread.add("a block of " + file.getFileName() + " (" + broken.getMessage() + ")");
      }
      byte[] next = successor(lastKey, skip);
      if (next == null) {
        return;
      }
      skip++;
      iterator.seek(next);
    }
  }

  private static @Nullable RocksDBException statusOf(SstFileReaderIterator iterator)
      throws RocksDBException {
    try {
      iterator.status();
      return null;
    } catch (RocksDBException e) {
      if (!DatabaseOpening.isDamage(e)) {
        throw e;
      }
      return e;
    }
  }

  /**
   * A key behind this one, the further behind the more were tried: its end grows, then the number
   * that its last byte is part of, then the next byte's.
   *
   * @return null when there is nothing further behind
   */
  static byte @Nullable [] successor(byte[] key, int tried) {
    byte[] next = new byte[Math.max(key.length, RowKeys.SEGMENT_SIZE)];
    System.arraycopy(key, 0, next, 0, key.length);
    int at = next.length - 1 - tried;
    while (at >= 0 && next[at] == (byte) 0xff) {
      at--;
    }
    if (at < 0) {
      return null;
    }
    next[at]++;
    java.util.Arrays.fill(next, at + 1, next.length, (byte) 0);
    return next;
  }

  private void keep(Database database, Table table, byte[] key, byte[] value)
      throws RocksDBException {
    byte[] present = database.get(table, key);
    boolean older =
        present != null
            && (table == Table.SEGMENTS
                || documents.version(key, present) >= documents.version(key, value));
    if (older) {
      return;
    }
    batch.add(new Change.Put(table, key, value));
    rows++;
    if (batch.size() >= BATCH) {
      flush(database);
    }
  }

  private void flush(Database database) throws RocksDBException {
    database.write(batch, false);
    batch.clear();
  }

  /** The newest first. */
  private List<Path> files(String end) throws IOException {
    try (Stream<Path> all = Files.list(damaged)) {
      return all.filter(file -> file.getFileName().toString().matches("[0-9]{1,12}\\" + end))
          .sorted(Comparator.comparingLong(Salvage::number).reversed())
          .toList();
    }
  }

  private static long number(Path file) {
    String name = String.valueOf(file.getFileName());
    return Long.parseLong(name.substring(0, name.indexOf('.')));
  }

  /** Deletes a folder with its files; nothing if there is none. */
  static void deleteAll(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }
}
