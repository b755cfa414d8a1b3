package org.peerroom.camel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.peerroom.Acks;
import org.peerroom.Delivery;
import org.peerroom.Message;
import org.peerroom.MessageId;
import org.peerroom.OutgoingMessage;
import org.peerroom.PeerId;
import org.peerroom.Receipt;
import org.peerroom.Room;
import org.peerroom.RoomConfig;
import org.peerroom.RoomEvent;
import org.peerroom.RoomPolicy;
import org.peerroom.SubscribeOptions;
import org.peerroom.Subscription;
import org.peerroom.identity.VerifiedIdentity;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.publisher.TestPublisher;

class RoomSubscriptionTest {

  private static final PeerId AUTHOR = new PeerId("0".repeat(64));

  private final TestPublisher<Message> messages = TestPublisher.create();
  private final List<Message> received = new ArrayList<>();
  private final List<String> ends = new ArrayList<>();
  private long next;

  private final RoomSubscription.Receiver receiver =
      new RoomSubscription.Receiver() {
        @Override
        public void receive(Message message) {
          received.add(message);
        }

        @Override
        public void completed(@Nullable Throwable error) {
          ends.add(String.valueOf(error));
        }
      };

  /** A room of which nothing but its events is used. */
  private static final class QuietRoom implements Room {
    @Override
    public String name() {
      return "orders";
    }

    @Override
    public RoomPolicy policy() {
      return RoomPolicy.DEFAULT;
    }

    @Override
    public Set<PeerId> members() {
      return Set.of();
    }

    @Override
    public Mono<Receipt> publish(OutgoingMessage message, Acks acks) {
      throw new AssertionError("not used");
    }

    @Override
    public Flux<Message> messages(SubscribeOptions options) {
      throw new AssertionError("not used");
    }

    @Override
    public Flux<Delivery> deliveries(Subscription subscription) {
      return Flux.never();
    }

    @Override
    public Mono<Void> forget(String subscription) {
      return Mono.empty();
    }

    @Override
    public Flux<RoomEvent> events() {
      return Flux.never();
    }

    @Override
    public Optional<VerifiedIdentity> identityOf(PeerId member) {
      return Optional.empty();
    }

    @Override
    public Mono<Void> reveal() {
      return Mono.empty();
    }

    @Override
    public Mono<Void> leave() {
      throw new AssertionError("not used");
    }
  }

  private RoomSubscription subscription(int slots) {
    return new RoomSubscription(
        new JoinedRoom(new QuietRoom(), RoomConfig.of("orders"), Side.PATIENCE), slots);
  }

  private Message message() {
    return new Message(
        "orders",
        new MessageId(AUTHOR, next++, 0),
        null,
        Instant.EPOCH,
        null,
        Map.of(),
        new byte[0]);
  }

  private RoomSubscription subscribed(int slots) {
    RoomSubscription subscription = subscription(slots);
    messages.flux().subscribe(subscription);
    return subscription;
  }

  @Test
  void subscription_asksForNothingBeforeSomeoneIsAttached() {
    subscribed(4);
    assertDemand(0);
  }

  private void assertDemand(long expected) {
    messages.assertMinRequested(expected);
    messages.assertMaxRequested(expected);
  }

  @Test
  void attach_asksForOneMessageForEachSlot() {
    RoomSubscription subscription = subscribed(4);
    subscription.attach(receiver);
    assertDemand(4);
    for (int i = 0; i < 4; i++) {
      messages.next(message());
    }
    assertEquals(4, received.size());
    assertEquals(4, subscription.pending());
    assertDemand(0);
  }

  @Test
  void attach_worksBeforeTheRoomHasAnswered() {
    RoomSubscription subscription = subscription(2);
    subscription.attach(receiver);
    messages.flux().subscribe(subscription);
    assertDemand(2);
  }

  @Test
  void done_asksForOneMore() {
    RoomSubscription subscription = subscribed(1);
    subscription.attach(receiver);
    messages.next(message());
    assertDemand(0);
    subscription.done();
    assertEquals(0, subscription.pending());
    assertDemand(1);
  }

  @Test
  void detach_keepsWhatWasAskedForAndDeliversItFirstLater() {
    RoomSubscription subscription = subscribed(2);
    subscription.attach(receiver);
    messages.next(message());
    subscription.detach();
    messages.next(message());
    assertEquals(1, received.size());
    assertEquals(1, subscription.pending());
    subscription.done();
    assertDemand(0);

    subscription.attach(receiver);
    assertEquals(2, received.size());
    assertEquals(List.of(0L, 1L), received.stream().map(m -> m.id().sequence()).toList());
    assertDemand(1);
    messages.next(message());
    assertEquals(3, received.size());
    assertEquals(2, subscription.pending());
  }

  @Test
  void slots_areNeitherLostNorMultipliedByDetachingOften() {
    RoomSubscription subscription = subscribed(3);
    for (int i = 0; i < 5; i++) {
      subscription.attach(receiver);
      messages.next(message());
      subscription.detach();
      subscription.done();
    }
    subscription.attach(receiver);
    messages.next(message(), message(), message());
    assertEquals(8, received.size());
    assertDemand(0);
  }

  @Test
  void end_cancelsOnceAndForgetsWhatIsKept() {
    RoomSubscription subscription = subscribed(1);
    subscription.attach(receiver);
    subscription.detach();
    messages.next(message());
    assertTrue(subscription.end());
    assertFalse(subscription.end());
    messages.assertCancelled();
    assertTrue(received.isEmpty());
    assertTrue(subscription.isEnded());
    assertTrue(ends.isEmpty());
  }

  @Test
  void completion_isToldToWhoIsAttached() {
    RoomSubscription subscription = subscribed(1);
    subscription.attach(receiver);
    messages.complete();
    assertEquals(List.of("null"), ends);
    assertTrue(subscription.isEnded());
  }

  @Test
  void completion_isToldToWhoComesLater() {
    RoomSubscription subscription = subscribed(1);
    messages.error(new IllegalStateException("broken"));
    subscription.attach(receiver);
    assertEquals(List.of("java.lang.IllegalStateException: broken"), ends);
  }
}
