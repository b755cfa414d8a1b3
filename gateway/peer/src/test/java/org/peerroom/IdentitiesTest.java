package org.peerroom;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.peerroom.RunningPeers.LIMIT;
import static org.peerroom.RunningPeers.as;
import static org.peerroom.RunningPeers.awaitEvent;
import static org.peerroom.RunningPeers.awaitMembers;
import static org.peerroom.RunningPeers.join;
import static org.peerroom.RunningPeers.recorded;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.peerroom.identity.Identity;
import org.peerroom.identity.Role;
import org.peerroom.identity.Scope;
import org.peerroom.identity.TrustedAuthorities;
import org.peerroom.identity.TrustedAuthority;
import org.peerroom.identity.VerifiedIdentity;

/**
 * Who is speaking, over real sockets. The peers of a test are all that there is: no authority runs
 * anywhere that could be asked.
 */
@Timeout(60)
class IdentitiesTest {

  private static final RoomConfig ORDERS = RoomConfig.of("orders");

  @RegisterExtension private final RunningPeers peers = new RunningPeers();

  private final Company acme = new Company("Acme");
  private final Identity ann = acme.identity("ann");
  private final Identity bob = acme.identity("bob");

  private static Message firstMessage(Room room) {
    return room.messages().blockFirst(LIMIT);
  }

  private static List<Message> messages(Room room, int count) {
    return room.messages().take(count).collectList().block(LIMIT);
  }

  private static Optional<String> nameOf(Message message) {
    return message.author().identity().map(VerifiedIdentity::name);
  }

  private static void publish(Room room, String text) {
    room.publish(OutgoingMessage.of(text), Acks.replicated(1)).block(LIMIT);
  }

  @Test
  void message_tellsNameAuthorityAttributesAndRolesOfItsAuthor() {
    Scope scope =
        Scope.ALL
            .withRoles(Role.PUBLISH)
            .withAttribute("org", "Acme Ltd")
            .withAttribute("email", "ann@example.org");
    Identity sales = acme.identity("ann", scope);
    Peer a = peers.listening(as(sales, acme.trusted()));
    TrustedAuthorities underAnotherName =
        TrustedAuthorities.of(TrustedAuthority.of("our customer", acme.key()));
    Peer b = peers.dialling(a, as(bob, underAnotherName));
    RoomConfig config = ORDERS.withPolicy(acme.policy());
    Room atA = join(a, config);
    Room atB = join(b, config);

    publish(atA, "one espresso");

    Member author = firstMessage(atB).author();
    assertEquals(a.id(), author.peer());
    assertFalse(author.isAnonymous());
    VerifiedIdentity identity = author.identity().orElseThrow();
    assertEquals("ann", identity.name());
    assertEquals(sales.key(), identity.key());
    assertEquals("our customer", identity.authority());
    assertEquals(acme.key(), identity.authorityKey());
    assertEquals(Map.of("org", "Acme Ltd", "email", "ann@example.org"), identity.attributes());
    assertEquals(Set.of(Role.PUBLISH), identity.roles());
    assertEquals("ann (our customer)", author.toString());
  }

  @Test
  void identityOf_knowsMembersAndNobodyElse() {
    Peer a = peers.listening(as(ann, acme.trusted()));
    Peer b = peers.dialling(a, as(bob, acme.trusted()));
    Peer nobody = peers.dialling(a, Peer.builder());
    Room atA = join(a, ORDERS);
    Room atB = join(b, ORDERS);
    join(nobody, ORDERS);
    awaitMembers(atA, b, nobody);
    awaitMembers(atB, a, nobody);

    assertEquals("bob (Acme)", atA.identityOf(b.id()).orElseThrow().toString());
    assertEquals("ann (Acme)", atB.identityOf(a.id()).orElseThrow().toString());
    assertEquals(Optional.empty(), atA.identityOf(nobody.id()), "it has no identity");
    assertEquals(Optional.empty(), atA.identityOf(a.id()), "it is no other member");
  }

  @Test
  void membersThatAreLinkedOnlyThroughAThird_knowEachOther() {
    Peer hub = peers.listening(Peer.builder());
    join(hub, ORDERS);
    Room atB = join(peers.dialling(hub, as(ann, acme.trusted())), ORDERS);
    Room atC = join(peers.dialling(hub, as(bob, acme.trusted())), ORDERS);

    publish(atB, "from ann");

    assertEquals(Optional.of("ann"), nameOf(firstMessage(atC)));
  }

  @Test
  void newcomer_knowsWhoWroteWhatIsRetained_thoughTheAuthorIsGone() {
    Peer hub = peers.listening(as(bob, acme.trusted()));
    Room atHub = join(hub, ORDERS.withPolicy(acme.policy()));
    Peer author = peers.dialling(hub, as(ann, acme.trusted()));
    publish(join(author, ORDERS.withPolicy(acme.policy())), "last words");
    assertEquals("last words", firstMessage(atHub).text());
    author.close().block(LIMIT);

    Peer late = peers.dialling(hub, as(acme.identity("carol"), acme.trusted()));
    Message received = firstMessage(join(late, ORDERS.withPolicy(acme.policy())));

    assertEquals("last words", received.text());
    assertEquals(Optional.of("ann"), nameOf(received));
  }

  @Test
  void peerThatJoinedAnonymously_isKnownFromWhereItReveals_andNotBefore() {
    Peer a = peers.listening(Peer.builder().trust(acme.trusted()));
    Peer b = peers.dialling(a, as(ann, acme.trusted()));
    Room atA = join(a, ORDERS);
    List<RoomEvent> told = recorded(atA.events());
    Room atB = join(b, ORDERS.anonymous());
    publish(atB, "guess who");
    Member masked = firstMessage(atA).author();
    assertTrue(masked.isAnonymous());
    assertEquals(b.id().hex(), masked.toString());
    assertEquals(Optional.empty(), atA.identityOf(b.id()));

    atB.reveal().block(LIMIT);
    publish(atB, "it is me");

    List<Message> both = messages(atA, 2);
    assertEquals(List.of("guess who", "it is me"), both.stream().map(Message::text).toList());
    assertEquals(Optional.empty(), nameOf(both.get(0)), "what was said before stays anonymous");
    assertEquals(Optional.of("ann"), nameOf(both.get(1)));
    assertEquals(b.id(), both.get(1).author().peer());
    assertEquals("ann", awaitEvent(told, RoomEvent.IdentityKnown.class).member().verified().name());
    await().atMost(LIMIT).until(() -> atA.identityOf(b.id()).isPresent());
  }

  @Test
  void peer_speaksAsAnIdentityThatItIsGivenWhileItRuns_butNotWhereItIsAnonymous() {
    Peer a = peers.listening(Peer.builder().trust(acme.trusted()));
    Peer b = peers.dialling(a, Peer.builder());
    RoomConfig masked = RoomConfig.of("masked");
    Room ordersAtA = join(a, ORDERS);
    Room maskedAtA = join(a, masked);
    Room ordersAtB = join(b, ORDERS);
    Room maskedAtB = join(b, masked.anonymous());
    publish(ordersAtB, "before");

    b.reveal(ann).block(LIMIT);
    publish(ordersAtB, "after");
    publish(maskedAtB, "behind a mask");

    List<Message> both = messages(ordersAtA, 2);
    assertEquals(Optional.empty(), nameOf(both.get(0)));
    assertEquals(Optional.of("ann"), nameOf(both.get(1)));
    assertEquals(Optional.empty(), nameOf(firstMessage(maskedAtA)));
    assertEquals(Optional.empty(), maskedAtA.identityOf(b.id()));
  }

  @Test
  void identityWithOtherAttributes_isTold_andTheSameOneIsNot() {
    Peer a = peers.listening(Peer.builder().trust(acme.trusted()));
    Room atA = join(a, ORDERS);
    List<RoomEvent> told = recorded(atA.events());
    Peer b = peers.dialling(a, as(ann, acme.trusted()));
    Room atB = join(b, ORDERS);
    awaitEvent(told, RoomEvent.IdentityKnown.class);

    b.reveal(acme.certified(ann, "ann", Scope.ALL)).block(LIMIT);
    b.reveal(acme.certified(ann, "ann", Scope.ALL.withAttribute("org", "north"))).block(LIMIT);
    publish(atB, "from the north");

    Member author = firstMessage(atA).author();
    assertEquals(Map.of("org", "north"), author.identity().orElseThrow().attributes());
    await().atMost(LIMIT).until(() -> attributesTold(told).contains(Map.of("org", "north")));
    assertEquals(List.of(Map.of(), Map.of("org", "north")), attributesTold(told));
  }

  private static List<Map<String, String>> attributesTold(List<RoomEvent> told) {
    return told.stream()
        .filter(RoomEvent.IdentityKnown.class::isInstance)
        .map(e -> ((RoomEvent.IdentityKnown) e).member().verified().attributes())
        .toList();
  }

  @Test
  void identity_isKnownWhileItsAuthorityIsTrusted() {
    Peer a = peers.listening(Peer.builder());
    Peer b = peers.dialling(a, as(ann, acme.trusted()));
    Room atA = join(a, ORDERS);
    Room atB = join(b, ORDERS);
    publish(atB, "hello");
    assertEquals(Optional.empty(), nameOf(firstMessage(atA)), "nobody is trusted yet");

    a.trust(acme.trusted()).block(LIMIT);
    assertEquals("ann", atA.identityOf(b.id()).orElseThrow().name());
    publish(atB, "hello again");
    assertEquals(Optional.of("ann"), nameOf(messages(atA, 2).get(1)));

    a.trust(TrustedAuthorities.NONE).block(LIMIT);
    assertEquals(Optional.empty(), atA.identityOf(b.id()), "trusted no longer");
    assertEquals(Set.of(b.id()), atA.members(), "the room is open");
  }

  @Test
  void roomJoinedAgain_isNeverAnonymousWhereThePeerIsKnown_norTheOtherWayRound() {
    Peer peer = peers.start(as(ann, acme.trusted()));
    RoomConfig masked = RoomConfig.of("masked");
    Room known = join(peer, ORDERS);
    Room unknown = join(peer, masked.anonymous());

    assertThrows(RoomConflictException.class, () -> join(peer, ORDERS.anonymous()));
    assertThrows(RoomConflictException.class, () -> join(peer, masked));
    unknown.reveal().block(LIMIT);

    assertSame(known, join(peer, ORDERS));
    assertSame(unknown, join(peer, masked));
    assertSame(unknown, join(peer, masked.anonymous()), "as it was joined");
  }

  @Test
  void reveal_failsWithoutAnIdentityOrWithoutCertificates() {
    Peer peer = peers.start(Peer.builder());
    Room room = join(peer, ORDERS.anonymous());

    NotAdmittedException none =
        assertThrows(NotAdmittedException.class, () -> room.reveal().block(LIMIT));
    assertTrue(none.getMessage().contains("room 'orders'"), none::getMessage);
    assertTrue(none.getMessage().contains("no identity to show"), none::getMessage);

    Identity bare = Identity.generate("eve");
    NotAdmittedException uncertified =
        assertThrows(NotAdmittedException.class, () -> peer.reveal(bare).block(LIMIT));
    assertTrue(uncertified.getMessage().contains("'eve' has no certificates"));
    assertThrows(NotAdmittedException.class, () -> room.reveal().block(LIMIT));
  }

  @Test
  void start_failsWithCertificatesThatHaveEndedOrNotBegun() {
    Instant now = Instant.now();
    Duration day = Duration.ofDays(1);
    Identity past = acme.identity("past", Scope.ALL, now.minus(day), now.minusSeconds(1));
    Identity future = acme.identity("future", Scope.ALL, now.plus(day), now.plus(day).plus(day));

    assertThrows(NotAdmittedException.class, () -> as(past, acme.trusted()).start().block(LIMIT));
    assertThrows(NotAdmittedException.class, () -> as(future, acme.trusted()).start().block(LIMIT));
  }

  @Test
  void identityLife_isFromOneMinuteToADay() {
    PeerBuilder builder = Peer.builder();
    Duration day = Duration.ofDays(1);

    assertThrows(
        IllegalArgumentException.class, () -> builder.identityLife(Duration.ofMillis(59_999)));
    assertThrows(IllegalArgumentException.class, () -> builder.identityLife(day.plusMillis(1)));
    builder.identityLife(day).identityLife(Duration.ofMinutes(1));

    Peer a = peers.listening(as(ann, acme.trusted()).identityLife(Duration.ofMinutes(1)));
    Room atB = join(peers.dialling(a, as(bob, acme.trusted())), ORDERS);
    publish(join(a, ORDERS), "for a minute");
    Instant end = firstMessage(atB).author().identity().orElseThrow().expiresAt();
    assertTrue(end.isBefore(Instant.now().plusSeconds(61)), () -> "it is believed until " + end);
  }
}
