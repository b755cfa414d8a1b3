package org.peerroom.internal.store;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.internal.wire.Topic;

/**
 * Where things stand in the database. A segment: topic 32 · author 32 · sequence 8, big-endian. A
 * document: topic 32 · shelf 1 · name, or 32 bytes that stand for a name that outsiders may not
 * see. So the rows of a room, of a feed and of a shelf lie together, in order.
 */
final class RowKeys {

  static final int SEGMENT_SIZE = Topic.SIZE + PeerId.SIZE + Long.BYTES;
  static final int DOCUMENT_PREFIX_SIZE = Topic.SIZE + 1;

  /** Beside the codes of shelves; written to disk: never to be changed. */
  private static final byte FLOOR = 0;

  private static final int FLOOR_SIZE = DOCUMENT_PREFIX_SIZE + PeerId.SIZE;

  private RowKeys() {}

  /** The sequence number -1 stands behind all: keys are compared without a sign. */
  static byte[] segment(byte[] topic, PeerId author, long sequence) {
    return ByteBuffer.allocate(SEGMENT_SIZE)
        .put(topic)
        .put(author.bytes())
        .putLong(sequence)
        .array();
  }

  static PeerId author(byte[] segmentKey) {
    return PeerId.of(Arrays.copyOfRange(segmentKey, Topic.SIZE, Topic.SIZE + PeerId.SIZE));
  }

  static long sequence(byte[] segmentKey) {
    return ByteBuffer.wrap(segmentKey).getLong(Topic.SIZE + PeerId.SIZE);
  }

  /** Where it stands, 8 bytes, below which sequence number an author's segments were given up. */
  static byte[] floor(byte[] topic, PeerId author) {
    return ByteBuffer.allocate(FLOOR_SIZE).put(floors(topic)).put(author.bytes()).array();
  }

  /** What the rows of all floors of a room begin with. */
  static byte[] floors(byte[] topic) {
    return ByteBuffer.allocate(DOCUMENT_PREFIX_SIZE).put(topic).put(FLOOR).array();
  }

  static boolean isFloor(byte[] documentKey) {
    return documentKey.length == FLOOR_SIZE && documentKey[Topic.SIZE] == FLOOR;
  }

  static PeerId authorOfFloor(byte[] documentKey) {
    return PeerId.of(Arrays.copyOfRange(documentKey, DOCUMENT_PREFIX_SIZE, FLOOR_SIZE));
  }

  static byte[] shelf(byte[] topic, Shelf shelf) {
    return ByteBuffer.allocate(DOCUMENT_PREFIX_SIZE).put(topic).put(code(shelf)).array();
  }

  static byte[] document(byte[] topic, Shelf shelf, byte[] name) {
    return ByteBuffer.allocate(DOCUMENT_PREFIX_SIZE + name.length)
        .put(topic)
        .put(code(shelf))
        .put(name)
        .array();
  }

  /** The shelf of a document's row, or null if this version knows none of this code. */
  static @Nullable Shelf shelfOf(byte[] documentKey) {
    for (Shelf shelf : Shelf.values()) {
      if (documentKey.length >= DOCUMENT_PREFIX_SIZE && documentKey[Topic.SIZE] == code(shelf)) {
        return shelf;
      }
    }
    return null;
  }

  static boolean startsWith(byte[] key, byte[] prefix) {
    return key.length >= prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }

  /** Whether a shelf's names are business data, which must not stand on the disk. */
  static boolean hidesNames(Shelf shelf) {
    return switch (shelf) {
      case SUBSCRIPTION, SEEN, RECEIPT -> true;
      case KEY, CHAIN, DEPOSIT, PROOF -> false;
    };
  }

  /** Written to disk: never to be changed. */
  private static byte code(Shelf shelf) {
    return switch (shelf) {
      case KEY -> 1;
      case CHAIN -> 2;
      case DEPOSIT -> 3;
      case PROOF -> 4;
      case SUBSCRIPTION -> 5;
      case SEEN -> 6;
      case RECEIPT -> 7;
    };
  }
}
