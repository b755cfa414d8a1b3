package org.peerroom.internal.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.rocksdb.WALRecoveryMode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a database whatever state it is in. First as it is; if its write-ahead log is torn, without
 * the torn end; if the log is damaged, without the damaged records; if anything else is, a new one
 * that holds all that can be read from the old one's files, and the old one is put aside.
 */
final class DatabaseOpening {

  private static final Logger LOG = LoggerFactory.getLogger(DatabaseOpening.class);

  private final Path path;
  private final Path rebuilt;
  private final Documents documents;
  private final Inventory inventory;
  private final List<String> damage = new CopyOnWriteArrayList<>();

  DatabaseOpening(Path path, Documents documents) {
    this.path = path;
    this.rebuilt = path.resolveSibling(path.getFileName() + ".new");
    this.documents = documents;
    this.inventory = new Inventory(path);
  }

  Path path() {
    return path;
  }

  /** What was found damaged and what was done about it, a line each. */
  List<String> damage() {
    return List.copyOf(damage);
  }

  Database open() throws StoreException {
    try {
      finishRebuilding();
      List<String> differences = inventory.differences();
      inventory.forget();
      differences.forEach(each -> report(path.getFileName() + ": " + each));
      String broken = whatIsMissing(differences);
      if (broken != null) {
        rebuild(broken);
      }
      return openOrRebuild();
    } catch (RocksDBException e) {
      throw failure(e);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** The database was closed, and nothing is to be written any more. */
  void closed() {
    try {
      inventory.write();
    } catch (IOException e) {
      LOG.info("{}: its files could not be listed: {}", path, e.toString());
    }
  }

  /** A crash may have come between the renaming of the old one and that of the new one. */
  private void finishRebuilding() throws IOException {
    if (!Files.exists(rebuilt)) {
      return;
    }
    if (Files.exists(path)) {
      Salvage.deleteAll(rebuilt);
    } else {
      Files.move(rebuilt, path);
    }
  }

  /** Null if RocksDB can be trusted to see itself what is wrong. */
  private @Nullable String whatIsMissing(List<String> differences) throws IOException {
    if (!Files.isDirectory(path)) {
      return null;
    }
    for (String difference : differences) {
      if (difference.startsWith("MANIFEST-") || difference.startsWith("CURRENT")) {
        return difference;
      }
    }
    if (Files.exists(path.resolve("CURRENT"))) {
      return null;
    }
    try (Stream<Path> files = Files.list(path)) {
      // RocksDB would begin a new one and remove these as left over.
      return files.anyMatch(file -> file.toString().matches(".*\\.(sst|log)"))
          ? "CURRENT is missing"
          : null;
    }
  }

  private Database openOrRebuild() throws RocksDBException, StoreException, IOException {
    try {
      return openAsItIs();
    } catch (RocksDBException e) {
      if (!isDamage(e)) {
        throw e;
      }
      rebuild(String.valueOf(e.getMessage()));
    }
    return openAsItIs();
  }

  private Database openAsItIs() throws RocksDBException {
    try {
      return verified(Database.open(path, WALRecoveryMode.AbsoluteConsistency));
    } catch (RocksDBException e) {
      if (!isDamage(e)) {
        throw e;
      }
    }
    try {
      Database database =
          verified(Database.open(path, WALRecoveryMode.TolerateCorruptedTailRecords));
      report("the end of the write-ahead log was torn and was cut off; peers are asked for it");
      return database;
    } catch (RocksDBException e) {
      if (!isDamage(e)) {
        throw e;
      }
      Database database = verified(Database.open(path, WALRecoveryMode.SkipAnyCorruptedRecords));
      report("damaged records of the write-ahead log were left out (" + e.getMessage() + ")");
      return database;
    }
  }

  private static Database verified(Database database) throws RocksDBException {
    try {
      database.verify();
      return database;
    } catch (RocksDBException e) {
      database.close();
      throw e;
    }
  }

  private void rebuild(String why) throws StoreException, IOException {
    Path aside = path.resolveSibling("damaged-" + System.currentTimeMillis());
    String saved;
    try {
      saved = new Salvage(path, rebuilt, documents).run();
    } catch (RocksDBException e) {
      if (!isDamage(e)) {
        throw failure(e);
      }
      Salvage.deleteAll(rebuilt);
      saved = "nothing could be saved (" + e.getMessage() + ") and it begins empty";
    }
    Files.move(path, aside);
    if (Files.exists(rebuilt)) {
      Files.move(rebuilt, path);
    }
    report(
        "the database was damaged ("
            + why
            + "): "
            + saved
            + "; what it was stands in "
            + aside
            + ", remove that when it is of no use");
  }

  private void report(String line) {
    LOG.warn("{}: {}", path, line);
    damage.add(line);
  }

  /** Whether a file is not what it was, as against a disk that is full or does not answer. */
  static boolean isDamage(RocksDBException e) {
    Status status = e.getStatus();
    if (status == null) {
      return false;
    }
    return switch (status.getCode()) {
      case Corruption, NotFound, NotSupported, InvalidArgument -> true;
      case IOError ->
          status.getSubCode() == Status.SubCode.None
              && String.valueOf(e.getMessage()).contains("No such file");
      default -> false;
    };
  }

  private StoreException failure(Exception e) {
    return new StoreException(
        path
            + ": the database cannot be opened ("
            + e.getMessage()
            + "); see to the disk and to the rights of its files, nothing was changed",
        e);
  }
}
