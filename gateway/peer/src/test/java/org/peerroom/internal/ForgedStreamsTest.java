package org.peerroom.internal;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.peerroom.Message;
import org.peerroom.MessageId;
import org.peerroom.OutgoingMessage;
import org.peerroom.PayloadLostException;
import org.peerroom.Peer;
import org.peerroom.RoomConfig;
import org.peerroom.internal.crypto.StreamDigest;
import org.peerroom.internal.protocol.Now;
import org.peerroom.internal.protocol.RoomMachine;
import org.peerroom.internal.wire.MessageCodec;
import org.peerroom.internal.wire.StreamItem;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Streams as no honest author writes them; read by a subscriber of the very peer. */
@Timeout(60)
class ForgedStreamsTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private LocalPeer peer;
  private LocalRoom room;

  @BeforeEach
  void join() {
    peer = (LocalPeer) Peer.builder().start().block(LIMIT);
    room = (LocalRoom) peer.join(RoomConfig.of("files")).block(LIMIT);
  }

  @AfterEach
  void close() {
    peer.close().block(LIMIT);
  }

  private long publish(StreamItem item) {
    return Mono.<MessageId>create(
            sink ->
                peer.execute(
                    () -> {
                      RoomMachine machine = room.machine();
                      Now now = new Now(System.currentTimeMillis(), peer.tickMillis());
                      sink.success(machine.publish(item, 0, now));
                    }))
        .block(LIMIT)
        .sequence();
  }

  private long begin() {
    OutgoingMessage message = OutgoingMessage.of(Flux.empty());
    byte[] head = MessageCodec.encode(message, System.currentTimeMillis());
    return publish(new StreamItem.Begin(ByteBuffer.wrap(head)));
  }

  private static ByteBuffer bytes(int size) {
    return ByteBuffer.wrap(new byte[size]);
  }

  private static ByteBuffer digestOf(int zeros) {
    StreamDigest digest = new StreamDigest();
    digest.update(bytes(zeros));
    return ByteBuffer.wrap(digest.finish());
  }

  /** How many bytes were handed over before it ended, as it must, with an error. */
  private int readsUntilLost(String reason) {
    Message message = room.messages().blockFirst(LIMIT);
    List<Integer> sizes = new CopyOnWriteArrayList<>();
    PayloadLostException lost =
        assertThrows(
            PayloadLostException.class,
            () -> message.payload().doOnNext(b -> sizes.add(b.remaining())).blockLast(LIMIT));
    assertTrue(lost.getMessage().contains(reason), lost.getMessage());
    return sizes.stream().mapToInt(Integer::intValue).sum();
  }

  @Test
  void otherBytes_areFoundBeforeTheLastChunk() {
    long begin = begin();
    publish(new StreamItem.Chunk(begin, bytes(100)));
    ByteBuffer other = ByteBuffer.wrap(new byte[] {1, 2, 3});
    publish(new StreamItem.End(begin, 103, digestOf(103), other));

    assertEquals(100, readsUntilLost("SHA-256"));
  }

  @Test
  void otherLength_isFoundBeforeTheLastChunk() {
    long begin = begin();
    publish(new StreamItem.Chunk(begin, bytes(100)));
    publish(new StreamItem.End(begin, 104, digestOf(103), bytes(3)));

    assertEquals(100, readsUntilLost("103 bytes, not 104"));
  }

  @Test
  void endWithoutBytes_isRefused() {
    long begin = begin();
    publish(new StreamItem.Chunk(begin, bytes(100)));
    publish(new StreamItem.End(begin, 100, digestOf(100), bytes(0)));

    assertEquals(100, readsUntilLost("its last bytes came before"));
  }

  @Test
  void whatIsOfAnotherStream_isNotMixedIn() {
    long one = begin();
    long other = begin();
    publish(new StreamItem.Chunk(other, bytes(7)));
    publish(new StreamItem.Chunk(one, bytes(100)));
    publish(new StreamItem.Abort(other));
    publish(new StreamItem.End(one, 103, digestOf(103), bytes(3)));

    Message message = room.messages().blockFirst(LIMIT);

    assertEquals(
        List.of(100, 3), message.payload().map(ByteBuffer::remaining).collectList().block(LIMIT));
  }

  @Test
  void chunksWithoutABeginning_areNoMessage() {
    publish(new StreamItem.Chunk(12_345, bytes(100)));
    publish(new StreamItem.End(12_345, 103, digestOf(103), bytes(3)));
    publish(new StreamItem.Abort(12_345));
    room.publish("a text").block(LIMIT);

    assertEquals("a text", room.messages().blockFirst(LIMIT).text());
  }

  @Test
  void beginningWithAPayload_isRefused() {
    byte[] whole = MessageCodec.encode(OutgoingMessage.of("a text"), System.currentTimeMillis());
    List<Object> events = new CopyOnWriteArrayList<>();
    room.events().subscribe(events::add);
    publish(new StreamItem.Begin(ByteBuffer.wrap(whole)));
    room.publish("the next").block(LIMIT);

    assertEquals("the next", room.messages().blockFirst(LIMIT).text());
    await()
        .atMost(LIMIT)
        .until(() -> events.stream().anyMatch(e -> e.toString().contains("does not begin")));
  }
}
