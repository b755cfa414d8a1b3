package org.peerroom.internal.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.internal.store.Change.Table;
import org.peerroom.internal.wire.Segment;
import org.peerroom.internal.wire.Topic;

/** One room of a data folder. Documents are sealed on the caller's thread. */
final class DurableRoomStore implements RoomStore {

  /** Up to so many rows are removed one by one: a range costs the database more than a row. */
  private static final int FEW = 16;

  private final byte[] topic;
  private final Documents documents;
  private final StoreWriter writer;

  /**
   * Below which sequence number everything of an author was dropped through this object: ranges
   * that overlap cost the database far more than ranges that follow each other. As many as feeds in
   * memory.
   */
  private final Map<PeerId, Long> floors = new HashMap<>();

  DurableRoomStore(Topic topic, Documents documents, StoreWriter writer) {
    this.topic = topic.bytes();
    this.documents = documents;
    this.writer = writer;
  }

  @Override
  public void append(Segment segment) {
    writer.add(
        new Change.Put(
            Table.SEGMENTS,
            RowKeys.segment(topic, segment.author(), segment.sequence()),
            segment.encoded()));
  }

  @Override
  public void dropBefore(PeerId author, long sequence) {
    Long floor = floors.put(author, sequence);
    long from = floor == null ? 0 : Math.min(floor, sequence);
    List<Change> changes = new ArrayList<>();
    changes.add(
        new Change.Put(Table.DOCUMENTS, RowKeys.floor(topic, author), Documents.floor(sequence)));
    if (sequence - from > FEW) {
      removeRange(changes, author, from, sequence);
    } else {
      for (long dropped = from; dropped < sequence; dropped++) {
        changes.add(new Change.Remove(Table.SEGMENTS, RowKeys.segment(topic, author, dropped)));
        changes.add(new Change.Remove(Table.DOCUMENTS, keyOfSegment(author, dropped)));
      }
    }
    writer.add(changes);
  }

  @Override
  public void drop(PeerId author) {
    floors.remove(author);
    List<Change> changes = new ArrayList<>();
    removeRange(changes, author, 0, -1);
    changes.add(new Change.Remove(Table.DOCUMENTS, RowKeys.floor(topic, author)));
    changes.add(
        new Change.Remove(Table.DOCUMENTS, RowKeys.document(topic, Shelf.CHAIN, author.bytes())));
    changes.add(new Change.RemoveRange(Table.DOCUMENTS, deposit(author, 0), deposit(author, -1)));
    writer.add(changes);
  }

  /** Gives up the segments of an author from this one on, with their keys. */
  void dropFrom(PeerId author, long sequence) {
    List<Change> changes = new ArrayList<>();
    removeRange(changes, author, sequence, -1);
    writer.add(changes);
  }

  /** Segments and their keys; before -1 are all, as keys are compared without a sign. */
  private void removeRange(List<Change> changes, PeerId author, long from, long before) {
    changes.add(
        new Change.RemoveRange(
            Table.SEGMENTS,
            RowKeys.segment(topic, author, from),
            RowKeys.segment(topic, author, before)));
    changes.add(
        new Change.RemoveRange(
            Table.DOCUMENTS, keyOfSegment(author, from), keyOfSegment(author, before)));
  }

  /** Removes a row that no document's name leads to. */
  void removeRow(Table table, byte[] rowKey) {
    writer.add(new Change.Remove(table, rowKey));
  }

  @Override
  public void put(Shelf shelf, byte[] name, byte[] value) {
    byte[] rowKey = documents.rowKey(topic, shelf, name);
    writer.add(new Change.Put(Table.DOCUMENTS, rowKey, documents.seal(rowKey, name, value)));
  }

  @Override
  public void remove(Shelf shelf, byte[] name) {
    writer.add(new Change.Remove(Table.DOCUMENTS, documents.rowKey(topic, shelf, name)));
  }

  @Override
  public void commit(Consumer<@Nullable StoreException> done) {
    writer.add(new Change.Commit(done));
  }

  /** Of all rooms of the folder, as they share its writer. */
  @Override
  public long pendingBytes() {
    return writer.pendingBytes();
  }

  private byte[] keyOfSegment(PeerId author, long sequence) {
    return RowKeys.document(
        topic,
        Shelf.KEY,
        ByteBuffer.allocate(PeerId.SIZE + Long.BYTES)
            .put(author.bytes())
            .putLong(sequence)
            .array());
  }

  private byte[] deposit(PeerId author, int epoch) {
    return RowKeys.document(
        topic,
        Shelf.DEPOSIT,
        ByteBuffer.allocate(PeerId.SIZE + Integer.BYTES).put(author.bytes()).putInt(epoch).array());
  }
}
