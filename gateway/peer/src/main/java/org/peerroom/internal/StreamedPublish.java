package org.peerroom.internal;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.peerroom.Acks;
import org.peerroom.MessageId;
import org.peerroom.Receipt;
import reactor.core.publisher.MonoSink;

/** A streamed message on its way to the room. Its fields belong to the peer's loop. */
final class StreamedPublish extends Publication {

  final ByteBuffer head;
  final ChunkSource source;

  /** The place of its beginning; null until that is sealed. */
  @Nullable MessageId begin;

  /** When the room last took something of it, or it had nothing to take. */
  long progressTick;

  private final long timeoutMillis;

  StreamedPublish(
      ByteBuffer head,
      ChunkSource source,
      Acks acks,
      long nowTick,
      long timeoutMillis,
      MonoSink<Receipt> sink) {
    super(acks, sink);
    this.head = head;
    this.source = source;
    this.progressTick = nowTick;
    this.timeoutMillis = timeoutMillis;
  }

  /** Moves on with the payload. */
  @Override
  long deadlineTick() {
    return progressTick + timeoutMillis;
  }
}
