package org.peerroom.internal;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.peerroom.Delivery;
import org.peerroom.Message;
import org.peerroom.internal.protocol.Delivered;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A message in the hands of the application, which is to acknowledge it. */
final class LocalDelivery implements Delivery {

  private static final Duration MAX_DELAY = Duration.ofHours(1);
  private static final long USUAL_DELAY = -1;

  private final RoomDeliveries deliveries;
  private final DeliverySubscription consumer;
  private final Delivered delivered;
  private final AtomicReference<Sinks.@Nullable Empty<Void>> acked = new AtomicReference<>();
  private final AtomicReference<Sinks.@Nullable Empty<Void>> ackedUpTo = new AtomicReference<>();

  LocalDelivery(RoomDeliveries deliveries, DeliverySubscription consumer, Delivered delivered) {
    this.deliveries = deliveries;
    this.consumer = consumer;
    this.delivered = delivered;
  }

  DeliverySubscription consumer() {
    return consumer;
  }

  Delivered delivered() {
    return delivered;
  }

  @Override
  public Message message() {
    return delivered.message();
  }

  @Override
  public int attempt() {
    return delivered.attempt();
  }

  @Override
  public Mono<Void> ack() {
    return once(acked, false);
  }

  @Override
  public Mono<Void> ackUpTo() {
    return once(ackedUpTo, true);
  }

  private Mono<Void> once(AtomicReference<Sinks.@Nullable Empty<Void>> done, boolean upTo) {
    Sinks.Empty<Void> already = done.get();
    if (already != null) {
      return already.asMono();
    }
    Sinks.Empty<Void> fresh = Sinks.empty();
    if (done.compareAndSet(null, fresh)) {
      deliveries.acknowledge(this, upTo, fresh);
      return fresh.asMono();
    }
    return once(done, upTo);
  }

  @Override
  public void nak() {
    deliveries.refuse(this, USUAL_DELAY);
  }

  @Override
  public void nak(Duration delay) {
    if (delay.isNegative() || delay.compareTo(MAX_DELAY) > 0) {
      throw new IllegalArgumentException(
          "a message is redelivered after 0 to 1 hour, not " + delay);
    }
    deliveries.refuse(this, delay.toMillis());
  }

  @Override
  public String toString() {
    return "Delivery[" + delivered.message() + ", attempt " + delivered.attempt() + "]";
  }
}
