package org.peerroom.internal;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.peerroom.Message;
import org.peerroom.internal.protocol.RoomReader;
import reactor.core.CoreSubscriber;
import reactor.core.scheduler.Scheduler;

/** One who reads the messages of a room, with a reader of its own. */
final class MessageSubscription extends PulledSubscription<Message> {

  private static final int READ_AHEAD = 256;

  private final LocalRoom room;

  /** Only used on the peer's loop; null until it has been made there and after it is given back. */
  private @Nullable RoomReader reader;

  MessageSubscription(
      LocalRoom room, CoreSubscriber<? super Message> subscriber, Scheduler.Worker worker) {
    super(subscriber, worker, READ_AHEAD);
    this.room = room;
  }

  /** On the peer's loop. */
  void begin(RoomReader readsFrom) {
    reader = readsFrom;
    refill();
  }

  /** On the peer's loop: the reader, to be given back; null if there is none. */
  @Nullable RoomReader detach() {
    RoomReader was = reader;
    reader = null;
    return was;
  }

  /** On the peer's loop: the reader, if the subscriber has taken anything since the last call. */
  @Nullable RoomReader readerIfMoved() {
    return hasMoved() ? reader : null;
  }

  // Who is busy with a streamed payload asks for no message, but those in between must not block
  // the way of what follows of the payload.
  @Override
  boolean readsUnasked() {
    return room.readsPayloads();
  }

  @Override
  List<Message> read(int most, long mostBytes) {
    return reader == null ? List.of() : reader.read(most, mostBytes);
  }

  @Override
  long sizeOf(Message message) {
    return message.size();
  }

  @Override
  void gone() {
    room.remove(this);
  }

  @Override
  void refillLater() {
    room.refill(this);
  }
}
