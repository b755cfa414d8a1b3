package org.peerroom.internal.store;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.internal.wire.Segment;

/**
 * Where one room is kept. Changes are queued in the order of the calls and written by a thread of
 * the store: none of these methods blocks. To be called from one thread at a time.
 */
public interface RoomStore {

  /** Keeps a segment under its author and sequence number. */
  void append(Segment segment);

  /** Gives up the segments of an author before this one, with their keys. */
  void dropBefore(PeerId author, long sequence);

  /** Gives up all of an author's feed: segments, keys, chain, deposits; a proof stays. */
  void drop(PeerId author);

  /**
   * Keeps a document, instead of the one before of this name.
   *
   * @param value copied before this returns; encrypted where it is kept
   */
  void put(Shelf shelf, byte[] name, byte[] value);

  /** Gives up a document. */
  void remove(Shelf shelf, byte[] name);

  /**
   * Says when everything that was queued before is kept: in a durable store synced to disk.
   *
   * @param done gets null, or why it is not kept; on a thread of the store, or at once on the
   *     caller's
   */
  void commit(Consumer<@Nullable StoreException> done);

  /** How many bytes are queued and not written. */
  long pendingBytes();
}
