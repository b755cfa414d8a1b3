package org.peerroom.internal.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.peerroom.internal.store.StoreFixture.TOPIC;
import static org.peerroom.internal.store.StoreFixture.author;
import static org.peerroom.internal.store.StoreFixture.commitFully;
import static org.peerroom.internal.store.StoreFixture.documents;
import static org.peerroom.internal.store.StoreFixture.encoded;
import static org.peerroom.internal.store.StoreFixture.feed;
import static org.peerroom.internal.store.StoreFixture.recover;
import static org.peerroom.internal.store.StoreFixture.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.peerroom.internal.wire.Segment;
import org.rocksdb.RocksDBException;

/**
 * Files of a store are cut and altered. Whatever was hit: what comes back was once put in, what is
 * lost is said, and the store goes on.
 */
class DamageTest {

  private static final int FEEDS = 3;
  private static final int SEGMENTS = 120;
  private static final int DOCUMENTS = 60;

  @TempDir Path temp;
  private Path store;
  private final List<List<Segment>> feeds = new ArrayList<>();
  private final Set<String> written = new HashSet<>();
  private final Map<String, String> seen = new java.util.TreeMap<>();

  /** Rows in tables, rows in the log, and a table of the time between. */
  @BeforeEach
  void setUp() throws Exception {
    store = temp.resolve("store");
    for (int i = 0; i < FEEDS; i++) {
      feeds.add(feed(author(i), SEGMENTS));
      written.addAll(encoded(feeds.get(i)));
    }
    for (int part = 0; part < 3; part++) {
      try (DataFolder data = DataFolder.open(store, null)) {
        RoomStore room = data.room(TOPIC);
        for (int i = 0; i < SEGMENTS / 3; i++) {
          for (List<Segment> feed : feeds) {
            room.append(feed.get(part * SEGMENTS / 3 + i));
          }
        }
        for (int i = 0; i < DOCUMENTS / 3; i++) {
          room.put(Shelf.SEEN, text("name " + part + "/" + i), text("value"));
          seen.put("name " + part + "/" + i, "value");
          commitFully(room);
        }
      }
    }
  }

  @Test
  void damagedFiles_areFoundAndNothingWrongComesBack() throws Exception {
    int rounds = Integer.getInteger("peerroom.store.damages", 15);
    List<Path> files = files(store);
    int lossless = 0;
    for (int round = 0; round < rounds; round++) {
      Random random = new Random(round);
      Path copy = temp.resolve("copy");
      copy(store, copy);
      boolean crashed = random.nextInt(4) == 0;
      if (crashed) {
        Files.delete(copy.resolve("db.inventory"));
      }
      Path hit = files.get(random.nextInt(files.size()));
      String what = Files.exists(copy.resolve(hit)) ? damage(copy.resolve(hit), random) : "none";
      String context = "round " + round + ": " + what;
      List<String> damage = new ArrayList<>();
      if (holdsAll(copy, damage, context)) {
        lossless++;
      } else {
        // After a crash a log that was cut between two records looks like one that was not synced.
        boolean untold = crashed && what.contains("was cut") && !what.contains(".sst");
        assertTrue(
            untold || !damage.isEmpty(), context + ": something is lost and nothing is said");
      }
      Salvage.deleteAll(copy);
    }
    assertTrue(lossless > rounds / 3, () -> "too much is lost, or nothing was damaged");
    assertTrue(lossless < rounds, () -> "nothing was ever damaged");
  }

  /** Twice, as repairing must last. */
  private boolean holdsAll(Path copy, List<String> damage, String context) throws Exception {
    boolean all = false;
    for (int i = 0; i < 2; i++) {
      List<Segment> before;
      try (DataFolder data = DataFolder.open(copy, null)) {
        RecoveredRoom found = recover(data);
        before = found.segments();
        Map<String, String> documents = documents(found, Shelf.SEEN);
        requireRuns(before, context);
        for (Map.Entry<String, String> each : documents.entrySet()) {
          assertEquals(seen.get(each.getKey()), each.getValue(), context);
        }
        all = before.size() == FEEDS * SEGMENTS && documents.size() == DOCUMENTS;
        damage.addAll(found.damage());
        if (i == 1) {
          assertEquals(List.of(), found.damage(), context + ": repaired, and damaged again");
        }
        data.room(TOPIC).put(Shelf.SUBSCRIPTION, text("new"), text("" + i));
        commitFully(data.room(TOPIC));
      } catch (StoreException e) {
        damage.add(String.valueOf(e.getMessage()));
        return false;
      }
    }
    return all;
  }

  private void requireRuns(List<Segment> segments, String context) {
    Segment before = null;
    for (Segment segment : segments) {
      assertTrue(written.containsAll(encoded(List.of(segment))), context + ": " + segment);
      if (before != null && before.author().equals(segment.author())) {
        assertEquals(before.sequence() + 1, segment.sequence(), context);
      }
      before = segment;
    }
  }

  private static String damage(Path file, Random random) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    if (bytes.length == 0) {
      Files.write(file, new byte[] {(byte) random.nextInt()});
      return file + " got a byte";
    }
    int at = random.nextInt(bytes.length);
    if (random.nextBoolean()) {
      Files.write(file, Arrays.copyOf(bytes, at));
      return file.getFileName() + " was cut from " + bytes.length + " to " + at;
    }
    bytes[at] ^= (byte) (1 << random.nextInt(8));
    Files.write(file, bytes);
    return file.getFileName() + " was altered at " + at + " of " + bytes.length;
  }

  @Test
  void missingManifest_losesNothing() throws Exception {
    for (Path file : files(store)) {
      if (file.toString().contains("MANIFEST") || file.toString().contains("CURRENT")) {
        Files.delete(store.resolve(file));
      }
    }
    List<String> damage = new ArrayList<>();
    assertTrue(holdsAll(store, damage, "no manifest"), damage::toString);
    assertTrue(damage.toString().contains("what it was stands in"), damage::toString);
    try (Stream<Path> all = Files.list(store)) {
      assertEquals(1, all.filter(each -> each.toString().contains("damaged-")).count());
    }
  }

  @Test
  void droppedSegments_doNotComeBackWithASavedDatabase() throws Exception {
    try (DataFolder data = DataFolder.open(store, null)) {
      data.room(TOPIC).dropBefore(author(0), 100);
      data.room(TOPIC).dropBefore(author(1), SEGMENTS);
      commitFully(data.room(TOPIC));
    }
    Files.delete(store.resolve("db/CURRENT"));
    try (DataFolder data = DataFolder.open(store, null)) {
      RecoveredRoom found = recover(data);
      assertTrue(found.damage().toString().contains("CURRENT is missing"));
      List<Segment> expected = new ArrayList<>(feeds.get(0).subList(100, SEGMENTS));
      expected.addAll(author(2).compareTo(author(0)) < 0 ? 0 : expected.size(), feeds.get(2));
      assertEquals(encoded(expected), encoded(found.segments()));
    }
  }

  @Test
  void crashWhileRebuilding_isFinished() throws Exception {
    Files.move(store.resolve("db"), store.resolve("db.new"));
    assertTrue(holdsAll(store, new ArrayList<>(), "renamed"));
    copy(store.resolve("db"), store.resolve("db.new"));
    assertTrue(holdsAll(store, new ArrayList<>(), "both"));
    assertFalse(Files.exists(store.resolve("db.new")));
  }

  @Test
  void successor_isAlwaysBehind() {
    byte[] key = new byte[RowKeys.SEGMENT_SIZE];
    Arrays.fill(key, 60, 72, (byte) 0xff);
    for (int tried = 0; tried < 72; tried++) {
      byte[] next = Salvage.successor(key, tried);
      assertTrue(next != null && Arrays.compareUnsigned(next, key) > 0);
    }
    Arrays.fill(key, (byte) 0xff);
    assertEquals(null, Salvage.successor(key, 0));
  }

  @Test
  void errors_areDamageOnlyIfTheySaySo() {
    assertFalse(DatabaseOpening.isDamage(new RocksDBException("something")));
  }

  static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).map(folder::relativize).sorted().toList();
    }
  }

  static void copy(Path from, Path to) throws IOException {
    for (Path file : files(from)) {
      Path target = to.resolve(file);
      Files.createDirectories(target.getParent());
      Files.copy(from.resolve(file), target);
    }
  }
}
