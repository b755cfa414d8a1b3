package org.peerroom.internal;

import org.peerroom.Acks;
import org.peerroom.Receipt;
import reactor.core.publisher.MonoSink;

/** A message on its way from a publisher to the room. */
final class PendingPublish extends Publication {

  final byte[] body;
  private final long deadlineTick;

  PendingPublish(byte[] body, Acks acks, long deadlineTick, MonoSink<Receipt> sink) {
    super(acks, sink);
    this.body = body;
    this.deadlineTick = deadlineTick;
  }

  @Override
  long deadlineTick() {
    return deadlineTick;
  }
}
