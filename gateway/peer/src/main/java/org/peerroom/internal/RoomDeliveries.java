package org.peerroom.internal;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.peerroom.Delivery;
import org.peerroom.PeerRoomException;
import org.peerroom.RoomClosedException;
import org.peerroom.StorageException;
import org.peerroom.Subscription;
import org.peerroom.internal.protocol.Kept;
import org.peerroom.internal.protocol.Now;
import org.peerroom.internal.protocol.RoomMachine;
import org.peerroom.internal.protocol.RoomSubscription;
import org.peerroom.internal.protocol.SubscriptionConsumer;
import org.peerroom.internal.store.RoomStore;
import org.peerroom.internal.store.Shelf;
import org.peerroom.internal.store.StoreException;
import org.peerroom.internal.wire.WireException;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * The subscriptions of a room that acknowledge, with their consumers. Once a turn of the peer's
 * loop what was acknowledged is given to the store; who acknowledged hears when it is kept.
 */
final class RoomDeliveries {

  private final LocalRoom room;
  private final LocalPeer peer;
  private final RoomStore store;
  private final List<DeliverySubscription> consumers = new ArrayList<>();
  private final Set<RoomSubscription> toServe = new LinkedHashSet<>();
  private List<Sinks.Empty<Void>> acknowledged = new ArrayList<>();
  private int firstServed;

  RoomDeliveries(LocalRoom room, LocalPeer peer, RoomStore store) {
    this.room = room;
    this.peer = peer;
    this.store = store;
  }

  Now now() {
    return peer.now();
  }

  /**
   * On the loop, before anyone subscribes: named subscriptions go on where they were.
   *
   * @return for each thing that can't be read a line that says what and what follows
   */
  List<String> restore(PeerStore.Prepared prepared) {
    List<String> problems = new ArrayList<>();
    prepared.forEachKept(
        kept -> {
          try {
            machine().readers().restore(kept, now());
          } catch (WireException e) {
            problems.add(
                "a part of a named subscription can't be read, so that messages may be delivered"
                    + " again: "
                    + e.getMessage());
          }
        });
    return problems;
  }

  Flux<Delivery> deliveries(Subscription settings) {
    return new Flux<>() {
      @Override
      public void subscribe(CoreSubscriber<? super Delivery> subscriber) {
        DeliverySubscription consumer =
            new DeliverySubscription(
                RoomDeliveries.this,
                settings,
                subscriber,
                Schedulers.boundedElastic().createWorker());
        subscriber.onSubscribe(consumer);
        peer.execute(() -> begin(consumer));
      }
    };
  }

  private void begin(DeliverySubscription consumer) {
    if (room.isOver()) {
      consumer.end();
      return;
    }
    PeerRoomException refusal = room.whyNoReading();
    if (refusal != null) {
      consumer.fail(refusal);
    } else if (!consumer.isCancelled()) {
      consumers.add(consumer);
      consumer.begin(machine().readers().subscribe(consumer.settings(), now()));
      peer.touched(room);
    }
  }

  private RoomMachine machine() {
    return room.machine();
  }

  /** From any thread: this one takes no more, and what it has is for others. */
  void remove(DeliverySubscription consumer) {
    peer.execute(
        () -> {
          consumers.remove(consumer);
          RoomSubscription from = consumer.from();
          SubscriptionConsumer was = consumer.detach();
          if (from == null || was == null || room.isOver()) {
            return;
          }
          from.detach(was, now());
          if (from.settings().name() == null) {
            machine().readers().remove(from);
          }
          serveSoon(from);
        });
  }

  /** From any thread: more is asked for. */
  void ask(DeliverySubscription consumer, long number) {
    peer.execute(
        () -> {
          consumer.asked(number);
          peer.touched(room);
        });
  }

  /** From any thread. */
  void refill(DeliverySubscription consumer) {
    peer.execute(
        () -> {
          consumer.refill();
          peer.touched(room);
        });
  }

  /** From any thread: a message has been dealt with, and perhaps all before it. */
  void acknowledge(LocalDelivery delivery, boolean upTo, Sinks.Empty<Void> done) {
    peer.execute(
        () -> {
          RoomSubscription from = delivery.consumer().from();
          if (room.isOver() || from == null) {
            done.tryEmitError(
                new RoomClosedException(
                    "room '"
                        + room.name()
                        + "' was left before a message was acknowledged: it is delivered again"));
            return;
          }
          SubscriptionConsumer by = delivery.consumer().consumer();
          boolean counts =
              (upTo && by != null)
                  ? from.acknowledgeUpTo(delivery.delivered(), by, now())
                  : from.acknowledge(delivery.delivered(), now());
          if (counts) {
            acknowledged.add(done);
          } else {
            done.tryEmitError(
                new IllegalStateException(
                    "room '"
                        + room.name()
                        + "': "
                        + delivery.message().id()
                        + " has been delivered again since: this acknowledgement does not count"));
          }
          serveSoon(from);
        });
  }

  /** From any thread: a message has not been dealt with. */
  void refuse(LocalDelivery delivery, long delayMillis) {
    peer.execute(
        () -> {
          RoomSubscription from = delivery.consumer().from();
          if (from != null && !room.isOver()) {
            from.refuse(delivery.delivered(), delayMillis, now());
            serveSoon(from);
          }
        });
  }

  /** Lazy: forgets a named subscription; completes when that is kept. */
  Mono<Void> forget(String name) {
    return Mono.defer(
        () -> {
          Sinks.Empty<Void> done = Sinks.empty();
          peer.execute(() -> forget(name, done));
          return done.asMono();
        });
  }

  private void forget(String name, Sinks.Empty<Void> done) {
    if (room.isOver()) {
      done.tryEmitError(new RoomClosedException("room '" + room.name() + "' has been left"));
      return;
    }
    RoomSubscription forgotten = machine().readers().forget(name);
    for (DeliverySubscription consumer : List.copyOf(consumers)) {
      if (consumer.from() == forgotten) {
        consumers.remove(consumer);
        consumer.detach();
        consumer.end();
      }
    }
    acknowledged.add(done);
    peer.touched(room);
  }

  /** There may be something for the consumers of this subscription, when this task is done. */
  private void serveSoon(RoomSubscription subscription) {
    if (toServe.isEmpty()) {
      peer.execute(this::serve);
    }
    toServe.add(subscription);
    peer.touched(room);
  }

  private void serve() {
    for (RoomSubscription subscription : List.copyOf(toServe)) {
      toServe.remove(subscription);
      serve(subscription);
    }
    peer.touched(room);
  }

  /** On the loop: there may be something to read. */
  void readable() {
    serve(null);
  }

  /** Consumers take turns, so that the first does not get everything. */
  private void serve(@Nullable RoomSubscription only) {
    int count = consumers.size();
    firstServed = count == 0 ? 0 : (firstServed + 1) % count;
    for (int i = 0; i < count; i++) {
      DeliverySubscription consumer = consumers.get((firstServed + i) % count);
      if (only == null || consumer.from() == only) {
        consumer.refill();
      }
    }
  }

  /** On the loop, about once a second: says which consumers are at work, however slowly. */
  void tend(Now now) {
    for (DeliverySubscription consumer : consumers) {
      RoomSubscription from = consumer.from();
      if (from != null && consumer.hasMoved()) {
        machine().stillReading(from, now);
        peer.touched(room);
      }
    }
  }

  /** On the loop, at the end of a turn: has what was acknowledged in it kept. */
  void commit() {
    List<Kept> changes = machine().readers().takeChanges();
    for (Kept kept : changes) {
      Shelf shelf = kept.seen() ? Shelf.SEEN : Shelf.SUBSCRIPTION;
      byte[] value = kept.value();
      if (value == null) {
        store.remove(shelf, kept.name());
      } else {
        store.put(shelf, kept.name(), value);
      }
    }
    if (!acknowledged.isEmpty()) {
      List<Sinks.Empty<Void>> waiting = acknowledged;
      acknowledged = new ArrayList<>();
      store.commit(problem -> kept(waiting, problem));
    }
  }

  /** On a thread of the store. */
  private void kept(List<Sinks.Empty<Void>> waiting, @Nullable StoreException problem) {
    if (problem == null) {
      waiting.forEach(Sinks.Empty::tryEmitEmpty);
      return;
    }
    StorageException why =
        new StorageException(
            "room '"
                + room.name()
                + "': what was acknowledged is not kept, and may be delivered again after a restart: "
                + problem.getMessage(),
            problem);
    waiting.forEach(done -> done.tryEmitError(why));
  }

  /** On the loop, when the room has been left. */
  void end() {
    commit();
    consumers.forEach(
        consumer -> {
          consumer.detach();
          consumer.end();
        });
    consumers.clear();
  }
}
