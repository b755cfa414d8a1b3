package org.peerroom.internal.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.peerroom.internal.crypto.StoreKey;
import org.peerroom.internal.wire.Segment;
import org.peerroom.internal.wire.Topic;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder in which a peer keeps its rooms: a RocksDB in {@code db}, the version in {@code
 * FORMAT}, and for a peer without an identity a random key in {@code store.key}. One peer at a
 * time.
 *
 * <p>Guarantees that what was committed survives the process and a loss of power, as far as the
 * disk keeps what it says it has synced; that what comes back is what was put in, in the order it
 * was put in; and that nobody who reads the disk sees more than ciphertext, topics, the throw-away
 * ids of authors, sizes and numbers. All documents are sealed with a key that follows from the
 * identity's, or with the one in {@code store.key}, which whoever reads the folder has.
 *
 * <p>Does not guarantee that what is given up leaves the disk at once. It is never found again
 * through this class; its ciphertext stays in files until the database rewrites them: documents
 * about a minute later, if the store is open, segments when enough has changed or after 12 hours;
 * the write-ahead log keeps both until 64 MiB more were written. Copies that a file system or a
 * drive makes are out of reach. Does not guarantee that an attacker who can write to the disk
 * cannot bring back an older state.
 *
 * <p>Takes at most about 40 MiB outside the heap. Opening, recovering and closing block.
 */
public final class DataFolder implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);
  private static final long RETRY_MILLIS = 1000;
  private static final long CLOSE_MILLIS = 10_000;

  private final Path folder;
  private final FolderLock lock;
  private final StoreKey key;
  private final Documents documents;
  private final LiveDatabase database;
  private final StoreWriter writer;
  private final Tidying tidying;
  private final AtomicBoolean closed = new AtomicBoolean();

  private DataFolder(
      Path folder,
      FolderLock lock,
      StoreKey key,
      Documents documents,
      LiveDatabase database,
      StoreWriter writer) {
    this.folder = folder;
    this.lock = lock;
    this.key = key;
    this.documents = documents;
    this.database = database;
    this.writer = writer;
    this.tidying = new Tidying(database);
  }

  /**
   * Opens a folder, or makes it, for its owner alone. Blocks.
   *
   * @param folder one of its own: it is refused if it holds anything else
   * @param identityKey32 32 secret bytes that follow from the peer's identity, null for a peer
   *     without one; the caller may wipe its own
   * @throws StoreException if it is in use, was written under another identity or by a newer
   *     version, is no folder of a store, or cannot be read or written; it is left as it was
   */
  public static DataFolder open(Path folder, byte @Nullable [] identityKey32)
      throws StoreException {
    return open(folder, identityKey32, RETRY_MILLIS, UnaryOperator.identity());
  }

  static DataFolder open(
      Path folder,
      byte @Nullable [] identityKey32,
      long retryMillis,
      UnaryOperator<BatchSink> wrapped)
      throws StoreException {
    makeFolder(folder);
    FolderLock lock = FolderLock.take(folder);
    StoreKey key = null;
    try {
      key = FolderFormat.of(folder).openOrCreate(identityKey32);
      Documents documents = new Documents(key);
      LiveDatabase database =
          new LiveDatabase(new DatabaseOpening(folder.resolve("db"), documents));
      StoreWriter writer = new StoreWriter(folder, wrapped.apply(database), retryMillis);
      writer.start();
      return new DataFolder(folder, lock, key, documents, database, writer);
    } catch (StoreException | RuntimeException e) {
      if (key != null) {
        key.destroy();
      }
      lock.close();
      throw e;
    }
  }

  private static void makeFolder(Path folder) throws StoreException {
    try {
      if (Files.isDirectory(folder)) {
        return;
      }
      Files.createDirectories(folder);
      if (TwinFile.isPosix(folder)) {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
      }
    } catch (IOException e) {
      throw new StoreException(
          folder + ": the folder cannot be made (" + e + "); name one that this user may write to",
          e);
    }
  }

  /**
   * What is kept of a room. Blocks. Call it before the first change of the room's store, and once:
   * what does not fit together is cut out, on disk too, and what has expired is removed.
   *
   * @param nowMillis what has expired by then is not returned, milliseconds since 1970
   * @param isValid whether a segment's signature holds
   * @param hash the hash of a segment, which the next one names
   * @return segments whose feeds have no gaps: of each the oldest run that is whole
   * @throws StoreException if the disk cannot be read
   */
  public RecoveredRoom recover(
      Topic topic, long nowMillis, Predicate<Segment> isValid, Function<Segment, byte[]> hash)
      throws StoreException {
    RoomRecovery recovery =
        new RoomRecovery(
            topic,
            database,
            documents,
            new DurableRoomStore(topic, documents, writer),
            nowMillis,
            isValid,
            hash);
    RecoveredRoom recovered = recovery.run(database.damage());
    recovered.damage().stream()
        .filter(line -> !database.damage().contains(line))
        .forEach(line -> LOG.warn("{}: {}", folder, line));
    return recovered;
  }

  /** Where a room's changes go. Its methods do not block. */
  public RoomStore room(Topic topic) {
    return new DurableRoomStore(topic, documents, writer);
  }

  /**
   * Calls back with every receipt that is kept in a folder, of all its rooms; works while a peer
   * uses the folder, and changes nothing in it. Blocks.
   *
   * @param identityKey32 as of the peer
   * @throws StoreException if there is no such folder, the key is another, or it cannot be read
   */
  public static void visitReceipts(
      Path folder, byte @Nullable [] identityKey32, DocumentVisitor visitor) throws StoreException {
    StoreKey key = FolderFormat.of(folder).peek(identityKey32);
    try {
      new ReceiptReading(folder.resolve("db"), new Documents(key)).run(visitor);
    } finally {
      key.destroy();
    }
  }

  /** What was found damaged when the folder was opened, a line each; says what was done. */
  public List<String> damage() {
    return database.damage();
  }

  /**
   * Writes what is queued, 10 s at most, and closes. Blocks. What comes later is refused. Calling
   * it again does nothing.
   */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    tidying.close();
    if (!writer.close(CLOSE_MILLIS)) {
      LOG.error(
          "{}: the disk does not answer; the store is left open until the process ends", folder);
      return;
    }
    database.close();
    key.destroy();
    lock.close();
  }
}
