package org.peerroom.internal.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.store.Change.Table;
import org.peerroom.internal.wire.Segment;
import org.peerroom.internal.wire.Topic;
import org.peerroom.internal.wire.WireException;
import org.rocksdb.RocksDBException;

/**
 * Reads a room and takes out what does not fit together. A feed comes back without gaps: what is
 * damaged at its beginning is cut off there, and from the first hole behind that on everything is,
 * since peers can be asked for what lies at the end of a feed but not for its beginning.
 */
final class RoomRecovery {

  private final Topic topic;
  private final LiveDatabase database;
  private final Documents sealed;
  private final DurableRoomStore store;
  private final long nowMillis;
  private final Predicate<Segment> isValid;
  private final Function<Segment, byte[]> hash;

  private final List<Segment> segments = new ArrayList<>();
  private final Map<Shelf, Map<String, byte[]>> documents = new EnumMap<>(Shelf.class);
  private final List<String> damage = new ArrayList<>();

  /** What was given up comes back where a damaged database was saved: it is no damage. */
  private final Map<PeerId, Long> floors = new HashMap<>();

  /** By author and sequence number, as rows of the shelf of keys name them. */
  private final Set<String> kept = new HashSet<>();

  /** The feed that is being read. */
  private @Nullable PeerId author;

  private int feedBegin;
  private @Nullable Segment last;
  private boolean cut;

  RoomRecovery(
      Topic topic,
      LiveDatabase database,
      Documents sealed,
      DurableRoomStore store,
      long nowMillis,
      Predicate<Segment> isValid,
      Function<Segment, byte[]> hash) {
    this.topic = topic;
    this.database = database;
    this.sealed = sealed;
    this.store = store;
    this.nowMillis = nowMillis;
    this.isValid = isValid;
    this.hash = hash;
  }

  RecoveredRoom run(List<String> damageOfFolder) throws StoreException {
    damage.addAll(damageOfFolder);
    byte[] prefix = topic.bytes();
    try {
      database.forEach(
          Table.DOCUMENTS,
          RowKeys.floors(prefix),
          (rowKey, value) -> {
            if (RowKeys.isFloor(rowKey)) {
              floors.put(RowKeys.authorOfFloor(rowKey), Documents.floor(value));
            }
          });
      database.forEach(Table.SEGMENTS, prefix, this::segment);
      segments.forEach(segment -> kept.add(name(keyName(segment))));
      database.forEach(Table.DOCUMENTS, prefix, this::document);
    } catch (RocksDBException e) {
      throw new StoreException(
          database.path()
              + ": the room cannot be read ("
              + e.getMessage()
              + "); see to the disk, and start again: damaged files are then taken out",
          e);
    }
    return new RecoveredRoom(segments, documents, damage);
  }

  private void segment(byte[] rowKey, byte[] encoded) {
    if (rowKey.length != RowKeys.SEGMENT_SIZE || RowKeys.sequence(rowKey) < 0) {
      damage.add("a row of segments with a key of " + rowKey.length + " bytes was removed");
      store.removeRow(Table.SEGMENTS, rowKey);
      return;
    }
    PeerId of = RowKeys.author(rowKey);
    if (!of.equals(author)) {
      author = of;
      feedBegin = segments.size();
      last = null;
      cut = false;
    }
    long sequence = RowKeys.sequence(rowKey);
    if (cut) {
      return;
    }
    if (sequence < floors.getOrDefault(of, 0L)) {
      store.removeRow(Table.SEGMENTS, rowKey);
      return;
    }
    String wrong;
    Segment segment = null;
    try {
      segment = Segment.decode(encoded);
      wrong = whyWrong(segment, of, sequence);
    } catch (WireException e) {
      wrong = e.getMessage();
    }
    if (segment != null && wrong == null) {
      keepUnlessExpired(segment);
    } else if (last == null) {
      damage.add(cutOff(of, sequence) + " was removed: " + wrong);
      store.dropBefore(of, sequence + 1);
    } else {
      cut = true;
      long from = last.sequence() + 1;
      damage.add(
          cutOff(of, from) + " and all behind it was removed, peers are asked again: " + wrong);
      store.dropFrom(of, from);
    }
  }

  private static String cutOff(PeerId of, long sequence) {
    return "segment " + sequence + " of author " + of.shortHex();
  }

  /** With a segment that has expired goes all that lies before it in its feed. */
  private void keepUnlessExpired(Segment segment) {
    last = segment;
    if (segment.header().expiresMillis() > nowMillis) {
      segments.add(segment);
    } else {
      segments.subList(feedBegin, segments.size()).clear();
      store.dropBefore(segment.author(), segment.sequence() + 1);
    }
  }

  /** Null if it is what should stand there. */
  private @Nullable String whyWrong(Segment segment, PeerId of, long sequence) {
    if (!segment.header().topic().equals(topic)
        || !segment.author().equals(of)
        || segment.sequence() != sequence) {
      return "another segment stands in its place";
    }
    Segment before = last;
    if (before != null && before.sequence() + 1 != sequence) {
      return "it is missing";
    }
    if (before != null && !Arrays.equals(hash.apply(before), segment.header().previous())) {
      return "the next one does not follow the one before it";
    }
    return isValid.test(segment) ? null : "its signature does not hold";
  }

  private void document(byte[] rowKey, byte[] value) {
    if (RowKeys.isFloor(rowKey)) {
      return;
    }
    Shelf shelf = RowKeys.shelfOf(rowKey);
    if (shelf == null) {
      damage.add("a document of a kind that is not known was removed");
      store.removeRow(Table.DOCUMENTS, rowKey);
      return;
    }
    try {
      Documents.Opened opened = sealed.open(rowKey, value);
      String name = name(opened.name());
      if (shelf == Shelf.KEY && !kept.contains(name)) {
        Arrays.fill(opened.value(), (byte) 0);
        store.removeRow(Table.DOCUMENTS, rowKey);
        return;
      }
      documents.computeIfAbsent(shelf, each -> new HashMap<>()).put(name, opened.value());
    } catch (CryptoException e) {
      damage.add("a document of the shelf " + shelf + " was removed: " + e.getMessage());
      store.removeRow(Table.DOCUMENTS, rowKey);
    }
  }

  private static byte[] keyName(Segment segment) {
    return ByteBuffer.allocate(PeerId.SIZE + Long.BYTES)
        .put(segment.author().bytes())
        .putLong(segment.sequence())
        .array();
  }

  private static String name(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
