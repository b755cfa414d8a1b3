package org.peerroom;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.peerroom.RunningPeers.LIMIT;
import static org.peerroom.RunningPeers.as;
import static org.peerroom.RunningPeers.awaitEvent;
import static org.peerroom.RunningPeers.awaitMembers;
import static org.peerroom.RunningPeers.join;
import static org.peerroom.RunningPeers.recorded;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.peerroom.identity.Identity;
import org.peerroom.identity.Role;
import org.peerroom.identity.Scope;
import reactor.test.StepVerifier;

/** Rooms that admit only those whom an authority vouches for, over real sockets. */
@Timeout(60)
class CertifiedRoomsTest {

  @RegisterExtension private final RunningPeers peers = new RunningPeers();

  private final Company acme = new Company("Acme");
  private final Company other = new Company("Other");
  private final RoomConfig orders = RoomConfig.of("orders").withPolicy(acme.policy());

  private static String refusal(Peer peer, RoomConfig config) {
    NotAdmittedException refused =
        assertThrows(NotAdmittedException.class, () -> join(peer, config));
    String message = refused.getMessage();
    assertFalse(message.contains("\n"), message);
    assertTrue(message.startsWith("room 'orders' admits only peers "), message);
    return message;
  }

  private static void assertSays(String message, Object... parts) {
    for (Object part : parts) {
      assertTrue(message.contains(part.toString()), () -> "not '" + part + "' in: " + message);
    }
  }

  @Test
  void join_withoutAnIdentity_isNotAdmitted() {
    Peer peer = peers.start(Peer.builder().trust(acme.trusted()));

    String message = refusal(peer, orders);

    assertSays(message, "certified by " + acme.key().shortHex(), "it shows no identity");
    assertSays(message, "give it an identity");
  }

  @Test
  void join_withAnIdentityOfAnUnknownAuthority_isNotAdmitted() {
    Peer peer = peers.start(as(other.identity("eve"), acme.trusted()));

    assertSays(
        refusal(peer, orders),
        "link 1 of its chain",
        other.key().shortHex(),
        "which is no trusted authority");
  }

  @Test
  void join_withAnIdentityOfAnAuthorityThatTheRoomDoesNotName_isNotAdmitted() {
    Peer peer = peers.start(as(other.identity("eve"), Company.trusted(acme, other)));

    assertSays(refusal(peer, orders), "eve (Other) is none of those that the room admits");
  }

  @Test
  void join_withoutAnAttributeThatTheRoomAsksFor_isNotAdmitted() {
    Identity west = acme.identity("ann", Scope.ALL.withAttribute("org", "west"));
    Peer peer = peers.start(as(west, acme.trusted()));
    Admission.Certified admission =
        Admission.certifiedBy(List.of(acme.key())).withAttribute("org", List.of("north", "south"));
    RoomConfig config = orders.withPolicy(acme.policy().withAdmission(admission));

    assertSays(refusal(peer, config), "org=north|south", "ann (Acme) is none of those");
  }

  @Test
  void join_withCertificatesForOtherRooms_isNotAdmitted() {
    Identity elsewhere = acme.identity("ann", Scope.ALL.withRooms("invoices*"));
    Peer peer = peers.start(as(elsewhere, acme.trusted()));

    assertSays(refusal(peer, orders), "it is not for the room 'orders'");
    assertEquals("invoices 1", join(peer, invoices()).name());
  }

  private RoomConfig invoices() {
    return RoomConfig.of("invoices 1").withPolicy(acme.policy());
  }

  @Test
  void join_anonymously_isNotAdmitted_andAdmittedWithTheIdentity() {
    Peer peer = peers.start(as(acme.identity("ann"), acme.trusted()));

    assertSays(refusal(peer, orders.anonymous()), "it shows no identity");
    assertEquals("orders", join(peer, orders).name());
  }

  @Test
  void join_isAdmittedOnceThePeerHasAnIdentity() {
    Peer peer = peers.start(Peer.builder().trust(acme.trusted()));
    refusal(peer, orders);

    peer.reveal(acme.identity("ann")).block(LIMIT);

    assertEquals("orders", join(peer, orders).name());
  }

  @Test
  void publisherWithoutTheRole_isToldSo_andReads() {
    Peer a = peers.listening(as(acme.identity("ann"), acme.trusted()));
    Identity reader = acme.identity("reader", Scope.ALL.withRoles(Role.SUBSCRIBE));
    Peer b = peers.dialling(a, as(reader, acme.trusted()));
    Room atA = join(a, orders);
    Room atB = join(b, orders);
    atA.publish(OutgoingMessage.of("news"), Acks.replicated(1)).block(LIMIT);

    NotAdmittedException refused =
        assertThrows(NotAdmittedException.class, () -> atB.publish("mine").block(LIMIT));

    assertSays(refused.getMessage(), "room 'orders'", "reader (Acme) has not the role publish");
    assertEquals("news", atB.messages().blockFirst(LIMIT).text());
  }

  @Test
  void subscriberWithoutTheRole_isToldSo_andPublishes() {
    Peer a = peers.listening(as(acme.identity("ann"), acme.trusted()));
    Identity sensor = acme.identity("sensor", Scope.ALL.withRoles(Role.PUBLISH));
    Peer b = peers.dialling(a, as(sensor, acme.trusted()));
    Room atA = join(a, orders);
    Room atB = join(b, orders);

    StepVerifier.create(atB.messages())
        .expectErrorSatisfies(
            e -> {
              assertEquals(NotAdmittedException.class, e.getClass());
              assertSays(
                  e.getMessage(), "room 'orders'", "sensor (Acme) has not the role subscribe");
            })
        .verify(LIMIT);
    StepVerifier.create(atB.messages(), 0).expectError(NotAdmittedException.class).verify(LIMIT);

    atB.publish(OutgoingMessage.of("21.5"), Acks.replicated(1)).block(LIMIT);
    assertEquals("sensor (Acme)", atA.messages().blockFirst(LIMIT).author().toString());
  }

  @Test
  void whomOneMemberTrustsAndAnotherDoesNot_isNotAdmittedByThatOne() {
    RoomConfig config = RoomConfig.of("orders").withPolicy(Company.policy(acme, other));
    Peer a = peers.listening(as(acme.identity("ann"), acme.trusted()));
    Peer trusting = peers.dialling(a, as(acme.identity("bob"), Company.trusted(acme, other)));
    Room atA = join(a, config);
    List<RoomEvent> told = recorded(atA.events());
    Room atTrusting = join(trusting, config);
    awaitMembers(atA, trusting);
    Peer eve = peers.dialling(a, as(other.identity("eve"), Company.trusted(acme, other)));
    Room atEve = join(eve, config);

    RoomEvent.NotAdmitted refused = awaitEvent(told, RoomEvent.NotAdmitted.class);
    assertEquals(eve.id(), refused.peer());
    assertSays(refused.reason(), "link 1 of its chain", other.key().shortHex());
    atEve.publish("let me in").block(LIMIT);
    atA.publish(OutgoingMessage.of("for members"), Acks.replicated(1)).block(LIMIT);

    assertEquals("for members", atA.messages().blockFirst(LIMIT).text());
    assertEquals("for members", atTrusting.messages().blockFirst(LIMIT).text());
    assertEquals(Set.of(trusting.id()), atA.members());
    assertEquals(1, told.stream().filter(RoomEvent.NotAdmitted.class::isInstance).count());
  }

  @Test
  void membersWithDifferentPolicies_areBothToldWhatDiffers_andExchangeNothing() {
    Peer a = peers.listening(as(acme.identity("ann"), acme.trusted()));
    Peer b = peers.dialling(a, as(acme.identity("bob"), acme.trusted()));
    await().atMost(LIMIT).until(() -> a.linkedPeers().contains(b.id()));
    Room atA = join(a, orders);
    List<RoomEvent> toldA = recorded(atA.events());
    Room atB = join(b, orders.withPolicy(acme.policy().withRetention(Duration.ofHours(1))));
    List<RoomEvent> toldB = recorded(atB.events());

    RoomEvent.PolicyDiffers hereA = awaitEvent(toldA, RoomEvent.PolicyDiffers.class);
    RoomEvent.PolicyDiffers hereB = awaitEvent(toldB, RoomEvent.PolicyDiffers.class);

    assertEquals(b.id(), hereA.peer());
    assertEquals("retention is PT10M here and PT1H there", hereA.difference());
    assertEquals(a.id(), hereB.peer());
    assertEquals("retention is PT1H here and PT10M there", hereB.difference());
    assertEquals(Set.of(), atA.members());
    assertEquals(Set.of(), atB.members());
    atA.publish("as agreed").block(LIMIT);
    atB.publish("as I like it").block(LIMIT);
    assertEquals("as agreed", atA.messages().blockFirst(LIMIT).text());
    assertEquals("as I like it", atB.messages().blockFirst(LIMIT).text());
  }

  @Test
  void openAndCertifiedRoomOfTheSameName_doNotMeet() {
    Peer a = peers.listening(as(acme.identity("ann"), acme.trusted()));
    Peer b = peers.dialling(a, Peer.builder());
    await().atMost(LIMIT).until(() -> a.linkedPeers().contains(b.id()));
    List<RoomEvent> toldA = recorded(join(a, orders).events());
    List<RoomEvent> toldB = recorded(join(b, RoomConfig.of("orders")).events());

    assertSays(
        awaitEvent(toldA, RoomEvent.PolicyDiffers.class).difference(),
        "admission is certified by " + acme.key().shortHex() + " here and open there");
    assertSays(
        awaitEvent(toldB, RoomEvent.PolicyDiffers.class).difference(), "admission is open here");
  }
}
