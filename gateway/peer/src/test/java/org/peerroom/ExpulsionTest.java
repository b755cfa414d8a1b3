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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.peerroom.identity.Identity;
import org.peerroom.identity.Revocation;
import org.peerroom.identity.VerifiedIdentity;

/** Members that were admitted and are no longer, over real sockets. */
@Timeout(60)
class ExpulsionTest {

  @RegisterExtension private final RunningPeers peers = new RunningPeers();

  private final Company acme = new Company("Acme");
  private final Identity lost = acme.identity("mallory");
  private final RoomConfig orders = RoomConfig.of("orders").withPolicy(acme.policy());
  private Peer a;
  private Peer b;
  private Peer mallory;
  private Room atA;
  private Room atB;
  private Room atMallory;

  @BeforeEach
  void meet() {
    a = peers.listening(as(acme.identity("ann"), acme.trusted()));
    b = peers.listening(dialling(as(acme.identity("bob"), acme.trusted()), a));
    mallory = peers.start(dialling(dialling(as(lost, acme.trusted()), a), b));
    atA = join(a, orders);
    atB = join(b, orders);
    atMallory = join(mallory, orders);
    awaitMembers(atA, b, mallory);
    awaitMembers(atB, a, mallory);
    awaitMembers(atMallory, a, b);
  }

  private static PeerBuilder dialling(PeerBuilder builder, Peer other) {
    return builder.bootstrap(other.listenAddress().orElseThrow().toString());
  }

  private static void publish(Room room, String text) {
    room.publish(OutgoingMessage.of(text), Acks.replicated(1)).block(LIMIT);
  }

  private static List<String> texts(Room room, int count) {
    return room.messages().take(count).map(Message::text).collectList().block(LIMIT);
  }

  @Test
  void whoIsRevoked_isCutOff_isNotHeard_andReadsNothingMore_andTheOthersGoOn() {
    List<String> readByMallory = new ArrayList<>();
    atMallory.messages().map(Message::text).subscribe(readByMallory::add);
    List<RoomEvent> toldB = recorded(atB.events());
    List<PeerEvent> toldOfPeersB = recorded(b.events());
    Revocation revocation = acme.revokes(lost);

    a.revoke(revocation).block(LIMIT);

    assertEquals(revocation, awaitEvent(toldOfPeersB, PeerEvent.Revoked.class).revocation());
    RoomEvent.Expelled expelled = awaitEvent(toldB, RoomEvent.Expelled.class);
    assertEquals(mallory.id(), expelled.member().peer());
    assertEquals("mallory (Acme)", expelled.member().toString());
    assertTrue(expelled.reason().contains("it was revoked"), expelled::reason);
    awaitMembers(atA, b);
    awaitMembers(atB, a);
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> {
              assertFalse(a.linkedPeers().contains(mallory.id()));
              assertFalse(b.linkedPeers().contains(mallory.id()));
            });
    assertEquals(Optional.empty(), atB.identityOf(mallory.id()));

    atMallory.publish("do you hear me?").block(LIMIT);
    publish(atA, "just the two of us");
    publish(atB, "indeed");

    List<String> heard = List.of("just the two of us", "indeed");
    assertEquals(heard, sorted(texts(atA, 2), heard));
    assertEquals(heard, sorted(texts(atB, 2), heard));
    assertFalse(readByMallory.contains("just the two of us"));
  }

  /** Between authors there is no order. */
  private static List<String> sorted(List<String> texts, List<String> as) {
    return texts.stream().sorted((x, y) -> as.indexOf(x) - as.indexOf(y)).toList();
  }

  @Test
  void whoIsRevoked_doesNotComeBackWithTheSameCertificates() {
    a.revoke(acme.revokes(lost)).block(LIMIT);
    awaitMembers(atA, b);
    List<RoomEvent> told = recorded(atA.events());

    Peer again = peers.start(dialling(as(lost, acme.trusted()), a));
    join(again, orders);

    RoomEvent.NotAdmitted refused = awaitEvent(told, RoomEvent.NotAdmitted.class);
    assertEquals(again.id(), refused.peer());
    assertTrue(refused.reason().contains("it was revoked"), refused::reason);
    awaitMembers(atA, b);
  }

  @Test
  void revocationThatIsNotOfATrustedAuthority_isRefusedToWhoBringsIt() {
    Revocation foreign = new Company("Other").revokes(lost);

    NotAdmittedException refused =
        assertThrows(NotAdmittedException.class, () -> a.revoke(foreign).block(LIMIT));

    assertTrue(refused.getMessage().contains("does not count here"), refused::getMessage);
    assertTrue(refused.getMessage().contains("no trusted authority"), refused::getMessage);
    awaitMembers(atA, b, mallory);
  }

  @Test
  void ownIdentityThatIsRevoked_isTold_andPublishesNothingMore() {
    List<PeerEvent> told = recorded(mallory.events());

    mallory.revoke(acme.revokes(lost)).block(LIMIT);

    String problem = awaitEvent(told, PeerEvent.IdentityProblem.class).reason();
    assertTrue(problem.contains("was revoked"), problem);
    NotAdmittedException refused =
        assertThrows(NotAdmittedException.class, () -> atMallory.publish("?").block(LIMIT));
    assertTrue(refused.getMessage().contains("it was revoked"), refused::getMessage);
    awaitMembers(atA, b);
  }

  @Test
  void trustFileThatChanges_makesMembersKnownAndExpelsThem(@TempDir Path folder)
      throws IOException {
    Company other = new Company("Other");
    RoomConfig both = RoomConfig.of("both").withPolicy(Company.policy(acme, other));
    Path file = folder.resolve("authorities.json");
    Files.writeString(file, acme.trusted().toJson());
    Peer reader = peers.listening(Peer.builder().identity(acme.identity("carol")).trustFile(file));
    Room atReader = join(reader, both);
    List<RoomEvent> told = recorded(atReader.events());
    Peer eve =
        peers.start(dialling(as(other.identity("eve"), Company.trusted(acme, other)), reader));
    Room atEve = join(eve, both);
    atEve.publish("let me in").block(LIMIT);
    assertEquals(eve.id(), awaitEvent(told, RoomEvent.NotAdmitted.class).peer());

    Files.writeString(file, Company.trusted(acme, other).toJson());
    Message received = atReader.messages().blockFirst(LIMIT);
    assertEquals("let me in", received.text());
    assertEquals("Other", received.author().identity().map(VerifiedIdentity::authority).get());
    awaitMembers(atReader, eve);

    Files.writeString(file, acme.trusted().toJson());
    RoomEvent.Expelled expelled = awaitEvent(told, RoomEvent.Expelled.class);
    assertEquals("eve (Other)", expelled.member().toString());
    assertTrue(expelled.reason().contains("no trusted authority"), expelled::reason);
    awaitMembers(atReader);
  }
}
