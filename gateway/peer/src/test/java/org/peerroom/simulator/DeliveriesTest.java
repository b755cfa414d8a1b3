package org.peerroom.simulator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.peerroom.Cursor;
import org.peerroom.MessageId;
import org.peerroom.OutgoingMessage;
import org.peerroom.RoomEvent;
import org.peerroom.RoomPolicy;
import org.peerroom.SubscribeOptions;
import org.peerroom.Subscription;
import org.peerroom.internal.protocol.Delivered;
import org.peerroom.internal.protocol.Kept;
import org.peerroom.internal.protocol.RoomSubscription;
import org.peerroom.internal.protocol.SubscriptionConsumer;

/** What a subscription that acknowledges is delivered, when, and how often. */
class DeliveriesTest {

  private static final RoomPolicy BRIEF =
      RoomPolicy.DEFAULT.withRetention(Duration.ofSeconds(20)).withMaxMessageSize(1 << 20);
  private static final Subscription ORDERS =
      Subscription.named("orders").withRedeliverAfter(Duration.ofSeconds(1));

  private final Simulation world = new Simulation(7);
  private final Gathering all = Gathering.mesh(world, 3, BRIEF);
  private final SimulatedRoom one = all.member(0);
  private final SimulatedRoom other = all.member(1);
  private SimulatedRoom reading = all.member(2);

  @BeforeEach
  void meet() {
    world.run(Duration.ofSeconds(3));
  }

  private RoomSubscription subscribe(Subscription settings) {
    return reading.machine().readers().subscribe(settings, reading.peer().now());
  }

  private List<Delivered> take(RoomSubscription from, SubscriptionConsumer by, int most) {
    world.run(Duration.ofMillis(200));
    List<Delivered> taken = from.take(by, most, 1 << 20, reading.peer().now());
    reading.peer().turn();
    return taken;
  }

  private static List<String> texts(List<Delivered> delivered) {
    return delivered.stream().map(d -> d.message().text()).toList();
  }

  private boolean ack(RoomSubscription from, Delivered delivered) {
    return from.acknowledge(delivered, reading.peer().now());
  }

  private void ackAll(RoomSubscription from, List<Delivered> delivered) {
    delivered.forEach(d -> assertTrue(ack(from, d)));
  }

  private static List<byte[]> bytes(String... texts) {
    List<byte[]> all = new ArrayList<>();
    for (String text : texts) {
      all.add(OutgoingMessage.of(text).payload());
    }
    return all;
  }

  private List<RoomEvent.Gap> gaps() {
    return reading.events(RoomEvent.Gap.class);
  }

  @Test
  void messages_areDeliveredOnceAndNeverAgainWhenAcknowledged() {
    one.publish(bytes("a", "b", "c"), 0);
    RoomSubscription orders = subscribe(ORDERS);
    SubscriptionConsumer first = orders.attach();
    List<Delivered> taken = take(orders, first, 10);
    assertEquals(List.of("a", "b", "c"), texts(taken));
    ackAll(orders, taken.subList(0, 2));
    assertTrue(ack(orders, taken.get(0)), "a second time does no harm");
    assertEquals(List.of(), take(orders, first, 10));

    orders.detach(first, reading.peer().now());
    SubscriptionConsumer next = orders.attach();
    List<Delivered> again = take(orders, next, 10);
    assertEquals(List.of("c"), texts(again));
    assertEquals(2, again.get(0).attempt());
    assertFalse(ack(orders, taken.get(2)), "counts though another consumer has it");
    ackAll(orders, again);
    assertEquals(List.of(), take(orders, next, 10));
    assertEquals(0, orders.inFlight());
  }

  @Test
  void acknowledgement_countsAfterItsConsumerIsGone_unlessDeliveredAgain() {
    one.publish("a");
    RoomSubscription orders = subscribe(ORDERS);
    SubscriptionConsumer first = orders.attach();
    Delivered a = take(orders, first, 1).get(0);
    orders.detach(first, reading.peer().now());
    assertTrue(ack(orders, a));
    assertEquals(List.of(), take(orders, orders.attach(), 10));
  }

  @Test
  void inFlight_isBoundedOverAllConsumers() {
    one.publish(bytes("a", "b", "c"), 0);
    other.publish(bytes("d", "e", "f"), 0);
    RoomSubscription orders = subscribe(ORDERS.withMaxInFlight(4));
    SubscriptionConsumer first = orders.attach();
    SubscriptionConsumer second = orders.attach();
    List<Delivered> taken = new ArrayList<>(take(orders, first, 3));
    taken.addAll(take(orders, second, 3));
    assertEquals(4, taken.size());
    assertEquals(4, orders.inFlight());
    ack(orders, taken.get(0));
    int more = take(orders, first, 3).size() + take(orders, second, 3).size();
    assertEquals(1, more);
  }

  @Test
  void authors_areWithOneConsumerAtATime() {
    one.publish(bytes("a1", "a2", "a3"), 0);
    other.publish(bytes("b1", "b2", "b3"), 0);
    RoomSubscription orders = subscribe(ORDERS);
    SubscriptionConsumer first = orders.attach();
    SubscriptionConsumer second = orders.attach();
    List<Delivered> mine = new ArrayList<>(take(orders, first, 1));
    List<Delivered> theirs = take(orders, second, 10);
    mine.addAll(take(orders, first, 10));
    assertEquals(3, mine.size());
    assertEquals(1, mine.stream().map(d -> d.message().id().author()).distinct().count());
    assertEquals(3, theirs.size());
    assertEquals(1, theirs.stream().map(d -> d.message().id().author()).distinct().count());
    ackAll(orders, theirs);
    one.publish("a4");
    other.publish("b4");
    assertEquals(1, take(orders, second, 10).size(), "takes what the other has begun");
    orders.detach(first, reading.peer().now());
    assertEquals(4, take(orders, second, 10).size(), "a consumer that is gone gives back");
  }

  @Test
  void refused_isDeliveredAgainAfterTwiceTheDelayEachTime_andLaterOnesWait() {
    one.publish(bytes("a", "b"), 0);
    RoomSubscription orders = subscribe(ORDERS);
    SubscriptionConsumer consumer = orders.attach();
    Delivered a = take(orders, consumer, 1).get(0);
    orders.refuse(a, -1, reading.peer().now());
    assertEquals(List.of(), take(orders, consumer, 10));
    world.run(Duration.ofMillis(900));
    a = take(orders, consumer, 1).get(0);
    assertEquals(2, a.attempt());
    orders.refuse(a, -1, reading.peer().now());
    world.run(Duration.ofMillis(1_500));
    assertEquals(List.of(), take(orders, consumer, 10));
    world.run(Duration.ofMillis(400));
    List<Delivered> rest = take(orders, consumer, 10);
    assertEquals(List.of("a", "b"), texts(rest));
    orders.refuse(rest.get(1), 5_000, reading.peer().now());
    world.run(Duration.ofMillis(4_500));
    assertEquals(List.of(), take(orders, consumer, 10));
    world.run(Duration.ofMillis(500));
    assertEquals(List.of("b"), texts(take(orders, consumer, 10)));
  }

  @Test
  void acknowledgedUpTo_meansAllThatTheSameConsumerGotBefore() {
    one.publish(bytes("a", "b", "c"), 0);
    RoomSubscription orders = subscribe(ORDERS);
    SubscriptionConsumer consumer = orders.attach();
    List<Delivered> taken = take(orders, consumer, 10);
    assertTrue(orders.acknowledgeUpTo(taken.get(1), consumer, reading.peer().now()));
    assertEquals(1, orders.inFlight());
    orders.detach(consumer, reading.peer().now());
    assertEquals(List.of("c"), texts(take(orders, orders.attach(), 10)));
  }

  @Test
  void whatExpiresUnacknowledged_isAGap() {
    one.publish("a");
    other.publish("b");
    RoomSubscription orders = subscribe(ORDERS);
    SubscriptionConsumer consumer = orders.attach();
    List<Delivered> taken = take(orders, consumer, 10);
    assertEquals(2, taken.size());
    orders.refuse(taken.get(0), 30_000, reading.peer().now());
    world.run(Duration.ofSeconds(40));
    assertEquals(List.of(), take(orders, consumer, 10));
    assertEquals(1, gaps().size(), gaps()::toString);
    assertEquals(taken.get(0).message().id().author(), gaps().get(0).author());
    assertTrue(ack(orders, taken.get(1)), "what a consumer has does not expire");
    assertEquals(0, orders.inFlight());
  }

  @Test
  void keyedTwice_isDeliveredOnce() {
    one.publish(OutgoingMessage.of("first").withKey("7"));
    one.publish(OutgoingMessage.of("again").withKey("7"));
    one.publish("without");
    other.publish(OutgoingMessage.of("of another").withKey("7"));
    RoomSubscription orders = subscribe(ORDERS);
    SubscriptionConsumer consumer = orders.attach();
    List<Delivered> taken = take(orders, consumer, 10);
    assertEquals(
        List.of("first", "of another", "without"), texts(taken).stream().sorted().toList());
    ackAll(orders, taken);
    one.publish(OutgoingMessage.of("once more").withKey("7"));
    assertEquals(List.of(), take(orders, consumer, 10));
    assertEquals(2, orders.passedOver());
    world.run(Duration.ofSeconds(25));
    one.publish(OutgoingMessage.of("after retention").withKey("7"));
    assertEquals(List.of("after retention"), texts(take(orders, consumer, 10)));
  }

  @Test
  void keyedTwice_isDeliveredFromTheSecondIfTheFirstIsLost() {
    one.publish(OutgoingMessage.of("first").withKey("7"));
    RoomSubscription orders = subscribe(ORDERS);
    SubscriptionConsumer consumer = orders.attach();
    Delivered first = take(orders, consumer, 10).get(0);
    world.run(Duration.ofSeconds(15));
    one.publish(OutgoingMessage.of("second").withKey("7"));
    assertEquals(List.of(), take(orders, consumer, 10));
    orders.refuse(first, 10_000, reading.peer().now());
    world.run(Duration.ofSeconds(11));
    assertEquals(List.of("second"), texts(take(orders, consumer, 10)));
    assertEquals(1, gaps().size(), gaps()::toString);
  }

  @Test
  void reader_thatAcknowledgesNothing_isDeliveredOneOfEachKeyToo() {
    one.publish(OutgoingMessage.of("first").withKey("7"));
    one.publish(OutgoingMessage.of("again").withKey("7"));
    world.run(Duration.ofSeconds(1));
    assertEquals(1, reading.subscriber().count());
  }

  @Test
  void cursor_isReadFromBehindIt_alsoInTheMiddleOfASegment() {
    List<MessageId> ids = one.publish(bytes("a", "b", "c"), 0);
    one.publish("d");
    other.publish("e");
    world.run(Duration.ofSeconds(1));
    Cursor cursor = Cursor.BEGINNING.after(ids.get(1));
    Subscriber behind = reading.subscribe(SubscribeOptions.DEFAULT.from(cursor));
    assertEquals(2, behind.countOf(one.peer().id()));
    assertEquals(1, behind.countOf(other.peer().id()));
    assertEquals(List.of(), behind.faults());
    world.run(Duration.ofSeconds(30));
    one.publish("f");
    world.run(Duration.ofSeconds(1));
    assertEquals(List.of(), gaps());
    Subscriber late = reading.subscribe(SubscribeOptions.DEFAULT.from(cursor));
    world.run(Duration.ofSeconds(1));
    assertEquals(1, late.countOf(one.peer().id()));
    assertEquals(1, gaps().size(), gaps()::toString);
    assertEquals(ids.get(1).sequence(), gaps().get(0).firstSequence());
  }

  @Test
  void large_isDeliveredAgainWhole() {
    byte[] large = all.payload(900_000);
    byte[] grown = java.util.Arrays.copyOf(large, 400_000);
    one.publish(grown);
    one.publish("after");
    RoomSubscription orders = subscribe(ORDERS);
    SubscriptionConsumer first = orders.attach();
    List<Delivered> taken = take(orders, first, 10);
    assertArrayEquals(grown, taken.get(0).message().bytes());
    orders.detach(first, reading.peer().now());
    List<Delivered> again = take(orders, orders.attach(), 10);
    assertEquals(2, again.size());
    assertArrayEquals(grown, again.get(0).message().bytes());
    assertEquals("after", again.get(1).message().text());
  }

  @Test
  void named_goesOnWhereItWasAfterARestart() throws Exception {
    one.publish(bytes("a", "b", "c"), 0);
    one.publish(OutgoingMessage.of("keyed").withKey("7"));
    RoomSubscription orders = subscribe(ORDERS);
    SubscriptionConsumer consumer = orders.attach();
    List<Delivered> taken = take(orders, consumer, 10);
    assertEquals(4, taken.size());
    ack(orders, taken.get(0));
    ack(orders, taken.get(2));
    ack(orders, taken.get(3));
    List<Kept> kept = reading.machine().readers().takeChanges();
    reading.peer().crash(false);

    reading = all.join(world.peer("restarted").start(one.peer()));
    for (Kept each : kept) {
      reading.machine().readers().restore(each, reading.peer().now());
    }
    assertEquals(List.of("orders"), reading.machine().readers().names());
    one.publish("d");
    one.publish(OutgoingMessage.of("keyed again").withKey("7"));
    world.run(Duration.ofSeconds(3));
    RoomSubscription restored = subscribe(ORDERS);
    assertEquals(List.of("b", "d"), texts(take(restored, restored.attach(), 10)));
  }

  @Test
  void forgotten_beginsAnew() {
    one.publish("a");
    RoomSubscription orders = subscribe(ORDERS);
    ackAll(orders, take(orders, orders.attach(), 10));
    reading.machine().readers().takeChanges();
    assertEquals(orders, reading.machine().readers().forget("orders"));
    assertTrue(
        reading.machine().readers().takeChanges().stream().allMatch(kept -> kept.value() == null));
    assertEquals(List.of(), reading.machine().readers().names());
    RoomSubscription anew = subscribe(ORDERS);
    assertEquals(List.of("a"), texts(take(anew, anew.attach(), 10)));
  }

  @Test
  void live_beginsWithWhatComesAfterIt() {
    one.publish("before");
    world.run(Duration.ofSeconds(1));
    RoomSubscription orders = subscribe(ORDERS.withStart(SubscribeOptions.Start.LIVE));
    one.publish("after");
    reading.publish("own");
    List<String> texts = texts(take(orders, orders.attach(), 10));
    assertEquals(List.of("after", "own"), texts.stream().sorted().toList());
    RoomSubscription quiet =
        subscribe(Subscription.EPHEMERAL.withEcho(false).withStart(SubscribeOptions.Start.LIVE));
    reading.publish("own again");
    one.publish("last");
    assertEquals(List.of("last"), texts(take(quiet, quiet.attach(), 10)));
  }
}
