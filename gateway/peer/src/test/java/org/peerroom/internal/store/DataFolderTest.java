package org.peerroom.internal.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.peerroom.internal.store.StoreFixture.LATER;
import static org.peerroom.internal.store.StoreFixture.NOW;
import static org.peerroom.internal.store.StoreFixture.TOPIC;
import static org.peerroom.internal.store.StoreFixture.author;
import static org.peerroom.internal.store.StoreFixture.commit;
import static org.peerroom.internal.store.StoreFixture.commitFully;
import static org.peerroom.internal.store.StoreFixture.documents;
import static org.peerroom.internal.store.StoreFixture.encoded;
import static org.peerroom.internal.store.StoreFixture.feed;
import static org.peerroom.internal.store.StoreFixture.recover;
import static org.peerroom.internal.store.StoreFixture.segment;
import static org.peerroom.internal.store.StoreFixture.text;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.peerroom.PeerId;
import org.peerroom.internal.wire.Segment;

/** What is put into a folder is found in it again, in order, and nothing else is. */
class DataFolderTest {

  @TempDir Path temp;
  private Path folder;

  @BeforeEach
  void setUp() {
    folder = temp.resolve("data");
  }

  @Test
  void segments_comeBackByAuthorAndSequence() throws StoreException {
    List<Segment> one = feed(author(1), 300);
    List<Segment> other = feed(author(2), 5);
    try (DataFolder data = DataFolder.open(folder, null)) {
      RoomStore room = data.room(TOPIC);
      other.forEach(room::append);
      one.forEach(room::append);
      commitFully(room);
    }
    List<Segment> expected = new ArrayList<>(one);
    expected.addAll(author(2).compareTo(author(1)) < 0 ? 0 : one.size(), other);
    try (DataFolder data = DataFolder.open(folder, null)) {
      RecoveredRoom found = recover(data);
      assertEquals(encoded(expected), encoded(found.segments()));
      assertEquals(List.of(), found.damage());
    }
  }

  @Test
  void documents_comeBackFromEveryShelf() throws StoreException {
    Segment first = feed(author(1), 1).get(0);
    byte[] keyName = keyName(author(1), 0);
    try (DataFolder data = DataFolder.open(folder, new byte[32])) {
      RoomStore room = data.room(TOPIC);
      room.append(first);
      for (Shelf shelf : Shelf.values()) {
        room.put(shelf, shelf == Shelf.KEY ? keyName : text("name"), text("old " + shelf));
        room.put(shelf, shelf == Shelf.KEY ? keyName : text("name"), text("value " + shelf));
        room.put(shelf, shelf == Shelf.KEY ? keyName(author(1), 7) : text("gone"), text("gone"));
        room.remove(shelf, shelf == Shelf.KEY ? keyName(author(1), 7) : text("gone"));
      }
      commitFully(room);
    }
    try (DataFolder data = DataFolder.open(folder, new byte[32])) {
      RecoveredRoom found = recover(data);
      for (Shelf shelf : Shelf.values()) {
        String name =
            shelf == Shelf.KEY ? new String(keyName, StandardCharsets.ISO_8859_1) : "name";
        assertEquals(Map.of(name, "value " + shelf), documents(found, shelf));
      }
    }
  }

  @Test
  void rooms_doNotSeeEachOther() throws StoreException {
    try (DataFolder data = DataFolder.open(folder, null)) {
      data.room(TOPIC).append(feed(author(1), 1).get(0));
      data.room(TOPIC).put(Shelf.SEEN, text("key"), text("value"));
      commitFully(data.room(TOPIC));
      RecoveredRoom other =
          data.recover(StoreFixture.topic(2), NOW, StoreFixture::isValid, StoreFixture::hash);
      assertEquals(List.of(), other.segments());
      assertEquals(Map.of(), documents(other, Shelf.SEEN));
    }
  }

  @Test
  void dropBefore_takesSegmentsAndTheirKeys() throws StoreException {
    List<Segment> feed = feed(author(1), 100);
    try (DataFolder data = DataFolder.open(folder, null)) {
      RoomStore room = data.room(TOPIC);
      for (Segment segment : feed) {
        room.append(segment);
        room.put(Shelf.KEY, keyName(author(1), segment.sequence()), text("k"));
      }
      room.dropBefore(author(1), 3);
      room.dropBefore(author(1), 60);
      commitFully(room);
      assertEquals(encoded(feed.subList(60, 100)), encoded(recover(data).segments()));
    }
    try (DataFolder data = DataFolder.open(folder, null)) {
      RecoveredRoom found = recover(data);
      assertEquals(encoded(feed.subList(60, 100)), encoded(found.segments()));
      assertEquals(40, documents(found, Shelf.KEY).size());
      assertEquals(List.of(), found.damage());
    }
  }

  @Test
  void drop_leavesOnlyTheProof() throws StoreException {
    try (DataFolder data = DataFolder.open(folder, null)) {
      RoomStore room = data.room(TOPIC);
      feed(author(1), 5).forEach(room::append);
      feed(author(2), 5).forEach(room::append);
      for (int i = 1; i <= 2; i++) {
        room.put(Shelf.KEY, keyName(author(i), 0), text("k"));
        room.put(Shelf.CHAIN, author(i).bytes(), text("c"));
        room.put(Shelf.PROOF, author(i).bytes(), text("p"));
        byte[] deposit = ByteBuffer.allocate(36).put(author(i).bytes()).putInt(3).array();
        room.put(Shelf.DEPOSIT, deposit, text("d"));
      }
      room.drop(author(1));
      commitFully(room);
    }
    try (DataFolder data = DataFolder.open(folder, null)) {
      RecoveredRoom found = recover(data);
      assertEquals(encoded(feed(author(2), 5)), encoded(found.segments()));
      assertEquals(1, documents(found, Shelf.KEY).size());
      assertEquals(1, documents(found, Shelf.CHAIN).size());
      assertEquals(1, documents(found, Shelf.DEPOSIT).size());
      assertEquals(2, documents(found, Shelf.PROOF).size());
    }
  }

  @Test
  void recover_leavesOutWhatHasExpiredAndWhatLiesBeforeIt() throws StoreException {
    List<Segment> feed = new ArrayList<>();
    for (long expires : new long[] {LATER, NOW, LATER, LATER}) {
      Segment before = feed.isEmpty() ? null : feed.get(feed.size() - 1);
      feed.add(segment(TOPIC, author(1), before, expires, "some"));
    }
    try (DataFolder data = DataFolder.open(folder, null)) {
      feed.forEach(data.room(TOPIC)::append);
      commitFully(data.room(TOPIC));
      assertEquals(encoded(feed.subList(2, 4)), encoded(recover(data).segments()));
      commitFully(data.room(TOPIC));
      RecoveredRoom before =
          data.recover(TOPIC, NOW - 1, StoreFixture::isValid, StoreFixture::hash);
      assertEquals(encoded(feed.subList(2, 4)), encoded(before.segments()), "it is off the disk");
    }
  }

  @Test
  void recover_cutsWhereASegmentIsMissing() throws StoreException {
    List<Segment> feed = feed(author(1), 10);
    try (DataFolder data = DataFolder.open(folder, null)) {
      RoomStore room = data.room(TOPIC);
      feed.stream().filter(segment -> segment.sequence() != 6).forEach(room::append);
      commitFully(room);
      RecoveredRoom found = recover(data);
      assertEquals(encoded(feed.subList(0, 6)), encoded(found.segments()));
      assertEquals(1, found.damage().size());
      assertTrue(found.damage().get(0).contains("segment 6 of author " + author(1).shortHex()));
      commitFully(room);
      assertEquals(List.of(), recover(data).damage());
    }
  }

  @Test
  void recover_cutsWhatIsForgedAtTheBeginningAndGoesOnBehind() throws StoreException {
    List<Segment> feed = feed(author(1), 4);
    try (DataFolder data = DataFolder.open(folder, null)) {
      RoomStore room = data.room(TOPIC);
      feed.forEach(room::append);
      commitFully(room);
      RecoveredRoom found =
          data.recover(TOPIC, NOW, segment -> segment.sequence() > 1, StoreFixture::hash);
      assertEquals(encoded(feed.subList(2, 4)), encoded(found.segments()));
      assertEquals(2, found.damage().size());
      commitFully(room);
      assertEquals(encoded(feed.subList(2, 4)), encoded(recover(data).segments()));
    }
  }

  @Test
  void recover_cutsWhatDoesNotFollow() throws StoreException {
    List<Segment> feed = feed(author(1), 4);
    Segment stranger = segment(TOPIC, author(1), feed.get(1), LATER, "another");
    try (DataFolder data = DataFolder.open(folder, null)) {
      RoomStore room = data.room(TOPIC);
      room.append(feed.get(0));
      room.append(feed.get(1));
      room.append(stranger);
      room.append(feed.get(3));
      commitFully(room);
      List<Segment> expected = List.of(feed.get(0), feed.get(1), stranger);
      assertEquals(encoded(expected), encoded(recover(data).segments()));
    }
  }

  @Test
  void keysWithoutSegments_areNotKept() throws StoreException {
    try (DataFolder data = DataFolder.open(folder, null)) {
      RoomStore room = data.room(TOPIC);
      room.put(Shelf.KEY, keyName(author(1), 0), text("k"));
      commitFully(room);
      assertEquals(Map.of(), documents(recover(data), Shelf.KEY));
    }
  }

  @Test
  void uncommitted_isWrittenByClosing() throws StoreException {
    List<Segment> feed = feed(author(1), 3);
    try (DataFolder data = DataFolder.open(folder, null)) {
      feed.forEach(data.room(TOPIC)::append);
    }
    try (DataFolder data = DataFolder.open(folder, null)) {
      assertEquals(encoded(feed), encoded(recover(data).segments()));
    }
  }

  @Test
  void close_aSecondTimeDoesNothing() throws StoreException {
    DataFolder first = DataFolder.open(folder, null);
    first.close();
    try (DataFolder data = DataFolder.open(folder, null)) {
      first.close();
      data.room(TOPIC).append(feed(author(1), 1).get(0));
      commitFully(data.room(TOPIC));
      assertEquals(1, recover(data).segments().size());
    }
  }

  @Test
  void commit_afterClosingFails() throws StoreException {
    RoomStore room;
    try (DataFolder data = DataFolder.open(folder, null)) {
      room = data.room(TOPIC);
    }
    room.append(feed(author(1), 1).get(0));
    StoreException why = commit(room);
    assertNotNull(why);
    assertTrue(why.getMessage().contains("was closed"), why.getMessage());
    assertEquals(0, room.pendingBytes());
  }

  static byte[] keyName(PeerId author, long sequence) {
    return ByteBuffer.allocate(40).put(author.bytes()).putLong(sequence).array();
  }
}
