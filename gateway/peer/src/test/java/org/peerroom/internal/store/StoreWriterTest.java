package org.peerroom.internal.store;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.peerroom.internal.store.StoreFixture.TOPIC;
import static org.peerroom.internal.store.StoreFixture.author;
import static org.peerroom.internal.store.StoreFixture.commit;
import static org.peerroom.internal.store.StoreFixture.commitFully;
import static org.peerroom.internal.store.StoreFixture.encoded;
import static org.peerroom.internal.store.StoreFixture.feed;
import static org.peerroom.internal.store.StoreFixture.recover;
import static org.peerroom.internal.store.StoreFixture.text;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.peerroom.internal.wire.Segment;
import org.rocksdb.RocksDBException;

/** When changes are written, when they are synced, and what becomes of them if they cannot be. */
class StoreWriterTest {

  private static final long RETRY_MILLIS = 100;

  @TempDir Path temp;
  private Path folder;

  @BeforeEach
  void setUp() {
    folder = temp.resolve("data");
  }

  /** Fails as often as told: before a write, or after it, as a failed sync does. */
  private static final class Failing implements BatchSink {
    final BatchSink real;
    final AtomicInteger before = new AtomicInteger();
    final AtomicInteger after = new AtomicInteger();
    final AtomicInteger restarts = new AtomicInteger();
    final List<String> writes = Collections.synchronizedList(new ArrayList<>());

    Failing(BatchSink real) {
      this.real = real;
    }

    @Override
    public void write(List<Change> changes, boolean sync) throws RocksDBException {
      writes.add(changes.size() + (sync ? " synced" : ""));
      failOne(before, "No space left on device");
      real.write(changes, sync);
      if (sync) {
        failOne(after, "While fdatasync: Input/output error");
      }
    }

    private static void failOne(AtomicInteger left, String why) throws RocksDBException {
      if (left.getAndUpdate(count -> Math.max(0, count - 1)) > 0) {
        throw new RocksDBException(why);
      }
    }

    @Override
    public void restart() throws RocksDBException, StoreException {
      restarts.incrementAndGet();
      real.restart();
    }
  }

  private DataFolder open(Failing[] made) throws StoreException {
    UnaryOperator<BatchSink> wrap = real -> made[0] = new Failing(real);
    return DataFolder.open(folder, null, RETRY_MILLIS, wrap);
  }

  @Test
  void failingWrite_isNotAcknowledgedAndTriedAgain() throws StoreException {
    failing_isNotAcknowledgedAndTriedAgain(true, "No space left on device");
  }

  @Test
  void failingSync_isNotAcknowledgedAndTriedAgain() throws StoreException {
    failing_isNotAcknowledgedAndTriedAgain(false, "While fdatasync: Input/output error");
  }

  private void failing_isNotAcknowledgedAndTriedAgain(boolean atWrite, String reason)
      throws StoreException {
    List<Segment> feed = feed(author(1), 40);
    List<Segment> kept;
    Failing[] made = new Failing[1];
    try (DataFolder data = open(made)) {
      RoomStore room = data.room(TOPIC);
      feed.subList(0, 10).forEach(room::append);
      commitFully(room);
      AtomicInteger failures = atWrite ? made[0].before : made[0].after;
      failures.set(3);
      feed.subList(10, 20).forEach(room::append);
      int refused = 0;
      StoreException why = commit(room);
      while (why != null) {
        refused++;
        assertTrue(why.getMessage().contains(reason), why.getMessage());
        assertTrue(why.getMessage().contains(folder.toString()), why.getMessage());
        assertTrue(room.pendingBytes() > 0, "what failed is still to be written");
        room.append(feed.get(19 + refused));
        why = commit(room);
      }
      // Some of the three may have struck before a commit had come.
      assertTrue(refused >= 1 && refused <= 3, "refused " + refused + " times");
      assertEquals(3, made[0].restarts.get());
      assertEquals(0, room.pendingBytes());
      kept = feed.subList(0, 20 + refused);
      assertEquals(encoded(kept), encoded(recover(data).segments()));
    }
    try (DataFolder data = DataFolder.open(folder, null)) {
      assertEquals(encoded(kept), encoded(recover(data).segments()));
    }
  }

  @Test
  void failingForGood_endsWithTheClosing() throws StoreException {
    Failing[] made = new Failing[1];
    List<Segment> feed = feed(author(1), 2);
    try (DataFolder data = open(made)) {
      RoomStore room = data.room(TOPIC);
      room.append(feed.get(0));
      commitFully(room);
      made[0].before.set(Integer.MAX_VALUE);
      room.append(feed.get(1));
      assertNotNull(commit(room));
    }
    try (DataFolder data = DataFolder.open(folder, null)) {
      assertEquals(encoded(feed.subList(0, 1)), encoded(recover(data).segments()));
    }
  }

  @Test
  void commits_shareASync() throws Exception {
    Failing[] made = new Failing[1];
    try (DataFolder data = open(made)) {
      RoomStore room = data.room(TOPIC);
      CountDownLatch held = new CountDownLatch(1);
      CountDownLatch all = new CountDownLatch(200);
      room.commit(
          why -> {
            try {
              held.await();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          });
      for (Segment segment : feed(author(1), 200)) {
        room.append(segment);
        room.commit(
            why -> {
              assertNull(why);
              all.countDown();
            });
      }
      int before = made[0].writes.size();
      held.countDown();
      all.await();
      assertTrue(made[0].writes.size() - before <= 2, made[0].writes::toString);
    }
  }

  @Test
  void uncommitted_isSyncedWithinSeconds() throws StoreException {
    Failing[] made = new Failing[1];
    try (DataFolder data = open(made)) {
      RoomStore room = data.room(TOPIC);
      room.put(Shelf.SEEN, text("name"), text("value"));
      await().until(() -> room.pendingBytes() == 0);
      assertTrue(made[0].writes.contains("1"), made[0].writes::toString);
      assertTrue(made[0].writes.contains("0 synced"), made[0].writes::toString);
    }
  }

  @Test
  void callbackThatThrows_stopsNothing() throws StoreException {
    try (DataFolder data = DataFolder.open(folder, null)) {
      RoomStore room = data.room(TOPIC);
      room.commit(
          why -> {
            throw new IllegalStateException("on purpose");
          });
      commitFully(room);
    }
  }

  @Test
  void close_waitsForWhatIsQueued() throws StoreException {
    AtomicInteger kept = new AtomicInteger();
    List<Segment> feed = feed(author(1), 500);
    try (DataFolder data = DataFolder.open(folder, null)) {
      RoomStore room = data.room(TOPIC);
      for (Segment segment : feed) {
        room.append(segment);
        room.commit(why -> kept.addAndGet(why == null ? 1 : 0));
      }
    }
    assertEquals(500, kept.get());
    try (DataFolder data = DataFolder.open(folder, null)) {
      assertEquals(encoded(feed), encoded(recover(data).segments()));
      assertFalse(data.room(TOPIC).pendingBytes() > 0);
    }
  }
}
