package org.peerroom;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.peerroom.RunningPeers.LIMIT;
import static org.peerroom.RunningPeers.join;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Subscriptions that acknowledge, by peers over real sockets. */
@Timeout(60)
class DurableSubscriptionTest {

  private static final RoomConfig ORDERS = RoomConfig.of("orders");
  private static final Subscription BILLING =
      Subscription.named("billing").withRedeliverAfter(Duration.ofMillis(50));

  @RegisterExtension final RunningPeers peers = new RunningPeers();
  @TempDir Path folder;

  private static void publish(Room room, int from, int to) {
    Flux.range(from, to - from).flatMap(i -> room.publish("order " + i)).blockLast(LIMIT);
  }

  private static List<String> texts(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "order " + i).toList();
  }

  private static List<String> take(Room room, int count) {
    return room.deliveries(BILLING)
        .take(count)
        .concatMap(d -> d.ack().thenReturn(d.message().text()))
        .collectList()
        .block(LIMIT);
  }

  @Test
  void named_goesOnBehindWhatWasAcknowledged_alsoInANewPeer() {
    Peer before = peers.start(Peer.builder().data(folder).closeTimeout(Duration.ofSeconds(1)));
    Room room = join(before, ORDERS);
    publish(room, 0, 20);
    assertEquals(texts(0, 8), take(room, 8));
    assertEquals(texts(8, 12), take(room, 4));
    room.publish(OutgoingMessage.of("keyed").withKey("7")).block(LIMIT);
    assertEquals(9, take(room, 9).size());
    before.close().block(LIMIT);

    Peer after = peers.start(Peer.builder().data(folder).closeTimeout(Duration.ofSeconds(1)));
    Room again = join(after, ORDERS);
    publish(again, 20, 30);
    assertEquals(texts(20, 30), take(again, 10));
  }

  @Test
  void unacknowledged_isDeliveredAgainAfterARestart() {
    Peer before = peers.start(Peer.builder().data(folder).closeTimeout(Duration.ofSeconds(1)));
    Room room = join(before, ORDERS);
    publish(room, 0, 5);
    List<Delivery> taken = room.deliveries(BILLING).take(5).collectList().block(LIMIT);
    taken.get(1).ack().block(LIMIT);
    taken.get(3).ack().block(LIMIT);
    before.close().block(LIMIT);

    Peer after = peers.start(Peer.builder().data(folder).closeTimeout(Duration.ofSeconds(1)));
    assertEquals(List.of("order 0", "order 2", "order 4"), take(join(after, ORDERS), 3));
  }

  @Test
  void refused_isDeliveredAgain_andDemandIsRespected() {
    Room room = join(peers.start(Peer.builder()), ORDERS);
    publish(room, 0, 3);
    StepVerifier.create(room.deliveries(BILLING), 0)
        .expectSubscription()
        .thenRequest(1)
        .assertNext(
            d -> {
              assertEquals("order 0", d.message().text());
              assertEquals(1, d.attempt());
              d.nak();
            })
        .thenRequest(2)
        .assertNext(
            d -> {
              assertEquals("order 0", d.message().text());
              assertEquals(2, d.attempt());
            })
        .assertNext(
            d -> {
              assertEquals("order 1", d.message().text());
              d.ackUpTo().subscribe();
            })
        .expectNoEvent(Duration.ofMillis(200))
        .thenCancel()
        .verify(LIMIT);
    assertEquals(List.of("order 2"), take(room, 1));
  }

  @Test
  void consumers_shareTheWork_andAStalledOneHoldsUpNoOther() {
    Room room = join(peers.start(Peer.builder()), ORDERS);
    List<Delivery> stalled = new CopyOnWriteArrayList<>();
    Disposable stalling =
        room.deliveries(Subscription.named("stalled").withMaxInFlight(2)).subscribe(stalled::add);
    List<String> quick = new CopyOnWriteArrayList<>();
    room.deliveries(BILLING)
        .subscribe(
            d -> {
              quick.add(d.message().text());
              d.ack();
            });
    publish(room, 0, 2_000);
    await().atMost(LIMIT).untilAsserted(() -> assertEquals(2_000, quick.size()));
    assertEquals(2, stalled.size());
    stalling.dispose();
    List<Delivery> next =
        room.deliveries(Subscription.named("stalled")).take(2).collectList().block(LIMIT);
    assertEquals(
        List.of("order 0", "order 1"), next.stream().map(d -> d.message().text()).toList());
  }

  @Test
  void forgotten_completesItsConsumers_andBeginsAnew() {
    Peer peer = peers.start(Peer.builder().data(folder).closeTimeout(Duration.ofSeconds(1)));
    Room room = join(peer, ORDERS);
    publish(room, 0, 3);
    assertEquals(texts(0, 3), take(room, 3));
    StepVerifier.create(room.deliveries(BILLING))
        .then(() -> room.forget("billing").block(LIMIT))
        .expectComplete()
        .verify(LIMIT);
    assertEquals(texts(0, 3), take(room, 3));
    room.forget("nobody").block(LIMIT);
  }

  @Test
  void ack_afterARedelivery_failsWithOneLine() {
    Room room = join(peers.start(Peer.builder()), ORDERS);
    publish(room, 0, 1);
    Delivery first = room.deliveries(BILLING).blockFirst(LIMIT);
    Delivery second = room.deliveries(BILLING).blockFirst(LIMIT);
    assertEquals(2, second.attempt());
    second.ack().block(LIMIT);
    first.ack().block(LIMIT);
    publish(room, 1, 2);
    Delivery third = room.deliveries(BILLING).blockFirst(LIMIT);
    List<Delivery> again = new CopyOnWriteArrayList<>();
    room.deliveries(BILLING).subscribe(again::add);
    await().atMost(LIMIT).until(() -> !again.isEmpty());
    assertThrows(IllegalStateException.class, () -> third.ack().block(LIMIT));
  }

  @Test
  void leftRoom_completesDeliveries_andRefusesAcknowledgement() {
    Peer peer = peers.start(Peer.builder().closeTimeout(Duration.ofSeconds(1)));
    Room room = join(peer, ORDERS);
    publish(room, 0, 1);
    List<Delivery> taken = new CopyOnWriteArrayList<>();
    StepVerifier.create(room.deliveries(BILLING).doOnNext(taken::add))
        .expectNextCount(1)
        .then(() -> room.leave().block(LIMIT))
        .expectComplete()
        .verify(LIMIT);
    assertThrows(RoomClosedException.class, () -> taken.get(0).ack().block(LIMIT));
    assertTrue(taken.get(0).toString().contains("attempt 1"));
  }
}
