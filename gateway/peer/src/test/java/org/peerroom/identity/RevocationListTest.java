package org.peerroom.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.peerroom.identity.Acme.AUTHORITY;
import static org.peerroom.identity.Acme.IN_A_YEAR;
import static org.peerroom.identity.Acme.NOW;
import static org.peerroom.identity.Acme.PEER;
import static org.peerroom.identity.Acme.TRUSTED;
import static org.peerroom.identity.Acme.assertRefused;
import static org.peerroom.identity.Acme.assertRefuses;
import static org.peerroom.identity.Acme.certified;
import static org.peerroom.identity.Acme.certifiedBy;
import static org.peerroom.identity.Acme.peerOf;
import static org.peerroom.identity.Acme.verified;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.peerroom.identity.Refusal.Reason;
import org.peerroom.identity.Revocation.Target;
import org.peerroom.identity.RevocationList.Added;

/** Which statements count, against what, how long, and how many. */
class RevocationListTest {

  private static final Scope MAY_CERTIFY =
      Scope.ALL.withRoles(Role.PUBLISH, Role.SUBSCRIBE, Role.CERTIFY);
  private static final Identity ANN = certified("Ann", 2, Scope.ALL);
  private static final Identity DESK = certified("Desk", 3, MAY_CERTIFY);
  private static final Identity BOB = certifiedBy(DESK, "Bob", 4, Scope.ALL);
  private static final Identity EVE = certifiedBy(DESK, "Eve", 5, Scope.ALL);

  private final ChainVerifier verifier = ChainVerifier.create();
  private final RevocationList list = RevocationList.create();

  private Added add(Revocation revocation) throws RefusedException {
    return list.add(revocation, TRUSTED, NOW, verifier);
  }

  private Verification verify(SignatureChain chain) {
    return verifier.verify(chain, TRUSTED, list, NOW, Purpose.PUBLISH, "orders");
  }

  @Test
  void authority_revokesACertificate() throws RefusedException {
    SignatureChain chain = peerOf(ANN);
    Revocation revocation =
        AUTHORITY.revoke(
            new Target.CertificateId(ANN.certificates().get(0).id()), NOW, IN_A_YEAR, "left");
    assertEquals(Added.NEW, add(revocation));
    assertEquals(Added.KNOWN, add(revocation));
    assertEquals(List.of(revocation), list.all());
    assertRefused(1, Reason.REVOKED, verify(chain));
    Identity again = certified("Ann", 2, Scope.ALL);
    assertEquals("Ann", verified(verify(peerOf(again))).name());
  }

  @Test
  void authority_revokesAKey() throws RefusedException {
    assertEquals(
        Added.NEW, add(AUTHORITY.revoke(new Target.Key(DESK.key()), NOW, IN_A_YEAR, null)));
    assertRefused(1, Reason.REVOKED, verify(peerOf(DESK)));
    assertRefused(1, Reason.REVOKED, verify(peerOf(BOB)));
    assertRefused(1, Reason.REVOKED, verify(peerOf(certified("Desk", 3, MAY_CERTIFY))));
    verified(verify(peerOf(ANN)));
  }

  @Test
  void identity_revokesItsOwnPeersOnly() throws RefusedException {
    SignatureChain annsPeer = peerOf(ANN);
    SignatureChain bobsPeer = peerOf(BOB);
    assertEquals(Added.NEW, add(ANN.revoke(new Target.Key(PEER), NOW, IN_A_YEAR, null)));
    assertEquals(
        Added.NEW,
        add(ANN.revoke(new Target.CertificateId(bobsPeer.last().id()), NOW, IN_A_YEAR, null)));
    assertEquals(Added.NEW, add(ANN.revoke(new Target.Key(DESK.key()), NOW, IN_A_YEAR, null)));
    assertRefused(2, Reason.REVOKED, verify(annsPeer));
    verified(verify(bobsPeer));
  }

  @Test
  void certifier_revokesWhomItCertified() throws RefusedException {
    assertEquals(Added.NEW, add(DESK.revoke(new Target.Key(BOB.key()), NOW, IN_A_YEAR, null)));
    assertRefused(2, Reason.REVOKED, verify(peerOf(BOB)));
    verified(verify(peerOf(EVE)));
  }

  @Test
  void statementOfSomeoneRevoked_doesNotCount() throws RefusedException {
    Revocation byBob = BOB.revoke(new Target.Key(PEER), NOW, IN_A_YEAR, null);
    assertEquals(Added.NEW, add(byBob));
    Revocation byDesk = DESK.revoke(new Target.Key(BOB.key()), NOW, IN_A_YEAR, null);
    assertEquals(Added.NEW, add(byDesk));
    assertEquals(List.of(byDesk), list.all());
    assertFalse(list.revokes(peerOf(BOB).last()));
    assertRefuses(Reason.REVOKED, () -> add(byBob));
    assertEquals(
        Added.NEW, add(AUTHORITY.revoke(new Target.Key(DESK.key()), NOW, IN_A_YEAR, null)));
    assertEquals(1, list.size());
    assertRefuses(Reason.REVOKED, () -> add(byDesk));
  }

  @Test
  void statementOfAStranger_doesNotCount() {
    Identity stranger = Acme.identity("Stranger", 50);
    Revocation byStranger = stranger.revoke(new Target.Key(ANN.key()), NOW, IN_A_YEAR, null);
    assertRefuses(Reason.UNKNOWN_AUTHORITY, () -> add(byStranger));
    Identity certified = certifiedBy(stranger, "Friend", 51, Scope.ALL);
    Revocation byFriend = certified.revoke(new Target.Key(PEER), NOW, IN_A_YEAR, null);
    assertRefuses(Reason.UNKNOWN_AUTHORITY, () -> add(byFriend));
    Revocation withoutCertificates =
        Acme.identity("Ann", 2).revoke(new Target.Key(PEER), NOW, IN_A_YEAR, null);
    assertRefuses(Reason.UNKNOWN_AUTHORITY, () -> add(withoutCertificates));
    assertEquals(0, list.size());
  }

  @Test
  void statement_countsInItsTimeOnly() throws RefusedException {
    Instant end = NOW.plus(Duration.ofHours(1));
    Revocation revocation = AUTHORITY.revoke(new Target.Key(ANN.key()), NOW, end, null);
    Duration skew = ChainVerifier.MAX_SKEW;
    assertRefuses(
        Reason.NOT_YET_VALID,
        () -> list.add(revocation, TRUSTED, NOW.minus(skew).minusSeconds(1), verifier));
    assertRefuses(Reason.EXPIRED, () -> list.add(revocation, TRUSTED, end.plus(skew), verifier));
    add(revocation);
    list.expire(end.plus(skew).minusSeconds(1));
    assertTrue(list.revokes(ANN.certificates().get(0)));
    list.expire(end.plus(skew));
    assertFalse(list.revokes(ANN.certificates().get(0)));
    assertEquals(0, list.size());
  }

  @Test
  void sameTargetTwice_staysRevokedUntilTheLastEnds() throws RefusedException {
    Target target = new Target.Key(ANN.key());
    add(AUTHORITY.revoke(target, NOW, NOW.plus(Duration.ofHours(1)), null));
    add(AUTHORITY.revoke(target, NOW, NOW.plus(Duration.ofHours(2)), null));
    list.expire(NOW.plus(Duration.ofMinutes(90)));
    assertTrue(list.revokes(ANN.certificates().get(0)));
    assertEquals(1, list.size());
  }

  @Test
  void identity_cannotUseUpTheRoomOfOthers() throws RefusedException {
    for (int i = 0; i < RevocationList.MAX_PER_IDENTITY; i++) {
      assertEquals(Added.NEW, add(byId(ANN, i)));
    }
    assertEquals(Added.FULL, add(byId(ANN, 1000)));
    assertEquals(Added.NEW, add(byId(EVE, 0)));
  }

  @Test
  void identities_leaveHalfToTheirAuthority() throws RefusedException {
    int identities = RevocationList.MAX_PER_AUTHORITY / 2 / RevocationList.MAX_PER_IDENTITY;
    for (int i = 0; i < identities; i++) {
      Identity one = certified("Number " + i, 200 + i, Scope.ALL);
      for (int j = 0; j < RevocationList.MAX_PER_IDENTITY; j++) {
        assertEquals(Added.NEW, add(byId(one, j)));
      }
    }
    assertEquals(Added.FULL, add(byId(ANN, 0)));
    for (int i = 0; i < RevocationList.MAX_PER_AUTHORITY / 2; i++) {
      assertEquals(Added.NEW, add(byId(AUTHORITY, i)));
    }
    assertEquals(Added.FULL, add(byId(AUTHORITY, 1000)));
    assertEquals(RevocationList.MAX_PER_AUTHORITY, list.size());
    list.expire(IN_A_YEAR);
    assertEquals(RevocationList.MAX_PER_AUTHORITY, list.size());
    list.expire(IN_A_YEAR.plus(ChainVerifier.MAX_SKEW));
    assertEquals(0, list.size());
  }

  @Test
  void none_takesNothing() throws RefusedException {
    assertEquals(Added.FULL, RevocationList.none().add(byId(AUTHORITY, 0), TRUSTED, NOW, verifier));
    assertEquals(0, RevocationList.none().size());
  }

  private static Revocation byId(Identity identity, int number) {
    return identity.revoke(new Target.CertificateId("id-" + number), NOW, IN_A_YEAR, null);
  }
}
