package org.peerroom.camel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.peerroom.Delivery;
import org.peerroom.Message;
import org.peerroom.MessageId;
import org.peerroom.PeerId;
import reactor.core.publisher.Mono;
import reactor.test.publisher.TestPublisher;

class RoomSubscriptionTest {

  private static final PeerId AUTHOR = new PeerId("0".repeat(64));

  private final TestPublisher<Delivery> messages = TestPublisher.create();
  private final List<Delivery> received = new ArrayList<>();
  private final List<String> ends = new ArrayList<>();
  private long next;

  private final RoomSubscription.Receiver receiver =
      new RoomSubscription.Receiver() {
        @Override
        public void receive(Delivery delivery) {
          received.add(delivery);
        }

        @Override
        public void completed(@Nullable Throwable error) {
          ends.add(String.valueOf(error));
        }
      };

  /** A delivery of which nothing but its message is used. */
  private record Handed(Message message, int attempt) implements Delivery {
    @Override
    public Mono<Void> ack() {
      throw new AssertionError("not used");
    }

    @Override
    public Mono<Void> ackUpTo() {
      throw new AssertionError("not used");
    }

    @Override
    public void nak() {
      throw new AssertionError("not used");
    }

    @Override
    public void nak(Duration delay) {
      throw new AssertionError("not used");
    }
  }

  private Delivery message() {
    return new Handed(
        new Message(
            "orders",
            new MessageId(AUTHOR, next++, 0),
            null,
            Instant.EPOCH,
            null,
            Map.of(),
            new byte[0]),
        1);
  }

  private RoomSubscription subscription(int slots) {
    return new RoomSubscription(messages.flux(), false, slots, () -> ends.add("released"));
  }

  private RoomSubscription named(int slots) {
    return new RoomSubscription(messages.flux(), true, slots, () -> ends.add("released"));
  }

  private void assertDemand(long expected) {
    messages.assertMinRequested(expected);
    messages.assertMaxRequested(expected);
  }

  @Test
  void attach_asksForOneMessageForEachSlot() {
    RoomSubscription subscription = subscription(4);
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
  void subscription_isNoneBeforeSomeoneIsAttached() {
    RoomSubscription subscription = subscription(2);
    messages.assertWasNotSubscribed();
    subscription.attach(receiver);
    messages.assertWasSubscribed();
    assertDemand(2);
  }

  @Test
  void done_asksForOneMore() {
    RoomSubscription subscription = subscription(1);
    subscription.attach(receiver);
    messages.next(message());
    assertDemand(0);
    subscription.done();
    assertEquals(0, subscription.pending());
    assertDemand(1);
  }

  @Test
  void detach_keepsWhatWasAskedForAndDeliversItFirstLater() {
    RoomSubscription subscription = subscription(2);
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
    assertEquals(List.of(0L, 1L), received.stream().map(d -> d.message().id().sequence()).toList());
    assertDemand(1);
    messages.next(message());
    assertEquals(3, received.size());
    assertEquals(2, subscription.pending());
  }

  @Test
  void slots_areNeitherLostNorMultipliedByDetachingOften() {
    RoomSubscription subscription = subscription(3);
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
  void detach_leavesANamedPlaceToOthersAndComesBackToIt() {
    RoomSubscription subscription = named(2);
    subscription.attach(receiver);
    subscription.detach();
    messages.assertCancelled();
    assertFalse(subscription.isEnded());

    subscription.attach(receiver);
    messages.assertSubscribers(1);
    assertDemand(2);
    messages.next(message());
    assertEquals(1, received.size());
    assertTrue(ends.isEmpty());
  }

  @Test
  void detach_keepsANamedPlaceUntilWhatIsUnderWayIsDone() {
    RoomSubscription subscription = named(3);
    subscription.attach(receiver);
    messages.next(message(), message());
    subscription.detach();
    messages.next(message());
    assertEquals(2, received.size());
    subscription.done();
    messages.assertNotCancelled();
    subscription.done();
    messages.assertCancelled();
    assertEquals(0, subscription.pending());

    subscription.attach(receiver);
    assertDemand(3);
    assertEquals(2, received.size(), "what nobody had taken comes from the room again");
  }

  @Test
  void attach_beforeAllIsDoneKeepsANamedPlace() {
    RoomSubscription subscription = named(1);
    subscription.attach(receiver);
    messages.next(message());
    subscription.detach();
    subscription.attach(receiver);
    subscription.done();
    messages.assertNotCancelled();
    assertDemand(1);
  }

  @Test
  void end_cancelsOnceAndForgetsWhatIsKept() {
    RoomSubscription subscription = subscription(1);
    subscription.attach(receiver);
    subscription.detach();
    messages.next(message());
    subscription.end();
    subscription.end();
    messages.assertCancelled();
    assertTrue(received.isEmpty());
    assertTrue(subscription.isEnded());
    assertEquals(List.of("released"), ends);
    assertThrows(IllegalStateException.class, () -> subscription.attach(receiver));
  }

  @Test
  void completion_isToldToWhoIsAttached() {
    RoomSubscription subscription = subscription(1);
    subscription.attach(receiver);
    messages.complete();
    assertEquals(List.of("null"), ends);
    assertTrue(subscription.isEnded());
  }

  @Test
  void completion_isToldToWhoComesLater() {
    RoomSubscription subscription = subscription(1);
    subscription.attach(receiver);
    subscription.detach();
    messages.error(new IllegalStateException("broken"));
    assertTrue(ends.isEmpty());
    subscription.attach(receiver);
    assertEquals(List.of("java.lang.IllegalStateException: broken"), ends);
  }
}
