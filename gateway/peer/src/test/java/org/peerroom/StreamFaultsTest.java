package org.peerroom;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.peerroom.simulator.FaultProxy;
import reactor.core.publisher.Mono;

/** A streamed payload between two peers over real sockets whose link is cut on the way. */
@Timeout(60)
class StreamFaultsTest {

  private static final Duration LIMIT = Duration.ofSeconds(50);
  private static final int CUTS = 2;

  @RegisterExtension final RunningPeers peers = new RunningPeers();

  private FaultProxy network;
  private Room atA;
  private Room atB;

  @BeforeEach
  void link() throws IOException {
    PeerAddress free = freeAddress();
    network = FaultProxy.to(free);
    String outside = network.address().toString();
    Peer a = peers.start(Peer.builder().listen(free.toString()).advertise(outside));
    Peer b = peers.start(Peer.builder().bootstrap(outside));
    RoomPolicy policy = RoomPolicy.DEFAULT.withMaxMessageSize(1 << 20).withRetentionBytes(4 << 20);
    RoomConfig config = RoomConfig.of("files").withPolicy(policy);
    atA = RunningPeers.join(a, config);
    atB = RunningPeers.join(b, config);
    RunningPeers.awaitMembers(atA, b);
    RunningPeers.awaitMembers(atB, a);
  }

  @AfterEach
  void close() {
    network.close();
  }

  private static PeerAddress freeAddress() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return PeerAddress.of("127.0.0.1", socket.getLocalPort());
    }
  }

  @Test
  void linkCutWithinAPayload_goesOnFromThere() {
    SampleStream sample = new SampleStream(6 << 20, 64 * 1024);
    AtomicLong read = new AtomicLong();
    AtomicInteger cuts = new AtomicInteger();
    Mono<byte[]> received =
        atB.messages()
            .next()
            .flatMap(
                m -> SampleStream.digestOf(m.payload().doOnNext(b -> cutOnTheWay(b, read, cuts))))
            .cache();
    received.subscribe();

    Receipt receipt =
        atA.publish(OutgoingMessage.of(sample.flux()), Acks.replicated(1)).block(LIMIT);

    assertArrayEquals(sample.digest(), received.block(LIMIT));
    assertEquals(CUTS, cuts.get());
    assertEquals(1, receipt.replicas().size());
    // After each cut it goes on from there: not much is sent twice.
    long passed = network.passed(FaultProxy.Direction.FROM_TARGET) >> 20;
    assertTrue(passed < 6 + 2 * CUTS, () -> passed + " MiB went over the link");
  }

  /** After 2 and 4 MiB. */
  private void cutOnTheWay(ByteBuffer part, AtomicLong read, AtomicInteger cuts) {
    long all = read.addAndGet(part.remaining());
    if (cuts.get() < CUTS && all >= (2L << 20) * (cuts.get() + 1)) {
      cuts.incrementAndGet();
      network.cut();
      await().atMost(LIMIT).until(() -> network.connections() > 0);
    }
  }
}
