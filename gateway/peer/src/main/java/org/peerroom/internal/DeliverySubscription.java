package org.peerroom.internal;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.peerroom.Delivery;
import org.peerroom.Subscription;
import org.peerroom.internal.protocol.Delivered;
import org.peerroom.internal.protocol.RoomSubscription;
import org.peerroom.internal.protocol.SubscriptionConsumer;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;

/**
 * One who is delivered messages to acknowledge. What waits here is in flight, and so is not read
 * ahead of what was asked for: another consumer may be idle.
 */
final class DeliverySubscription extends PulledSubscription<LocalDelivery> {

  private static final int READ_AHEAD = 64;

  private final RoomDeliveries deliveries;
  private final Subscription settings;

  /** Only used on the peer's loop; null until it has been found there. */
  private @Nullable RoomSubscription from;

  /** Only used on the peer's loop; null as long as nothing is to be delivered. */
  private @Nullable SubscriptionConsumer consumer;

  /** Only used on the peer's loop: how much has been asked for that was not read. */
  private long wanted;

  DeliverySubscription(
      RoomDeliveries deliveries,
      Subscription settings,
      CoreSubscriber<? super Delivery> subscriber,
      Scheduler.Worker worker) {
    super(subscriber, worker, READ_AHEAD);
    this.deliveries = deliveries;
    this.settings = settings;
  }

  Subscription settings() {
    return settings;
  }

  /** On the peer's loop. */
  void begin(RoomSubscription subscription) {
    from = subscription;
    consumer = subscription.attach();
    refill();
  }

  /** On the peer's loop: what it is part of; null before it has begun. */
  @Nullable RoomSubscription from() {
    return from;
  }

  /** On the peer's loop: takes no more, and gives back what it has; null if it had not begun. */
  @Nullable SubscriptionConsumer detach() {
    SubscriptionConsumer was = consumer;
    consumer = null;
    return was;
  }

  /** On the peer's loop: who it is for its subscription; null when it is gone. */
  @Nullable SubscriptionConsumer consumer() {
    return consumer;
  }

  @Override
  public void request(long n) {
    super.request(n);
    if (n > 0) {
      deliveries.ask(this, n);
    }
  }

  /**
   * On the peer's loop, behind what the subscriber has refused before it asked: else what follows a
   * refused message could overtake it.
   */
  void asked(long n) {
    wanted = Operators.addCap(wanted, n);
    refill();
  }

  @Override
  int space(int free) {
    return (int) Math.min(free, wanted);
  }

  @Override
  List<LocalDelivery> read(int most, long mostBytes) {
    if (from == null || consumer == null) {
      return List.of();
    }
    List<LocalDelivery> read = new ArrayList<>();
    for (Delivered delivered : from.take(consumer, most, mostBytes, deliveries.now())) {
      read.add(new LocalDelivery(deliveries, this, delivered));
    }
    wanted -= read.size();
    return read;
  }

  @Override
  long sizeOf(LocalDelivery delivery) {
    return delivery.message().size();
  }

  @Override
  void gone() {
    deliveries.remove(this);
  }

  @Override
  void refillLater() {
    deliveries.refill(this);
  }
}
