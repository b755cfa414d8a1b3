package org.peerroom.internal;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.peerroom.Acks;
import org.peerroom.MessageId;
import org.peerroom.Receipt;
import reactor.core.publisher.MonoSink;

/** A streamed message on its way to the room. Its fields but the last belong to the peer's loop. */
final class StreamedPublish {

  final ByteBuffer head;
  final ChunkSource source;
  final Acks acks;
  final MonoSink<Receipt> sink;

  /** The place of its beginning; null until that is sealed. */
  @Nullable MessageId begin;

  /** When the room last took something of it, or it had nothing to take. */
  long progressTick;

  /** Set when the publisher cancels. */
  volatile boolean cancelled;

  StreamedPublish(
      ByteBuffer head, ChunkSource source, Acks acks, long nowTick, MonoSink<Receipt> sink) {
    this.head = head;
    this.source = source;
    this.acks = acks;
    this.progressTick = nowTick;
    this.sink = sink;
  }

  /** How many other peers must hold its end. */
  int replicas() {
    return acks instanceof Acks.Replicated replicated ? replicated.peers() : 0;
  }
}
