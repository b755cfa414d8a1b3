package org.peerroom;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Payloads as streams between two peers over real sockets. */
@Timeout(60)
class StreamsTest {

  private static final Duration LIMIT = Duration.ofSeconds(40);

  /** The least that a replica can be told to keep. */
  private static final RoomConfig SMALL =
      RoomConfig.of("files")
          .withPolicy(RoomPolicy.DEFAULT.withMaxMessageSize(1 << 20).withRetentionBytes(4 << 20));

  @RegisterExtension final RunningPeers peers = new RunningPeers();

  private Room atA;
  private Room atB;

  private void join(RoomConfig config) {
    Peer a = peers.listening(Peer.builder());
    Peer b = peers.dialling(a, Peer.builder());
    atA = RunningPeers.join(a, config);
    atB = RunningPeers.join(b, config);
    RunningPeers.awaitMembers(atA, b);
    RunningPeers.awaitMembers(atB, a);
  }

  @Test
  void payload_isWhatWasStreamed() {
    join(RoomConfig.of("files"));
    SampleStream sample = new SampleStream(3_000_017, 10_001);
    OutgoingMessage message =
        OutgoingMessage.of(sample.flux()).withHeader("name", "a.bin").withKey("the one");

    Receipt receipt = atA.publish(message).block(LIMIT);
    Message received = atB.messages().blockFirst(LIMIT);

    assertEquals(receipt.id(), received.id());
    assertTrue(received.isStreamed());
    assertEquals(-1, received.size());
    assertEquals("a.bin", received.headers().get("name"));
    assertEquals("the one", received.key().orElseThrow());
    assertThrows(IllegalStateException.class, received::bytes);
    assertThrows(IllegalStateException.class, received::text);
    assertThrows(IllegalStateException.class, received::buffer);
    assertArrayEquals(sample.digest(), SampleStream.digestOf(received.payload()).block(LIMIT));
    // It is still retained, so that it can be read again.
    assertArrayEquals(sample.digest(), SampleStream.digestOf(received.payload()).block(LIMIT));
  }

  @Test
  void sizesAroundAChunk_arriveWhole() {
    join(RoomConfig.of("files"));
    int chunk = 64 * 1024 - 128;
    for (int size : List.of(0, 1, chunk - 1, chunk, chunk + 1, 2 * chunk, 9 * chunk + 5)) {
      SampleStream sample = new SampleStream(size, 100_000);
      assertTrue(
          atA.publish(OutgoingMessage.of(sample.flux()), Acks.replicated(1))
                  .block(LIMIT)
                  .replicas()
                  .size()
              > 0);
    }
    List<Long> sizes =
        atB.messages()
            .take(7)
            .concatMap(m -> m.payload().map(b -> (long) b.remaining()).reduce(0L, Long::sum))
            .collectList()
            .block(LIMIT);
    assertEquals(
        List.of(0L, 1L, chunk - 1L, (long) chunk, chunk + 1L, 2L * chunk, 9L * chunk + 5), sizes);
  }

  @Test
  void severalStreamsAndMessages_goAtTheSameTime() {
    join(SMALL);
    SampleStream sample = new SampleStream(6 << 20, 64 * 1024);
    Mono<List<String>> received =
        atB.messages()
            .flatMap(
                m ->
                    m.isStreamed()
                        ? SampleStream.digestOf(m.payload()).map(HexFormat.of()::formatHex)
                        : Mono.just(m.text()),
                8)
            .take(23)
            .collectList()
            .cache();
    received.subscribe();
    Flux<Receipt> streams =
        Flux.range(0, 3).flatMap(i -> atA.publish(OutgoingMessage.of(sample.flux())));
    Flux<Receipt> texts = Flux.range(0, 20).concatMap(i -> atA.publish("text " + i));

    Flux.merge(streams, texts).blockLast(LIMIT);

    List<String> all = received.block(LIMIT);
    String digest = HexFormat.of().formatHex(sample.digest());
    assertEquals(3, all.stream().filter(digest::equals).count());
    assertEquals(20, all.stream().filter(s -> s.startsWith("text ")).count());
  }

  @Test
  void payloadLargerThanTheReplica_isReadOneMessageAtATime() {
    join(SMALL);
    SampleStream sample = new SampleStream(24 << 20, 64 * 1024);
    List<String> order = new CopyOnWriteArrayList<>();
    Disposable reading =
        atB.messages()
            .concatMap(
                m ->
                    m.isStreamed()
                        ? SampleStream.digestOf(m.payload()).doOnNext(d -> order.add("stream"))
                        : Mono.just(m.bytes()).doOnNext(d -> order.add(m.text())),
                1)
            .subscribe();

    Mono<Receipt> stream = atA.publish(OutgoingMessage.of(sample.flux()), Acks.replicated(1));
    Mono<Receipt> between = Mono.delay(Duration.ofMillis(50)).flatMap(t -> atA.publish("between"));
    Flux.merge(stream, between).blockLast(LIMIT);

    await().atMost(LIMIT).until(() -> order.size() == 2);
    reading.dispose();
    assertEquals(List.of("stream", "between"), order);
  }

  @Test
  void publisher_waitsForWhoReads() {
    join(SMALL);
    AtomicLong asked = new AtomicLong();
    SampleStream sample = new SampleStream(10 << 20, 64 * 1024);
    Sinks.One<Boolean> go = Sinks.one();
    Mono<byte[]> read =
        atB.messages()
            .next()
            .flatMap(
                m -> SampleStream.digestOf(m.payload().limitRate(1).delayUntil(b -> go.asMono())))
            .cache();
    read.subscribe();
    Mono<Receipt> published =
        atA.publish(OutgoingMessage.of(sample.flux().doOnNext(b -> asked.addAndGet(b.remaining()))))
            .cache();
    published.subscribe();

    // Half the replica, and what is on the way on both sides.
    await()
        .during(Duration.ofMillis(500))
        .atMost(LIMIT)
        .until(() -> asked.get() > (1 << 20) && asked.get() < (6 << 20));

    go.tryEmitValue(true);
    assertArrayEquals(sample.digest(), read.block(LIMIT));
    published.block(LIMIT);
  }

  @Test
  void sourceThatFails_isToldOnBothSides() {
    join(RoomConfig.of("files"));
    Flux<ByteBuffer> failing =
        Flux.concat(
            new SampleStream(1_000_000, 10_000).flux(),
            Flux.error(new IllegalArgumentException("the disk is gone")));

    IllegalArgumentException atPublisher =
        assertThrows(
            IllegalArgumentException.class,
            () -> atA.publish(OutgoingMessage.of(failing)).block(LIMIT));
    assertEquals("the disk is gone", atPublisher.getMessage());

    Message received = atB.messages().blockFirst(LIMIT);
    PayloadLostException lost =
        assertThrows(PayloadLostException.class, () -> received.payload().blockLast(LIMIT));
    assertTrue(lost.getMessage().contains("gave up before the end"), lost.getMessage());
  }

  @Test
  void publishThatIsCancelled_isToldToWhoReads() {
    join(RoomConfig.of("files"));
    AtomicBoolean sourceCancelled = new AtomicBoolean();
    Flux<ByteBuffer> endless =
        Flux.concat(new SampleStream(1_000_000, 10_000).flux(), Flux.never())
            .doOnCancel(() -> sourceCancelled.set(true));
    Disposable publish = atA.publish(OutgoingMessage.of(endless)).subscribe();
    Message received = atB.messages().blockFirst(LIMIT);
    List<Throwable> ends = new CopyOnWriteArrayList<>();
    received.payload().subscribe(b -> {}, ends::add);

    publish.dispose();

    await().atMost(LIMIT).until(() -> !ends.isEmpty());
    assertInstanceOf(PayloadLostException.class, ends.get(0));
    await().atMost(LIMIT).untilTrue(sourceCancelled);
  }

  @Test
  void payloadThatIsNotRetained_isLost() {
    join(SMALL);
    Message first =
        Mono.fromFuture(
                () -> {
                  var found = atB.messages().next().toFuture();
                  atA.publish(OutgoingMessage.of(new SampleStream(100_000, 1000).flux()))
                      .block(LIMIT);
                  return found;
                })
            .block(LIMIT);
    assertEquals(
        100_000, first.payload().map(ByteBuffer::remaining).reduce(0, Integer::sum).block(LIMIT));
    atA.publish(OutgoingMessage.of(new SampleStream(12 << 20, 64 * 1024).flux())).block(LIMIT);
    atA.publish("the last").block(LIMIT);
    atB.messages().filter(m -> !m.isStreamed() && m.text().equals("the last")).blockFirst(LIMIT);

    PayloadLostException lost =
        assertThrows(PayloadLostException.class, () -> first.payload().blockLast(LIMIT));

    assertTrue(lost.getMessage().contains("its beginning is not retained"), lost.getMessage());
  }

  @Test
  void roomThatIsLeft_endsPayloads() {
    join(RoomConfig.of("files"));
    Flux<ByteBuffer> endless =
        Flux.concat(new SampleStream(1_000_000, 10_000).flux(), Flux.never());
    Disposable publish = atA.publish(OutgoingMessage.of(endless)).subscribe();
    Message received = atB.messages().blockFirst(LIMIT);
    List<Throwable> ends = new CopyOnWriteArrayList<>();
    received.payload().subscribe(b -> {}, ends::add);

    atB.leave().block(LIMIT);

    await().atMost(LIMIT).until(() -> !ends.isEmpty());
    assertInstanceOf(RoomClosedException.class, ends.get(0));
    assertFalse(ends.get(0).getMessage().isBlank());
    publish.dispose();
  }
}
