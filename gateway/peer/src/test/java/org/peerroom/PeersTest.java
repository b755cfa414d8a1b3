package org.peerroom;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Peers over real sockets, used as an application uses them. */
@Timeout(60)
class PeersTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final List<Peer> started = new ArrayList<>();

  @AfterEach
  void closeAll() {
    Flux.fromIterable(started).flatMap(Peer::close).blockLast(LIMIT);
  }

  private Peer start(PeerBuilder builder) {
    Peer peer = builder.start().block(LIMIT);
    started.add(peer);
    return peer;
  }

  private Peer listening() {
    return start(Peer.builder().listen("127.0.0.1:0"));
  }

  private Peer dialling(Peer other) {
    return start(Peer.builder().bootstrap(other.listenAddress().orElseThrow().toString()));
  }

  private static Room join(Peer peer, RoomConfig config) {
    return peer.join(config).block(LIMIT);
  }

  @Test
  void message_reachesTheOtherPeerWithAuthorHeadersAndText() {
    Peer a = listening();
    Room atA = join(a, RoomConfig.of("orders"));
    Room atB = join(dialling(a), RoomConfig.of("orders"));

    Receipt receipt =
        atA.publish(
                OutgoingMessage.of("one espresso ☕").withHeader("table", "7"), Acks.replicated(1))
            .block(LIMIT);

    StepVerifier.create(atB.messages().take(1))
        .assertNext(
            m -> {
              assertEquals("one espresso ☕", m.text());
              assertEquals(a.id(), m.author().peer());
              assertEquals("7", m.headers().get("table"));
              assertEquals(receipt.id(), m.id());
            })
        .expectComplete()
        .verify(LIMIT);
    assertEquals(1, receipt.replicas().size());
  }

  @Test
  void rooms_joinedOneAfterTheOtherOverALinkThatIsUpMeetAtOnce() {
    Peer a = listening();
    Peer b = dialling(a);
    await().atMost(LIMIT).until(() -> a.linkedPeers().contains(b.id()));
    await().atMost(LIMIT).until(() -> b.linkedPeers().contains(a.id()));

    for (int i = 0; i < 10; i++) {
      RoomConfig config = RoomConfig.of("orders " + i);
      Room first = join(i % 2 == 0 ? a : b, config);
      Room second = join(i % 2 == 0 ? b : a, config);
      Receipt receipt =
          first.publish(OutgoingMessage.of("x"), Acks.replicated(1)).block(Duration.ofSeconds(10));
      assertEquals(1, receipt.replicas().size());
      assertEquals("x", second.messages().blockFirst(LIMIT).text());
    }
  }

  @Test
  void messages_ofOneAuthorArriveInOrderAndOnce() {
    Peer a = listening();
    Room atA = join(a, RoomConfig.of("orders"));
    Room atB = join(dialling(a), RoomConfig.of("orders"));
    int count = 50_000;

    List<String> sent = IntStream.range(0, count).mapToObj(i -> "order " + i).toList();
    Flux.fromIterable(sent).flatMapSequential(atA::publish, 256).blockLast(LIMIT);

    List<String> received =
        atB.messages().take(count).map(Message::text).collectList().block(LIMIT);
    assertEquals(sent, received);
  }

  @Test
  void largeMessage_arrivesWhole() {
    Peer a = listening();
    Room atA = join(a, RoomConfig.of("orders"));
    Room atB = join(dialling(a), RoomConfig.of("orders"));
    byte[] payload = new byte[9_000_001];
    new Random(1).nextBytes(payload);

    atA.publish(OutgoingMessage.of(payload), Acks.replicated(1)).block(LIMIT);

    assertArrayEquals(payload, atB.messages().blockFirst(LIMIT).bytes());
  }

  @Test
  void messageOverTheLimit_isRefusedToItsPublisherAlone() {
    Room room = join(listening(), RoomConfig.of("orders"));
    byte[] tooLarge = new byte[RoomPolicy.DEFAULT.maxMessageSize() + 1];

    assertThrows(MessageTooLargeException.class, () -> room.publish(tooLarge).block(LIMIT));
    room.publish("the next one").block(LIMIT);

    assertEquals("the next one", room.messages().blockFirst(LIMIT).text());
  }

  @Test
  void roomsWithDifferentSecrets_doNotMeet() {
    Peer a = listening();
    Room atA =
        join(a, RoomConfig.of("orders").withSecret(RoomSecret.of("one secret".toCharArray())));
    Peer b = dialling(a);
    RoomConfig other =
        RoomConfig.of("orders").withSecret(RoomSecret.of("another one".toCharArray()));
    Room atB = join(b, other);
    List<RoomEvent> told = new ArrayList<>();

    atB.events().take(1).doOnNext(told::add).blockLast(LIMIT);

    assertTrue(told.get(0) instanceof RoomEvent.NobodyHere, () -> told.toString());
    assertEquals(0, atA.members().size());
  }

  @Test
  void replicatedPublish_timesOutWhereNobodyIs() {
    Peer alone = start(Peer.builder().publishTimeout(Duration.ofMillis(300)));
    Room room = join(alone, RoomConfig.of("orders"));

    assertThrows(
        PublishTimeoutException.class,
        () -> room.publish(OutgoingMessage.of("x"), Acks.replicated(1)).block(LIMIT));
  }

  @Test
  void peersThatOnlyDialTheSameThird_readEachOther() {
    Peer hub = listening();
    join(hub, RoomConfig.of("orders"));
    Peer b = dialling(hub);
    Room atB = join(b, RoomConfig.of("orders"));
    Room atC = join(dialling(hub), RoomConfig.of("orders"));

    atB.publish("from b").block(LIMIT);

    Message received = atC.messages().blockFirst(LIMIT);
    assertEquals("from b", received.text());
    assertEquals(b.id(), received.author().peer());
  }

  @Test
  void lateJoiner_readsWhatIsRetainedOfAnAuthorWhoHasLeft() {
    Peer hub = listening();
    Room atHub = join(hub, RoomConfig.of("orders"));
    Peer author = dialling(hub);
    join(author, RoomConfig.of("orders"))
        .publish(OutgoingMessage.of("last words"), Acks.replicated(1))
        .block(LIMIT);
    assertEquals("last words", atHub.messages().blockFirst(LIMIT).text());
    author.close().block(LIMIT);

    Room late = join(dialling(hub), RoomConfig.of("orders"));

    Message received = late.messages().blockFirst(LIMIT);
    assertEquals("last words", received.text());
    assertEquals(author.id(), received.author().peer());
  }

  @Test
  void close_deliversWhatWasPublishedJustBefore() {
    Peer a = listening();
    Room atA = join(a, RoomConfig.of("orders"));
    Room atB = join(dialling(a), RoomConfig.of("orders"));
    await().atMost(LIMIT).until(() -> atA.members().size() == 1);
    int count = 5_000;

    Flux.range(0, count).flatMap(i -> atA.publish("order " + i), 256).blockLast(LIMIT);
    a.close().block(LIMIT);

    assertEquals(count, atB.messages().take(count).count().block(LIMIT));
  }

  @Test
  void slowSubscriber_losesNothingThoughThePublisherIsFaster() {
    Peer a = listening();
    RoomPolicy small = RoomPolicy.DEFAULT.withRetentionBytes(4 << 20).withMaxMessageSize(1 << 20);
    Room atA = join(a, RoomConfig.of("orders").withPolicy(small));
    Room atB = join(dialling(a), RoomConfig.of("orders").withPolicy(small));
    await().atMost(LIMIT).until(() -> atA.members().size() == 1);
    int count = 4_000;
    byte[] payload = new byte[5_000];

    Flux<Receipt> publishing = Flux.range(0, count).flatMap(i -> atA.publish(payload), 64);
    Long received =
        Mono.zip(
                publishing.count(),
                atB.messages().take(count).delayElements(Duration.ofNanos(100_000)).count())
            .block(LIMIT)
            .getT2();

    assertEquals(count, received);
  }

  @Test
  void leftRoom_endsItsSubscribersAndRefusesToPublish() {
    Peer a = listening();
    Room room = join(a, RoomConfig.of("orders"));
    Mono<Long> counted = room.messages().count().cache();
    counted.subscribe();
    room.publish("x").block(LIMIT);

    room.leave().block(LIMIT);

    assertEquals(1, counted.block(LIMIT));
    assertThrows(RoomClosedException.class, () -> room.publish("y").block(LIMIT));
  }

  @Test
  void closedPeer_answersToWhatIsAskedOfIt() {
    Peer peer = listening();
    Room room = join(peer, RoomConfig.of("orders"));
    peer.close().block(LIMIT);

    assertThrows(RoomClosedException.class, () -> join(peer, RoomConfig.of("orders")));
    assertThrows(RoomClosedException.class, () -> room.publish("x").block(LIMIT));
    room.leave().block(LIMIT);
    peer.close().block(LIMIT);
  }

  @Test
  void roomJoinedTwice_isTheSameUnlessThePolicyDiffers() {
    Peer a = listening();
    Room first = join(a, RoomConfig.of("orders"));

    assertSame(first, join(a, RoomConfig.of("orders")));
    RoomConfig other =
        RoomConfig.of("orders").withPolicy(RoomPolicy.DEFAULT.withHistory(History.NONE));
    assertThrows(RoomConflictException.class, () -> join(a, other));
  }

  @Test
  void lostPeer_isDialledAgain() {
    Peer a = listening();
    String address = a.listenAddress().orElseThrow().toString();
    join(a, RoomConfig.of("orders"));
    Peer b = start(Peer.builder().bootstrap(address));
    Room atB = join(b, RoomConfig.of("orders"));
    await().atMost(LIMIT).until(() -> atB.members().contains(a.id()));
    a.close().block(LIMIT);
    await().atMost(LIMIT).until(() -> b.linkedPeers().isEmpty());

    Peer again = start(Peer.builder().listen(address));
    Room atAgain = join(again, RoomConfig.of("orders"));
    again.linkedPeers();
    atAgain.publish("back").block(LIMIT);

    assertEquals("back", atB.messages().blockFirst(LIMIT).text());
  }
}
