package org.peerroom.internal;

import org.jspecify.annotations.Nullable;
import org.peerroom.Acks;
import org.peerroom.Receipt;
import reactor.core.publisher.MonoSink;

/** What a publisher waits for. Its fields but {@link #cancelled} belong to the peer's loop. */
abstract class Publication {

  final Acks acks;
  final MonoSink<Receipt> sink;

  /** Set when the publisher cancels; what has been sealed by then goes on. */
  volatile boolean cancelled;

  private @Nullable Receipt receipt;
  private boolean unsynced;

  Publication(Acks acks, MonoSink<Receipt> sink) {
    this.acks = acks;
    this.sink = sink;
  }

  /** When it has waited for too long. */
  abstract long deadlineTick();

  /** How many other peers must hold it. */
  int replicas() {
    return acks instanceof Acks.Replicated replicated ? replicated.peers() : 0;
  }

  /** It is not complete before {@link #synced()}. */
  void awaitSync() {
    unsynced = true;
  }

  /** It is on disk. */
  void synced() {
    unsynced = false;
    if (receipt != null) {
      sink.success(receipt);
    }
  }

  /** What was asked for holds; it is complete if it is on disk as well. */
  void complete(Receipt holds) {
    receipt = holds;
    if (!unsynced) {
      sink.success(holds);
    }
  }
}
