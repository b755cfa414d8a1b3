package org.peerroom.internal;

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

  /** How many other peers must hold it. */
  int replicas() {
    return acks instanceof Acks.Replicated replicated ? replicated.peers() : 0;
  }
}
