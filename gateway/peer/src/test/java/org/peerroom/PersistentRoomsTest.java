package org.peerroom;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.peerroom.RunningPeers.LIMIT;
import static org.peerroom.RunningPeers.awaitMembers;
import static org.peerroom.RunningPeers.join;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.peerroom.identity.Identity;

/** Rooms that are kept on disk, by peers over real sockets. */
@Timeout(60)
class PersistentRoomsTest {

  private static final RoomConfig ORDERS = RoomConfig.of("orders");

  @RegisterExtension final RunningPeers peers = new RunningPeers();
  @TempDir Path folder;

  private Path data(String name) {
    return folder.resolve(name);
  }

  /** What a crash leaves behind: the folder as it is now, its process not asked. */
  private Path crashed(String name) throws IOException {
    Path from = data(name);
    Path to = data(name + " crashed");
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
    return to;
  }

  private static List<String> texts(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "order " + i).toList();
  }

  private static void publish(Room room, int from, int to) {
    reactor.core.publisher.Flux.fromIterable(texts(from, to))
        .flatMap(room::publish)
        .blockLast(LIMIT);
  }

  private static List<String> read(Room room, int count) {
    return room.messages().map(Message::text).take(count).collectList().block(LIMIT);
  }

  @Test
  void crash_losesNothingThatWasAcknowledged() throws Exception {
    Peer before = peers.start(Peer.builder().data(data("a")).closeTimeout(Duration.ofSeconds(1)));
    publish(join(before, ORDERS), 0, 500);

    Peer after = peers.listening(Peer.builder().data(crashed("a")));
    Room room = join(after, ORDERS);
    assertEquals(texts(0, 500), read(room, 500));
    publish(room, 500, 600);
    Room other = join(peers.dialling(after, Peer.builder()), ORDERS);
    assertEquals(texts(0, 600), read(other, 600).stream().sorted(byNumber()).toList());
  }

  private static java.util.Comparator<String> byNumber() {
    return java.util.Comparator.comparingInt(text -> Integer.parseInt(text.substring(6)));
  }

  @Test
  void memberThatKnowsTheOldFeed_getsTheRestOfItAfterARestart() throws Exception {
    Peer b = peers.listening(Peer.builder());
    Room atB = join(b, ORDERS);
    Peer a = peers.dialling(b, Peer.builder().data(data("a")).closeTimeout(Duration.ofSeconds(1)));
    Room atA = join(a, ORDERS);
    atA.publish(OutgoingMessage.of("order 0"), Acks.replicated(1)).block(LIMIT);
    b.close().block(LIMIT);
    publish(atA, 1, 50);

    Peer again = peers.listening(Peer.builder());
    Room atAgain = join(again, ORDERS);
    Path left = crashed("a");
    a.close().block(LIMIT);
    join(peers.dialling(again, Peer.builder().data(left)), ORDERS);
    assertEquals(texts(0, 50), read(atAgain, 50));
    assertEquals("orders", atB.name());
  }

  @Test
  void identity_isStillAttributedAfterARestart() throws Exception {
    Company acme = new Company("acme");
    Identity ann = acme.identity("ann");
    RoomConfig config = ORDERS.withPolicy(acme.policy());
    Peer before = peers.start(RunningPeers.as(ann, acme.trusted()).data(data("a")));
    publish(join(before, config), 0, 10);

    Peer after = peers.listening(RunningPeers.as(ann, acme.trusted()).data(crashed("a")));
    Room room = join(after, config);
    Peer bob = peers.dialling(after, RunningPeers.as(acme.identity("bob"), acme.trusted()));
    for (Room one : List.of(room, join(bob, config))) {
      Message first = one.messages().blockFirst(LIMIT);
      assertEquals("order 0", first.text());
      assertEquals(before.id(), first.author().peer());
      assertEquals("ann", first.author().identity().orElseThrow().name());
    }
  }

  @Test
  void folder_isForOneIdentityAndOnePeerAtATime() throws Exception {
    Company acme = new Company("acme");
    Peer first = peers.start(RunningPeers.as(acme.identity("ann"), acme.trusted()).data(data("a")));
    PeerBuilder second = Peer.builder().data(data("a"));
    PeerStartException inUse =
        assertThrows(PeerStartException.class, () -> second.start().block(LIMIT));
    assertTrue(inUse.getMessage().contains("in use"), inUse.getMessage());
    first.close().block(LIMIT);
    PeerStartException other =
        assertThrows(PeerStartException.class, () -> second.start().block(LIMIT));
    assertTrue(other.getMessage().contains("under an identity"), other.getMessage());
  }

  @Test
  void roomInMemory_leavesNothingBehind() throws Exception {
    Peer before = peers.start(Peer.builder().data(data("a")).closeTimeout(Duration.ofSeconds(1)));
    publish(join(before, ORDERS.inMemory()), 0, 10);
    join(before, RoomConfig.of("kept")).publish("kept").block(LIMIT);

    Peer after = peers.start(Peer.builder().data(crashed("a")));
    assertEquals(List.of("kept"), read(join(after, RoomConfig.of("kept")), 1));
    Room room = join(after, ORDERS);
    publish(room, 10, 11);
    assertEquals(List.of("order 10"), read(room, 1));
  }

  @Test
  void roomThatWasLeft_isThereWhenItIsJoinedAgain() {
    Peer peer = peers.start(Peer.builder().data(data("a")).closeTimeout(Duration.ofSeconds(1)));
    Room room = join(peer, ORDERS);
    publish(room, 0, 20);
    room.leave().block(LIMIT);
    Room again =
        await()
            .atMost(LIMIT)
            .ignoreException(RoomClosedException.class)
            .until(() -> join(peer, ORDERS), joined -> true);
    publish(again, 20, 30);
    assertEquals(texts(0, 30), read(again, 30));
  }

  @Test
  void fullRoom_makesPublishersWaitUntilAnotherMemberHasIt() {
    RoomConfig small =
        ORDERS.withPolicy(
            RoomPolicy.DEFAULT.withRetentionBytes(2 << 20).withMaxMessageSize(60_000));
    Peer a = peers.listening(Peer.builder().data(data("a")).publishTimeout(Duration.ofSeconds(2)));
    Room atA = join(a, small);
    OutgoingMessage message = OutgoingMessage.of(new byte[50_000]);
    PublishTimeoutException full =
        assertThrows(
            PublishTimeoutException.class,
            () -> {
              for (int i = 0; i < 100; i++) {
                atA.publish(message).block(LIMIT);
              }
            });
    assertTrue(full.getMessage().contains("full"), full.getMessage());

    Peer b = peers.dialling(a, Peer.builder());
    Room atB = join(b, small.withPolicy(small.policy().withRetentionBytes(64 << 20)));
    awaitMembers(atB, a);
    long first = atB.messages().map(m -> m.id().sequence()).blockFirst(LIMIT);
    assertEquals(0, first, "something was given up that nobody had");
    for (int i = 0; i < 50; i++) {
      atA.publish(message).block(LIMIT);
    }
  }
}
