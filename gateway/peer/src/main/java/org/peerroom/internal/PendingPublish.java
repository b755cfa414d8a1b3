package org.peerroom.internal;

import org.jspecify.annotations.Nullable;
import org.peerroom.Acks;
import org.peerroom.Receipt;
import reactor.core.publisher.MonoSink;

/** A message on its way from a publisher to the room, and what the publisher waits for. */
final class PendingPublish {

  final byte[] body;
  final Acks acks;
  final long deadlineTick;
  final MonoSink<Receipt> sink;

  /** Set when the publisher cancels; what has been sealed by then goes on. */
  volatile boolean cancelled;

  PendingPublish(byte[] body, Acks acks, long deadlineTick, MonoSink<Receipt> sink) {
    this.body = body;
    this.acks = acks;
    this.deadlineTick = deadlineTick;
    this.sink = sink;
  }

  private @Nullable Receipt receipt;
  private boolean unsynced;

  /** On the peer's loop: it is not complete before {@link #synced()}. */
  void awaitSync() {
    unsynced = true;
  }

  /** On the peer's loop: whether what it waits for is the disk. */
  boolean isUnsynced() {
    return unsynced;
  }

  /** On the peer's loop: it is on disk. */
  void synced() {
    unsynced = false;
    if (receipt != null) {
      sink.success(receipt);
    }
  }

  /** On the peer's loop: what was asked for holds, if it is on disk as well. */
  void complete(Receipt holds) {
    receipt = holds;
    if (!unsynced) {
      sink.success(holds);
    }
  }

  /** How many other peers must hold it. */
  int replicas() {
    return acks instanceof Acks.Replicated replicated ? replicated.peers() : 0;
  }
}
