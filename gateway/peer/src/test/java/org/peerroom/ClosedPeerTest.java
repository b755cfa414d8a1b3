package org.peerroom;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.peerroom.RunningPeers.LIMIT;
import static org.peerroom.RunningPeers.as;
import static org.peerroom.RunningPeers.join;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.peerroom.identity.Identity;
import org.peerroom.identity.IdentityException;
import org.peerroom.identity.TrustedAuthorities;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Peers that are closed, rooms that are left and peers that could not start. */
@Timeout(60)
class ClosedPeerTest {

  private static final RoomConfig ORDERS = RoomConfig.of("orders");

  @RegisterExtension private final RunningPeers peers = new RunningPeers();

  private final Company acme = new Company("Acme");
  private final Identity ann = acme.identity("ann");

  private static void assertClosed(Mono<?> asked) {
    assertThrows(RoomClosedException.class, () -> asked.block(LIMIT));
  }

  @Test
  void closedPeer_answersEverythingThatIsAskedOfIt() {
    Peer peer = peers.start(as(ann, acme.trusted()));
    Room room = join(peer, ORDERS.anonymous());
    peer.close().block(LIMIT);

    assertClosed(peer.reveal(ann));
    assertClosed(peer.trust(TrustedAuthorities.NONE));
    assertClosed(peer.revoke(acme.revokes(ann)));
    assertClosed(peer.join(ORDERS));
    assertClosed(room.reveal());
    assertClosed(room.publish("x"));
    StepVerifier.create(room.messages()).expectComplete().verify(LIMIT);
    StepVerifier.create(room.messages(), 0).expectComplete().verify(LIMIT);
    StepVerifier.create(peer.events().count()).expectNextCount(1).expectComplete().verify(LIMIT);
    StepVerifier.create(room.events().count()).expectNextCount(1).expectComplete().verify(LIMIT);
    room.leave().block(LIMIT);
    peer.close().block(LIMIT);
    assertEquals(Set.of(), room.members());
  }

  @Test
  void peerThatIsClosedMeanwhile_leavesNobodyWaiting() {
    for (int i = 0; i < 20; i++) {
      Peer peer = Peer.builder().trust(acme.trusted()).start().block(LIMIT);
      Room room = join(peer, ORDERS);
      Mono<Void> closing = peer.close().cache();
      closing.subscribe();

      Mono.whenDelayError(
              quiet(peer.reveal(ann)),
              quiet(peer.trust(acme.trusted())),
              quiet(peer.revoke(acme.revokes(ann))),
              quiet(room.reveal()),
              quiet(room.publish("x")),
              quiet(room.messages().then()),
              quiet(room.leave()))
          .block(LIMIT);
      closing.block(LIMIT);
    }
  }

  private static Mono<Void> quiet(Mono<?> asked) {
    return asked.then().onErrorResume(PeerRoomException.class, e -> Mono.empty());
  }

  @Test
  void leftRoom_revealsNothing() {
    Peer peer = peers.start(as(ann, acme.trusted()));
    Room room = join(peer, ORDERS.anonymous());
    room.leave().block(LIMIT);

    assertClosed(room.reveal());
    StepVerifier.create(room.messages()).expectComplete().verify(LIMIT);
  }

  @Test
  void destroyedIdentity_isRefusedWithAReason() {
    Peer peer = peers.start(Peer.builder());
    ann.destroy();

    NotAdmittedException refused =
        assertThrows(NotAdmittedException.class, () -> peer.reveal(ann).block(LIMIT));

    assertTrue(refused.getMessage().contains("destroyed"), refused::getMessage);
  }

  @Test
  void peerThatCouldNotStart_leavesNoThreadAndNoListenerBehind(@TempDir Path folder)
      throws IOException {
    PeerAddress free = freeAddress();
    Set<Thread> before = threads();
    Identity bare = Identity.generate("eve");
    Path broken = Files.writeString(folder.resolve("authorities.json"), "{");

    assertThrows(
        NotAdmittedException.class,
        () -> Peer.builder().listen(free.toString()).identity(bare).start().block(LIMIT));
    assertThrows(
        IdentityException.class,
        () -> Peer.builder().listen(free.toString()).trustFile(broken).start().block(LIMIT));
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String inUse = "127.0.0.1:" + taken.getLocalPort();
      assertThrows(
          PeerStartException.class, () -> Peer.builder().listen(inUse).start().block(LIMIT));
    }

    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> {
              Set<Thread> left = threads();
              left.removeAll(before);
              assertEquals(Set.of(), left);
            });
    Peer peer = peers.start(Peer.builder().listen(free.toString()));
    assertEquals(free, peer.listenAddress().orElseThrow());
  }

  private static Set<Thread> threads() {
    Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
    threads.removeIf(thread -> !thread.getName().startsWith("peerroom-"));
    return threads;
  }

  private static PeerAddress freeAddress() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return PeerAddress.of("127.0.0.1", socket.getLocalPort());
    }
  }
}
