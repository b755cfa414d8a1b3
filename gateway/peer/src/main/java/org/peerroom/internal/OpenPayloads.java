package org.peerroom.internal;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.peerroom.Message;
import org.peerroom.MessageId;
import org.peerroom.RoomClosedException;
import org.peerroom.identity.VerifiedIdentity;
import org.peerroom.internal.protocol.RoomMachine;
import org.peerroom.internal.protocol.StreamReader;
import org.peerroom.internal.wire.MessageCodec;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** The streamed payloads of one room that are being read. */
final class OpenPayloads {

  private final LocalPeer peer;
  private final LocalRoom room;
  private final RoomMachine machine;
  private final List<PayloadSubscription> subscriptions = new ArrayList<>();
  private boolean ended;

  OpenPayloads(LocalPeer peer, LocalRoom room) {
    this.peer = peer;
    this.room = room;
    this.machine = room.machine();
    machine.streams().messages(this::message);
  }

  private Message message(
      MessageId id, @Nullable VerifiedIdentity identity, MessageCodec.Body head) {
    Flux<ByteBuffer> payload =
        new Flux<>() {
          @Override
          public void subscribe(CoreSubscriber<? super ByteBuffer> subscriber) {
            PayloadSubscription subscription =
                new PayloadSubscription(
                    OpenPayloads.this, subscriber, Schedulers.boundedElastic().createWorker());
            subscriber.onSubscribe(subscription);
            peer.execute(() -> begin(subscription, id));
          }
        };
    return new Message(
        room.name(),
        id,
        identity,
        Instant.ofEpochMilli(head.sentAtMillis()),
        head.key(),
        head.headers(),
        payload);
  }

  private void begin(PayloadSubscription subscription, MessageId id) {
    if (ended) {
      subscription.fail(closedError());
    } else if (!subscription.isCancelled()) {
      subscriptions.add(subscription);
      subscription.begin(machine.streams(), id);
      peer.touched(room);
    }
  }

  /** From any thread. */
  void remove(PayloadSubscription subscription) {
    peer.execute(
        () -> {
          subscriptions.remove(subscription);
          StreamReader reader = subscription.detach();
          if (reader != null && !ended) {
            machine.streams().close(reader);
            peer.touched(room);
          }
        });
  }

  /** From any thread. */
  void refill(PayloadSubscription subscription) {
    peer.execute(
        () -> {
          subscription.refill();
          peer.touched(room);
        });
  }

  /** On the loop: there may be something new to read. */
  void readable() {
    List.copyOf(subscriptions).forEach(PayloadSubscription::refill);
  }

  /** On the loop, when the machine has left the room. */
  void end() {
    ended = true;
    for (PayloadSubscription subscription : subscriptions) {
      subscription.detach();
      subscription.fail(closedError());
    }
    subscriptions.clear();
  }

  private RoomClosedException closedError() {
    return new RoomClosedException(
        "room '" + room.name() + "' has been left, or its peer was closed, within a payload");
  }
}
