package org.peerroom.camel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.peerroom.Member;
import org.peerroom.PeerAddress;
import org.peerroom.PeerEvent;
import org.peerroom.PeerId;
import org.peerroom.RoomEvent;
import org.peerroom.identity.Identity;
import org.peerroom.identity.Revocation;
import org.peerroom.identity.Role;
import org.peerroom.identity.VerificationKey;
import org.peerroom.identity.VerifiedIdentity;

/**
 * What is written when links and rooms change: readable, and no more of it than anyone can read.
 */
class EventLogsTest {

  private static final PeerId ALICE = new PeerId("a".repeat(64));
  private static final PeerId BOB = new PeerId("b".repeat(64));
  private static final PeerAddress KNOWN = PeerAddress.of("192.0.2.1", 7400);

  private static final VerifiedIdentity SHOP =
      new VerifiedIdentity(
          "shop-1",
          new VerificationKey("1".repeat(64)),
          "Acme",
          new VerificationKey("2".repeat(64)),
          Map.of("org", "Acme"),
          Set.of(Role.PUBLISH),
          Instant.EPOCH);

  private final Logged log = Logged.byComponent();
  private final RoomLog room = new RoomLog("orders");
  private final PeerLog peer = new PeerLog(Set.of(KNOWN));

  @AfterEach
  void close() {
    log.close();
  }

  @Test
  void fork_isAnErrorThatNamesTheAuthor() {
    room.log(new RoomEvent.Forked(ALICE, 7));
    List<String> errors = log.lines(Level.ERROR);
    assertEquals(1, errors.size());
    assertTrue(errors.get(0).contains(ALICE.shortHex()), errors::toString);
    assertTrue(errors.get(0).contains("segment 7"), errors::toString);
  }

  @Test
  void gap_isAnErrorWithTheNumberOfWhatIsLost() {
    room.log(new RoomEvent.Gap(ALICE, 10, 19));
    room.log(new RoomEvent.Gap(ALICE, 25, 25));
    List<String> errors = log.lines(Level.ERROR);
    assertEquals(1, errors.size());
    assertTrue(
        errors
            .get(0)
            .startsWith("room 'orders': messages are lost to this peer: segments 10 to 19"),
        errors.get(0));
    assertTrue(errors.get(0).contains("of aaaaaaaa (10 in all"), errors.get(0));
  }

  @Test
  void refusals_shareOneLineWhoeverCausesThem() {
    room.log(new RoomEvent.Refused(ALICE, "its signature is wrong"));
    for (int i = 0; i < 1_000; i++) {
      room.log(new RoomEvent.Refused(BOB, "its signature is wrong"));
    }
    assertEquals(
        List.of("room 'orders': refused what peer aaaaaaaa sent: its signature is wrong"),
        log.lines(Level.WARN));
  }

  @Test
  void solitude_isWarnedAboutOnceAndItsEndIsTold() {
    room.log(new RoomEvent.MemberJoined(ALICE));
    room.log(new RoomEvent.NobodyHere(2));
    room.log(new RoomEvent.NobodyHere(2));
    room.log(new RoomEvent.MemberJoined(BOB));
    room.log(new RoomEvent.MemberJoined(ALICE));
    assertEquals(2, log.lines().size(), log.lines().toString());
    assertTrue(
        log.lines().get(0).startsWith("room 'orders': nobody else is here, though 2 peer(s)"));
    assertEquals("room 'orders': met peer bbbbbbbb", log.lines().get(1));
  }

  @Test
  void identities_areToldByNameAndAuthorityAndShareOneLine() {
    room.log(new RoomEvent.IdentityKnown(new Member(ALICE, SHOP)));
    room.log(new RoomEvent.IdentityKnown(new Member(BOB, SHOP)));
    assertEquals(List.of("room 'orders': peer aaaaaaaa is shop-1 (Acme)"), log.lines(Level.INFO));
  }

  @Test
  void whoIsKeptOut_isToldWithTheReasonAndAtABoundedRate() {
    for (int i = 0; i < 1_000; i++) {
      room.log(new RoomEvent.NotAdmitted(ALICE, "link 1: unknown authority"));
      room.log(new RoomEvent.Expelled(new Member(BOB, SHOP), "it was revoked"));
      room.log(new RoomEvent.PolicyDiffers(ALICE, "history is none there and retained here"));
    }
    assertEquals(
        List.of(
            "room 'orders': peer aaaaaaaa is not admitted: link 1: unknown authority",
            "room 'orders': expelled peer bbbbbbbb, shop-1 (Acme): it was revoked"),
        log.lines(Level.WARN));
    assertEquals(
        List.of(
            "room 'orders': nothing is exchanged with peer aaaaaaaa, which has another policy:"
                + " history is none there and retained here; set the same on both sides"),
        log.lines(Level.ERROR));
  }

  @Test
  void problemsOfIdentityAndTrust_areErrorsToldOnce() {
    for (int i = 0; i < 3; i++) {
      peer.log(new PeerEvent.IdentityProblem("its certificate expired"));
      peer.log(new PeerEvent.TrustProblem("trust.json is not JSON"));
    }
    assertEquals(
        List.of(
            "the identity of this peer: its certificate expired",
            "the trusted authorities: trust.json is not JSON; those read last hold on"),
        log.lines(Level.ERROR));
  }

  @Test
  void revocations_shareOneLineWhoeverSendsThem() {
    Identity acme = Identity.generate("Acme");
    Instant now = Instant.EPOCH.plusSeconds(2_000_000_000);
    for (int i = 0; i < 100; i++) {
      peer.log(
          new PeerEvent.Revoked(
              acme.revoke(
                  new Revocation.Target.CertificateId("alice-" + i),
                  now,
                  now.plusSeconds(60),
                  "left us")));
    }
    assertEquals(
        List.of(
            "revoked until 2033-05-18T03:34:20Z: certificate alice-0 by "
                + acme.key().shortHex()
                + " (left us)"),
        log.lines(Level.WARN));
  }

  @Test
  void links_areToldOnceEach() {
    PeerEvent up = new PeerEvent.LinkUp(ALICE, "192.0.2.1:7400", true);
    peer.log(up);
    peer.log(up);
    peer.log(new PeerEvent.LinkDown(ALICE, "closed by the remote"));
    peer.log(new PeerEvent.LinkUp(ALICE, "192.0.2.9:50000", false));
    assertEquals(
        List.of(
            "linked with peer aaaaaaaa at 192.0.2.1:7400 (dialled)",
            "link with peer aaaaaaaa ended: closed by the remote",
            "linked with peer aaaaaaaa at 192.0.2.9:50000 (accepted)"),
        log.lines(Level.INFO));
  }

  @Test
  void dialFailures_haveOneLineForEachAddressOfOursAndOneForAllOfOthers() {
    for (int attempt = 1; attempt <= 5; attempt++) {
      peer.log(new PeerEvent.DialFailed(KNOWN, "connection refused", attempt, null));
    }
    for (int port = 1; port <= 1_000; port++) {
      PeerAddress theirs = new PeerAddress("198.51.100.1", port, BOB);
      peer.log(new PeerEvent.DialFailed(theirs, "no answer", 1, BOB));
    }
    assertEquals(
        List.of("can't reach 192.0.2.1:7400: connection refused; trying again (attempt 1)"),
        log.lines(Level.WARN));
    assertEquals(
        List.of("can't reach a member at 198.51.100.1:1: no answer"), log.lines(Level.INFO));
  }
}
