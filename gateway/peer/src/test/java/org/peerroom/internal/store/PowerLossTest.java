package org.peerroom.internal.store;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.peerroom.internal.store.StoreFixture.TOPIC;
import static org.peerroom.internal.store.StoreFixture.author;
import static org.peerroom.internal.store.StoreFixture.commitFully;
import static org.peerroom.internal.store.StoreFixture.documents;
import static org.peerroom.internal.store.StoreFixture.recover;
import static org.peerroom.internal.store.StoreFixture.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.peerroom.PeerId;
import org.peerroom.internal.wire.Segment;
import org.rocksdb.RocksDBException;

/**
 * The power goes while changes are written: a copy is made of the files as they are, and of each
 * log that part is cut off, or partly replaced by garbage, which no sync had covered. Each round
 * goes on with what the one before left. Tables and lists of files stay, as RocksDB syncs them
 * before it relies on them.
 */
class PowerLossTest {

  private static final int AUTHORS = 4;

  @TempDir Path temp;

  /** The state after each change that was made, as text: what comes back must be one of them. */
  private final List<String> states = new ArrayList<>();

  private final TreeMap<PeerId, List<Segment>> feeds = new TreeMap<>();
  private final TreeMap<String, String> seen = new TreeMap<>();

  /** Under the lock of this map: how long each log was when it was last synced. */
  private final Map<String, Long> syncedLengths = new HashMap<>();

  /** The index in {@link #states} up to which all was acknowledged; under the same lock. */
  private int acknowledged;

  /** What of it was acknowledged before the power went. */
  private int promised;

  private int lost;

  @Test
  void powerLoss_takesNothingThatWasAcknowledged() throws Exception {
    int rounds = Integer.getInteger("peerroom.store.crashes", 20);
    Path store = temp.resolve("store-0");
    for (int round = 0; round < rounds; round++) {
      Random random = new Random(round);
      Path after = temp.resolve("store-" + (round + 1));
      run(store, after, random, "round " + round);
      Salvage.deleteAll(store);
      store = after;
    }
    requireRecovery(store, "at the end");
    assertTrue(lost > 0, "no round lost anything unsynced: the test cuts nothing");
  }

  private void run(Path store, Path after, Random random, String context) throws Exception {
    UnaryOperator<BatchSink> wrap = real -> new Noting(real, store.resolve("db"));
    DataFolder data = DataFolder.open(store, null, 1000, wrap);
    try {
      if (!states.isEmpty()) {
        requireRecovered(recover(data), context);
      }
      states.clear();
      states.add(state());
      synchronized (syncedLengths) {
        syncedLengths.clear();
        acknowledged = 0;
      }
      RoomStore room = data.room(TOPIC);
      commitFully(room);
      int changes = 5 + random.nextInt(60);
      for (int i = 0; i < changes; i++) {
        change(room, random);
        states.add(state());
        if (random.nextInt(4) == 0) {
          acknowledgeLater(room, states.size() - 1);
        }
        if (random.nextInt(20) == 0) {
          commitFully(room);
        }
      }
      image(store, after, random);
    } finally {
      data.close();
    }
  }

  private void acknowledgeLater(RoomStore room, int state) {
    room.commit(
        why -> {
          synchronized (syncedLengths) {
            acknowledged = why == null ? state : acknowledged;
          }
        });
  }

  /** Notes the lengths of the logs right after a sync, before anyone is told of it. */
  private final class Noting implements BatchSink {
    private final BatchSink real;
    private final Path database;

    Noting(BatchSink real, Path database) {
      this.real = real;
      this.database = database;
    }

    @Override
    public void write(List<Change> changes, boolean sync) throws RocksDBException {
      real.write(changes, sync);
      if (sync) {
        synchronized (syncedLengths) {
          syncedLengths.putAll(lengths(database));
        }
      }
    }

    @Override
    public void restart() throws RocksDBException, StoreException {
      real.restart();
    }
  }

  private void change(RoomStore room, Random random) {
    PeerId author = author(random.nextInt(AUTHORS));
    List<Segment> feed = feeds.computeIfAbsent(author, each -> new ArrayList<>());
    switch (random.nextInt(10)) {
      case 0 -> {
        if (feed.size() > 1) {
          int dropped = 1 + random.nextInt(feed.size() - 1);
          room.dropBefore(author, feed.get(dropped).sequence());
          feed.subList(0, dropped).clear();
        }
      }
      case 1, 2, 3 -> {
        String name = "name " + random.nextInt(30);
        String value = "value " + random.nextInt();
        room.put(Shelf.SEEN, text(name), text(value));
        seen.put(name, value);
      }
      case 4 -> {
        String name = "name " + random.nextInt(30);
        room.remove(Shelf.SEEN, text(name));
        seen.remove(name);
      }
      default -> {
        Segment last = feed.isEmpty() ? null : feed.get(feed.size() - 1);
        String payload = "p".repeat(random.nextInt(3000));
        Segment next = StoreFixture.segment(TOPIC, author, last, StoreFixture.LATER, payload);
        room.append(next);
        feed.add(next);
      }
    }
  }

  private void requireRecovery(Path store, String context) throws StoreException {
    try (DataFolder data = DataFolder.open(store, null)) {
      requireRecovered(recover(data), context);
    }
  }

  /** And goes on from there. */
  private void requireRecovered(RecoveredRoom found, String context) {
    for (String line : found.damage()) {
      assertTrue(line.contains("write-ahead log"), context + ": " + line);
    }
    feeds.clear();
    seen.clear();
    for (Segment segment : found.segments()) {
      feeds.computeIfAbsent(segment.author(), each -> new ArrayList<>()).add(segment);
    }
    seen.putAll(documents(found, Shelf.SEEN));
    int at = states.lastIndexOf(state());
    if (at < 0) {
      fail(context + ": what came back was never the state");
    }
    assertTrue(at >= promised, context + ": " + at + " of " + promised + " came back");
    lost += at < states.size() - 1 ? 1 : 0;
  }

  private String state() {
    StringBuilder text = new StringBuilder();
    feeds.forEach(
        (author, feed) -> {
          if (!feed.isEmpty()) {
            text.append(author.shortHex()).append(feed.get(0).sequence());
            text.append('-').append(Arrays.hashCode(feed.get(feed.size() - 1).encoded()));
          }
        });
    return text.append(seen).toString();
  }

  /** A copy of one moment: made again if tables came or went meanwhile. */
  private void image(Path store, Path after, Random random) throws IOException {
    Map<String, Long> synced;
    int acknowledgedThen;
    while (true) {
      synchronized (syncedLengths) {
        synced = Map.copyOf(syncedLengths);
        acknowledgedThen = acknowledged;
      }
      Salvage.deleteAll(after);
      try {
        List<String> before = listing(store);
        DamageTest.copy(store, after);
        if (before.equals(listing(store))) {
          break;
        }
      } catch (NoSuchFileException | UncheckedIOException e) {
        // RocksDB has just removed a file that it does not need: once more.
      }
    }
    promised = acknowledgedThen;
    for (Map.Entry<String, Long> log : lengths(after.resolve("db")).entrySet()) {
      long from = Math.min(synced.getOrDefault(log.getKey(), 0L), log.getValue());
      cut(after.resolve("db").resolve(log.getKey()), (int) from, random);
    }
  }

  private static void cut(Path log, int synced, Random random) throws IOException {
    byte[] bytes = Files.readAllBytes(log);
    int kept = synced + random.nextInt(bytes.length - synced + 1);
    byte[] garbage = new byte[random.nextInt(3) == 0 ? random.nextInt(100) : 0];
    random.nextBytes(garbage);
    byte[] left = Arrays.copyOf(bytes, kept + garbage.length);
    System.arraycopy(garbage, 0, left, kept, garbage.length);
    Files.write(log, left);
  }

  private static List<String> listing(Path store) throws IOException {
    List<String> listing = new ArrayList<>();
    for (Path file : DamageTest.files(store)) {
      boolean grows = file.toString().endsWith(".log") || file.endsWith("LOG");
      listing.add(file + (grows ? "" : " " + Files.size(store.resolve(file))));
    }
    return listing;
  }

  private static Map<String, Long> lengths(Path database) {
    Map<String, Long> lengths = new HashMap<>();
    try (Stream<Path> files = Files.list(database)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".log")).toList()) {
        lengths.put(file.getFileName().toString(), file.toFile().length());
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return lengths;
  }
}
