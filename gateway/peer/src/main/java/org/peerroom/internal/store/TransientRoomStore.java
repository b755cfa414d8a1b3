package org.peerroom.internal.store;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.internal.wire.Segment;

/** Keeps nothing: for rooms that live in memory alone. */
public final class TransientRoomStore implements RoomStore {

  @Override
  public void append(Segment segment) {}

  @Override
  public void dropBefore(PeerId author, long sequence) {}

  @Override
  public void drop(PeerId author) {}

  @Override
  public void put(Shelf shelf, byte[] name, byte[] value) {}

  @Override
  public void remove(Shelf shelf, byte[] name) {}

  @Override
  public void commit(Consumer<@Nullable StoreException> done) {
    done.accept(null);
  }

  @Override
  public long pendingBytes() {
    return 0;
  }
}
