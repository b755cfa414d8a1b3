package org.peerroom;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.peerroom.simulator.FaultProxy;
import org.peerroom.simulator.FaultProxy.Direction;
import reactor.core.publisher.Flux;

/** Two peers over real sockets with a network between them that cuts, corrupts and records. */
@Timeout(90)
class FaultsTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int COUNT = 20_000;

  private final List<String> received = new CopyOnWriteArrayList<>();
  private Peer a;
  private Peer b;
  private FaultProxy network;
  private Room atA;

  @BeforeEach
  void link() throws IOException {
    PeerAddress free = freeAddress();
    network = FaultProxy.to(free);
    // Members dial what is advertised, so that no link goes round the network in between.
    String outside = network.address().toString();
    a = Peer.builder().listen(free.toString()).advertise(outside).start().block(LIMIT);
    b = Peer.builder().bootstrap(network.address().toString()).start().block(LIMIT);
    RoomSecret secret = RoomSecret.of("a secret of twenty letters".toCharArray());
    RoomConfig config = RoomConfig.of("orders").withSecret(secret);
    atA = a.join(config).block(LIMIT);
    Room atB = b.join(config).block(LIMIT);
    atB.messages().map(Message::text).subscribe(received::add);
    await().atMost(LIMIT).until(() -> atA.members().contains(b.id()));
  }

  @AfterEach
  void close() {
    Flux.just(a, b).flatMap(Peer::close).blockLast(LIMIT);
    network.close();
  }

  private static PeerAddress freeAddress() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return PeerAddress.of("127.0.0.1", socket.getLocalPort());
    }
  }

  private List<String> publish() {
    List<String> sent = IntStream.range(0, COUNT).mapToObj(i -> "order number " + i).toList();
    Flux.fromIterable(sent).flatMapSequential(atA::publish, 64).blockLast(LIMIT);
    return sent;
  }

  @Test
  void linkCutAgainAndAgain_losesNothingAndDoublesNothing() {
    List<String> sent = new ArrayList<>();
    for (int round = 0; round < 5; round++) {
      sent.addAll(publish());
      network.cut();
    }

    await().atMost(LIMIT).until(() -> received.size() >= sent.size());
    assertEquals(sent, received);
  }

  @Test
  void bytesAlteredOnTheWay_endTheLinkAndLoseNothing() {
    List<String> sent = new ArrayList<>(publish());
    network.corruptNext(Direction.FROM_TARGET);
    sent.addAll(publish());

    await().atMost(LIMIT).until(() -> received.size() >= sent.size());
    assertEquals(sent, received);
  }

  @Test
  void recordedBytes_holdNeitherTextNorRoomNorSecretNorKeys() {
    StringBuilder recorded = new StringBuilder();
    network.record(
        (direction, bytes) -> {
          synchronized (recorded) {
            recorded.append(new String(bytes, StandardCharsets.ISO_8859_1));
          }
        });
    network.cut();

    publish();
    await().atMost(LIMIT).until(() -> received.size() >= COUNT);

    String wire;
    synchronized (recorded) {
      wire = recorded.toString();
    }
    assertTrue(wire.length() > COUNT * 12, () -> "only " + wire.length() + " bytes were recorded");
    Set<String> found = new HashSet<>();
    for (String secret : List.of("order number", "orders", "a secret of twenty letters")) {
      if (wire.contains(secret)) {
        found.add(secret);
      }
    }
    assertEquals(Set.of(), found);
  }
}
