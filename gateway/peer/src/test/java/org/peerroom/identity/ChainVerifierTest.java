package org.peerroom.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.peerroom.identity.Acme.AUTHORITY;
import static org.peerroom.identity.Acme.IN_A_YEAR;
import static org.peerroom.identity.Acme.NOW;
import static org.peerroom.identity.Acme.PEER;
import static org.peerroom.identity.Acme.TRUSTED;
import static org.peerroom.identity.Acme.assertRefused;
import static org.peerroom.identity.Acme.certified;
import static org.peerroom.identity.Acme.certifiedBy;
import static org.peerroom.identity.Acme.forge;
import static org.peerroom.identity.Acme.peerOf;
import static org.peerroom.identity.Acme.verified;
import static org.peerroom.identity.Acme.verify;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.peerroom.identity.Acme.Forged;
import org.peerroom.identity.Certificate.Kind;
import org.peerroom.identity.Refusal.Reason;

/** Every rule of a chain: what passes, and each refusal with the link that it names. */
class ChainVerifierTest {

  private static final Scope MAY_CERTIFY =
      Scope.ALL.withRoles(Role.PUBLISH, Role.SUBSCRIBE, Role.CERTIFY);
  private static final Identity ANN = certified("Ann", 2, Scope.ALL.withAttribute("org", "Acme"));
  private static final Identity DESK = certified("Desk", 3, MAY_CERTIFY);
  private static final Identity BOB = certifiedBy(DESK, "Bob", 4, Scope.ALL);
  private static final Duration SKEW = ChainVerifier.MAX_SKEW;

  @Test
  void chainOfAPeer_namesItsIdentity() {
    VerifiedIdentity ann = verified(verify(peerOf(ANN), Purpose.PUBLISH, "orders"));
    assertEquals("Ann", ann.name());
    assertEquals(ANN.key(), ann.key());
    assertEquals("Acme", ann.authority());
    assertEquals(AUTHORITY.key(), ann.authorityKey());
    assertEquals(Map.of("org", "Acme"), ann.attributes());
    assertEquals(Set.of(Role.PUBLISH, Role.SUBSCRIBE, Role.RELAY), ann.roles());
    assertEquals(NOW.plus(Duration.ofHours(24)), ann.expiresAt());
  }

  @Test
  void chainThroughACertifier_narrowsAllTheWay() {
    Identity desk =
        certified("Desk", 3, MAY_CERTIFY.withRooms("orders-*").withAttribute("org", "Acme"));
    Identity bob =
        certifiedBy(
            desk,
            "Bob",
            4,
            Scope.ALL.withRooms("orders-eu", "orders-us*").withAttribute("team", "7"));
    SignatureChain chain =
        bob.certifyPeer(PEER, Scope.ALL.withRoles(Role.SUBSCRIBE), NOW, Duration.ofMinutes(1));
    VerifiedIdentity known = verified(verify(chain, Purpose.SUBSCRIBE, "orders-us-1"));
    assertEquals("Bob", known.name());
    assertEquals(Map.of("org", "Acme", "team", "7"), known.attributes());
    assertEquals(Set.of(Role.SUBSCRIBE), known.roles());
    assertEquals(NOW.plus(Duration.ofMinutes(1)), known.expiresAt());
    assertRefused(3, Reason.WRONG_ROLE, verify(chain, Purpose.PUBLISH, "orders-eu"));
    assertRefused(3, Reason.WRONG_ROLE, verify(chain, Purpose.RELAY, "orders-eu"));
    assertRefused(3, Reason.WRONG_ROOM, verify(chain, Purpose.SUBSCRIBE, "orders-asia"));
    verified(verify(chain, Purpose.SUBSCRIBE, null));
  }

  @Test
  void chainOfFour_holds() {
    Identity eve = certifiedBy(certifiedBy(DESK, "Sub", 5, MAY_CERTIFY), "Eve", 6, Scope.ALL);
    SignatureChain chain = peerOf(eve);
    assertEquals(4, chain.certificates().size());
    assertEquals("Eve", verified(verify(chain, Purpose.PUBLISH, "orders")).name());
  }

  @Test
  void certify_mustBeStatedByEveryLink() throws RefusedException {
    SignatureChain desk = SignatureChain.of(DESK.certificates());
    assertEquals("Desk", verified(verify(desk, Purpose.CERTIFY, null)).name());
    assertRefused(
        1, Reason.WRONG_ROLE, verify(SignatureChain.of(ANN.certificates()), Purpose.CERTIFY, null));
    assertRefused(
        2, Reason.WRONG_ROLE, verify(SignatureChain.of(BOB.certificates()), Purpose.CERTIFY, null));
    assertRefused(2, Reason.WRONG_SUBJECT, verify(peerOf(DESK), Purpose.CERTIFY, null));
  }

  @Test
  void chainOfAnIdentity_onlyIdentifies() throws RefusedException {
    SignatureChain chain = SignatureChain.of(ANN.certificates());
    assertEquals("Ann", verified(verify(chain, Purpose.IDENTIFY, "orders")).name());
    assertRefused(1, Reason.WRONG_SUBJECT, verify(chain, Purpose.PUBLISH, "orders"));
    assertRefused(1, Reason.WRONG_SUBJECT, verify(chain, Purpose.SUBSCRIBE, "orders"));
    assertRefused(1, Reason.WRONG_SUBJECT, verify(chain, Purpose.RELAY, "orders"));
  }

  @Test
  void verify_failsWithAnUnknownOrExpiredAuthority() {
    SignatureChain chain = peerOf(ANN);
    assertRefused(
        1,
        Reason.UNKNOWN_AUTHORITY,
        TrustedAuthorities.NONE.verify(chain, NOW, Purpose.IDENTIFY, null));
    TrustedAuthorities until =
        TrustedAuthorities.of(new TrustedAuthority("Acme", AUTHORITY.key(), NOW.plusSeconds(60)));
    VerifiedIdentity ann = verified(until.verify(chain, NOW, Purpose.IDENTIFY, null));
    assertEquals(NOW.plusSeconds(60), ann.expiresAt());
    Instant end = NOW.plusSeconds(60).plus(SKEW);
    verified(until.verify(chain, end.minusNanos(1), Purpose.IDENTIFY, null));
    assertRefused(1, Reason.AUTHORITY_EXPIRED, until.verify(chain, end, Purpose.IDENTIFY, null));
  }

  @Test
  void verify_failsOutsideItsTime() {
    SignatureChain chain = peerOf(ANN);
    Instant end = NOW.plus(Duration.ofHours(24)).plus(SKEW);
    verified(TRUSTED.verify(chain, NOW.minus(SKEW), Purpose.PUBLISH, "orders"));
    verified(TRUSTED.verify(chain, end.minusNanos(1), Purpose.PUBLISH, "orders"));
    assertRefused(
        1,
        Reason.NOT_YET_VALID,
        TRUSTED.verify(chain, NOW.minus(SKEW).minusNanos(1), Purpose.PUBLISH, "orders"));
    assertRefused(2, Reason.EXPIRED, TRUSTED.verify(chain, end, Purpose.PUBLISH, "orders"));
    assertRefused(1, Reason.EXPIRED, TRUSTED.verify(chain, Instant.MAX, Purpose.PUBLISH, "orders"));
    assertRefused(
        1, Reason.NOT_YET_VALID, TRUSTED.verify(chain, Instant.MIN, Purpose.PUBLISH, "orders"));
  }

  @Test
  void peerIssuedInTheFuture_isNotValidBefore() throws RefusedException {
    Instant later = NOW.plus(Duration.ofDays(300));
    Certificate early =
        forge(
            Kind.PEER,
            2,
            Acme.identity("peer", 100),
            Forged.valid(later, NOW, later.plus(Duration.ofHours(24))));
    assertRefused(2, Reason.NOT_YET_VALID, verify(append(ANN, early), Purpose.PUBLISH, "orders"));
  }

  @Test
  void peerThatLivesLongerThanADay_isRefused() throws RefusedException {
    Certificate tooLong =
        forge(
            Kind.PEER,
            2,
            Acme.identity("peer", 100),
            Forged.valid(NOW, NOW, NOW.plus(Duration.ofHours(24)).plusSeconds(1)));
    assertRefused(
        2, Reason.LIVES_TOO_LONG, verify(append(ANN, tooLong), Purpose.PUBLISH, "orders"));
  }

  @Test
  void verify_failsWithASignatureOfAnother() throws RefusedException {
    SignatureChain chain = peerOf(ANN);
    String[] ours = chain.last().text().split("\\.");
    String[] others =
        ANN.certifyPeer(PEER, Scope.ALL.withRooms("a"), NOW, Duration.ofHours(1))
            .last()
            .text()
            .split("\\.");
    Certificate mixed = Certificate.parse(ours[0] + "." + ours[1] + "." + others[2]);
    assertRefused(2, Reason.BAD_SIGNATURE, verify(append(ANN, mixed), Purpose.PUBLISH, "orders"));
  }

  @Test
  void verify_failsWithLinksThatDoNotFollow() throws RefusedException {
    Certificate byAnother = peerOf(BOB).last();
    assertRefused(2, Reason.BROKEN, verify(append(ANN, byAnother), Purpose.PUBLISH, "orders"));
    Certificate direct = AUTHORITY.issue(Kind.PEER, PEER.hex(), PEER, Scope.ALL, 0, 10, "x");
    assertRefused(
        1, Reason.BROKEN, verify(SignatureChain.of(List.of(direct)), Purpose.IDENTIFY, null));
  }

  @Test
  void verify_failsWithAKeyTwice() throws RefusedException {
    Certificate itself = forge(Kind.IDENTITY, 3, DESK, Forged.with(Scope.ALL));
    assertRefused(2, Reason.LOOPED, verify(append(DESK, itself), Purpose.IDENTIFY, null));
    Certificate root = forge(Kind.IDENTITY, 3, AUTHORITY, Forged.with(Scope.ALL));
    assertRefused(2, Reason.LOOPED, verify(append(DESK, root), Purpose.IDENTIFY, null));
  }

  @Test
  void verify_failsWithACertifierWhoMayNot() throws RefusedException {
    Certificate byAnn = forge(Kind.IDENTITY, 2, Acme.identity("Bob", 4), Forged.with(Scope.ALL));
    assertRefused(2, Reason.MAY_NOT_CERTIFY, verify(append(ANN, byAnn), Purpose.IDENTIFY, null));
    SignatureChain peer = peerOf(ANN);
    Certificate byPeer = forge(Kind.PEER, 100, Acme.identity("peer", 101), Forged.with(Scope.ALL));
    SignatureChain chain =
        SignatureChain.of(List.of(ANN.certificates().get(0), peer.last(), byPeer));
    assertRefused(3, Reason.MAY_NOT_CERTIFY, verify(chain, Purpose.PUBLISH, "orders"));
  }

  @Test
  void verify_failsWithALaterLinkThatWidens() throws RefusedException {
    Identity desk =
        certified(
            "Desk",
            3,
            Scope.ALL
                .withRoles(Role.PUBLISH, Role.CERTIFY)
                .withRooms("orders-*")
                .withAttribute("org", "Acme"));
    List<Scope> wider =
        List.of(
            Scope.ALL.withRooms("orders"),
            Scope.ALL.withRooms("orders-eu", "*"),
            Scope.ALL.withRoles(Role.SUBSCRIBE),
            Scope.ALL.withAttribute("org", "Evil"));
    for (Scope scope : wider) {
      Certificate bob = forge(Kind.IDENTITY, 3, Acme.identity("Bob", 4), Forged.with(scope));
      assertRefused(2, Reason.WIDENED, verify(append(desk, bob), Purpose.IDENTIFY, null));
    }
    for (Scope scope :
        List.of(Scope.ALL.withRoles(Role.CERTIFY), Scope.ALL.withAttribute("org", "Acme"))) {
      Certificate peer = forge(Kind.PEER, 3, Acme.identity("peer", 100), Forged.with(scope));
      assertRefused(2, Reason.WIDENED, verify(append(desk, peer), Purpose.PUBLISH, "orders-1"));
    }
  }

  @Test
  void emptyRoomsAndRoles_allowNothing() {
    Identity none = certified("None", 7, Scope.ALL.withRooms().withRoles());
    assertRefused(2, Reason.WRONG_ROLE, verify(peerOf(none), Purpose.PUBLISH, null));
    assertRefused(2, Reason.WRONG_ROOM, verify(peerOf(none), Purpose.IDENTIFY, "orders"));
    verified(verify(peerOf(none), Purpose.IDENTIFY, null));
  }

  @Test
  void rememberedChain_isStillCheckedForTimeTrustAndRevocation() throws RefusedException {
    ChainVerifier verifier = ChainVerifier.create();
    RevocationList revoked = RevocationList.create();
    SignatureChain chain = peerOf(ANN);
    verified(verifier.verify(chain, TRUSTED, revoked, NOW, Purpose.PUBLISH, "orders"));
    assertRefused(
        1,
        Reason.UNKNOWN_AUTHORITY,
        verifier.verify(chain, TrustedAuthorities.NONE, revoked, NOW, Purpose.PUBLISH, "orders"));
    assertRefused(
        2,
        Reason.EXPIRED,
        verifier.verify(
            chain, TRUSTED, revoked, NOW.plus(Duration.ofDays(2)), Purpose.PUBLISH, "orders"));
    revoked.add(
        AUTHORITY.revoke(new Revocation.Target.Key(ANN.key()), NOW, IN_A_YEAR, null),
        TRUSTED,
        NOW,
        verifier);
    assertRefused(
        1,
        Reason.REVOKED,
        verifier.verify(chain, TRUSTED, revoked, NOW, Purpose.PUBLISH, "orders"));
  }

  @Test
  void verifier_forgetsTheChainUnusedForLongest() {
    ChainVerifier verifier = ChainVerifier.remembering(4);
    for (int i = 0; i < 10; i++) {
      SignatureChain chain = peerOf(ANN);
      verified(verifier.verify(chain, TRUSTED, RevocationList.none(), NOW, Purpose.PUBLISH, null));
    }
    assertEquals(4, verifier.remembered());
  }

  private static SignatureChain append(Identity identity, Certificate last)
      throws RefusedException {
    List<Certificate> all = new ArrayList<>(identity.certificates());
    all.add(last);
    return SignatureChain.of(all);
  }
}
