package org.peerroom.internal.store;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.peerroom.internal.store.Change.Table;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.WALRecoveryMode;

/**
 * How the database is run: at most about 40 MiB outside the heap (16 MiB of unwritten rows and as
 * much being written, 8 MiB of cache), at most 64 MiB of write-ahead log, 256 files open. Nothing
 * is compressed: it is ciphertext.
 */
final class DatabaseOptions implements AutoCloseable {

  private static final long MIB = 1024 * 1024;
  private static final String SEGMENTS = "segments";
  private static final String DOCUMENTS = "documents";

  static {
    RocksDB.loadLibrary();
  }

  private final Cache cache;
  private final ColumnFamilyOptions family;
  private final DBOptions database;

  private DatabaseOptions(Cache cache, ColumnFamilyOptions family, DBOptions database) {
    this.cache = cache;
    this.family = family;
    this.database = database;
  }

  static DatabaseOptions create(WALRecoveryMode mode) {
    Cache cache = new LRUCache(8 * MIB);
    ColumnFamilyOptions family =
        new ColumnFamilyOptions()
            .setCompressionType(CompressionType.NO_COMPRESSION)
            .setWriteBufferSize(8 * MIB)
            .setMaxWriteBufferNumber(2)
            .setTargetFileSizeBase(16 * MIB)
            .setMaxBytesForLevelBase(64 * MIB)
            .setPeriodicCompactionSeconds(TimeUnit.HOURS.toSeconds(12))
            .setTableFormatConfig(
                new BlockBasedTableConfig().setBlockCache(cache).setBlockSize(16 * 1024));
    DBOptions database =
        new DBOptions()
            .setCreateIfMissing(true)
            .setCreateMissingColumnFamilies(true)
            .setParanoidChecks(true)
            .setWalRecoveryMode(mode)
            .setDbWriteBufferSize(16 * MIB)
            .setMaxTotalWalSize(64 * MIB)
            .setMaxOpenFiles(256)
            .setMaxFileOpeningThreads(1)
            .setMaxBackgroundJobs(2)
            .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
            .setKeepLogFileNum(2)
            .setMaxLogFileSize(MIB)
            .setMaxManifestFileSize(4 * MIB)
            .setStatsDumpPeriodSec(0)
            .setStatsPersistPeriodSec(0);
    return new DatabaseOptions(cache, family, database);
  }

  DBOptions database() {
    return database;
  }

  List<ColumnFamilyDescriptor> families() {
    return List.of(
        new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, family),
        new ColumnFamilyDescriptor(SEGMENTS.getBytes(StandardCharsets.UTF_8), family),
        new ColumnFamilyDescriptor(DOCUMENTS.getBytes(StandardCharsets.UTF_8), family));
  }

  /** Where a table's handle stands among those of {@link #families()}. */
  static int indexOf(Table table) {
    return switch (table) {
      case SEGMENTS -> 1;
      case DOCUMENTS -> 2;
    };
  }

  /** The table whose rows stand in files of this family; null if it is none of ours. */
  static @Nullable Table tableNamed(byte[] family) {
    return switch (new String(family, StandardCharsets.UTF_8)) {
      case SEGMENTS -> Table.SEGMENTS;
      case DOCUMENTS -> Table.DOCUMENTS;
      default -> null;
    };
  }

  @Override
  public void close() {
    database.close();
    family.close();
    cache.close();
  }
}
