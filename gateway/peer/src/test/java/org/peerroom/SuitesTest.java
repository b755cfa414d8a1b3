package org.peerroom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.peerroom.RunningPeers.LIMIT;
import static org.peerroom.RunningPeers.as;
import static org.peerroom.RunningPeers.awaitEvent;
import static org.peerroom.RunningPeers.awaitMembers;
import static org.peerroom.RunningPeers.join;
import static org.peerroom.RunningPeers.recorded;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.peerroom.identity.Identity;
import org.peerroom.identity.Role;
import org.peerroom.identity.Scope;
import reactor.core.publisher.Flux;

/** How a room is sealed, and whom it is sealed for while they are away, over real sockets. */
@Timeout(60)
class SuitesTest {

  @RegisterExtension private final RunningPeers peers = new RunningPeers();

  private final Company acme = new Company("Acme");

  private static RoomConfig orders(RoomPolicy policy) {
    return RoomConfig.of("orders")
        .withSecret(RoomSecret.of("known to all".toCharArray()))
        .withPolicy(policy);
  }

  private static List<String> read(Room room, int count) {
    return room.messages().map(Message::text).take(count).collectList().block(LIMIT);
  }

  @ParameterizedTest
  @EnumSource(SealingSuite.class)
  void members_readEachOther_andWhatWasSaidBefore(SealingSuite suite) {
    RoomConfig config = orders(RoomPolicy.DEFAULT.withSuite(suite));
    Peer a = peers.listening(Peer.builder());
    Peer b = peers.dialling(a, Peer.builder());
    Room atA = join(a, config);
    Room atB = join(b, config);
    awaitMembers(atA, b);
    Flux.range(0, 300).concatMap(i -> atA.publish("a " + i)).blockLast(LIMIT);
    assertEquals("a 299", read(atB, 300).get(299));
    byte[] large = new byte[300_000];
    atB.publish(OutgoingMessage.of(large), Acks.replicated(1)).block(LIMIT);
    Message got = atA.messages().filter(m -> m.author().peer().equals(b.id())).blockFirst(LIMIT);
    assertEquals(large.length, got.size());

    Peer c = peers.dialling(a, Peer.builder());
    assertEquals(301, read(join(c, config), 301).size());
  }

  @Test
  void membersWithDifferentSuites_areBothTold_andExchangeNothing() {
    Peer a = peers.listening(Peer.builder());
    Peer b = peers.dialling(a, Peer.builder());
    Room atA = join(a, orders(RoomPolicy.DEFAULT));
    List<RoomEvent> toldA = recorded(atA.events());
    Room atB = join(b, orders(RoomPolicy.DEFAULT.withSuite(SealingSuite.X25519)));
    List<RoomEvent> toldB = recorded(atB.events());

    RoomEvent.PolicyDiffers hereA = awaitEvent(toldA, RoomEvent.PolicyDiffers.class);
    RoomEvent.PolicyDiffers hereB = awaitEvent(toldB, RoomEvent.PolicyDiffers.class);

    assertEquals(b.id(), hereA.peer());
    assertEquals("suite is x-wing here and x25519 there", hereA.difference());
    assertEquals(a.id(), hereB.peer());
    assertEquals("suite is x25519 here and x-wing there", hereB.difference());
    assertEquals(Set.of(), atA.members());
    assertEquals(Set.of(), atB.members());
  }

  @Test
  void durableRecipients_needSenderKeys() {
    RoomPolicy durable =
        RoomPolicy.DEFAULT.withDurable(List.of(acme.identity("ann").recipient(Instant.EPOCH)));
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class, () -> durable.withSuite(SealingSuite.PER_RECIPIENT));
    assertTrue(refused.getMessage().contains("x-wing or x25519"), refused::getMessage);
  }

  @Test
  void whoWasAway_readsFromAPeerThatOnlyRelays_whenTheAuthorIsGone() {
    Identity away = acme.identity("away");
    RoomConfig config =
        orders(
            acme.policy()
                .withHistory(History.NONE)
                .withDurable(List.of(away.recipient(Instant.now()))));
    Identity relay = acme.identity("relay", Scope.ALL.withRoles(Role.RELAY));
    Peer keeper = peers.listening(as(relay, acme.trusted()));
    Room atKeeper = join(keeper, config);
    Peer author = peers.dialling(keeper, as(acme.identity("author"), acme.trusted()));
    Room atAuthor = join(author, config);
    awaitMembers(atAuthor, keeper);
    atAuthor.publish(OutgoingMessage.of("while you were away"), Acks.replicated(1)).block(LIMIT);
    author.close().block(LIMIT);
    assertThrows(NotAdmittedException.class, () -> atKeeper.messages().blockFirst(LIMIT));

    Peer back = peers.dialling(keeper, as(away, acme.trusted()));
    Message read = join(back, config).messages().blockFirst(LIMIT);

    assertEquals("while you were away", read.text());
    assertEquals("author (Acme)", read.author().toString());
  }
}
