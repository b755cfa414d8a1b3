package org.peerroom.gateway.authority;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.peerroom.identity.Certificate;
import org.peerroom.identity.CertificateRequest;
import org.peerroom.identity.Identity;
import org.peerroom.identity.Purpose;
import org.peerroom.identity.Refusal;
import org.peerroom.identity.Revocation;
import org.peerroom.identity.Role;
import org.peerroom.identity.Scope;
import org.peerroom.identity.SignatureChain;
import org.peerroom.identity.VerifiedIdentity;

/** Who gets a certificate, of what, and who does not. */
class IssuerTest {

  private static final Duration LIFE = Duration.ofDays(30);
  private static final Certification ALICE =
      new Certification(
          "alice",
          Scope.ALL
              .withRooms("orders*")
              .withRoles(Role.PUBLISH, Role.SUBSCRIBE)
              .withAttribute("org", "Acme"));

  @TempDir Path folder;

  private final SettableClock clock = new SettableClock();
  private final Identity authority = Identity.generate("Acme");
  private final Identity alice = Identity.generate("whoever");
  private AuthorityFolder data;
  private Issuer issuer;

  @BeforeEach
  void open() throws IOException {
    data = AuthorityFolder.open(folder.resolve("data"));
    issuer = Issuer.open(authority, LIFE, clock, data);
  }

  @AfterEach
  void close() throws IOException {
    issuer.close();
  }

  private String token(Certification certification) throws IOException {
    Instant now = clock.instant();
    return new TokenStore(data).create(certification, now, now.plus(Duration.ofHours(24)));
  }

  private CertificateRequest request(Identity of) {
    return issuer.request(of.request(clock.instant()).text());
  }

  private List<String> enrolled(Identity of) throws IOException {
    return texts(issuer.enrol(request(of), token(ALICE)));
  }

  private static List<String> texts(List<Certificate> certificates) {
    return certificates.stream().map(Certificate::text).toList();
  }

  private static void assertRefused(int status, String why, Executable what) {
    RequestException refused = assertThrows(RequestException.class, what);
    assertEquals(status, refused.status());
    assertTrue(refused.getMessage().contains(why), refused.getMessage());
  }

  private void revoke(Revocation.Target target) throws IOException {
    Instant now = clock.instant();
    new Revocations(data, Issuer.itself(authority))
        .add(authority.revoke(target, now, now.plus(Duration.ofDays(60)), "lost"));
  }

  @Test
  void enrol_certifiesWhatTheTokenSays() throws Exception {
    List<Certificate> chain = issuer.enrol(request(alice), token(ALICE));
    assertEquals(1, chain.size());
    assertEquals(ALICE.scope(), chain.get(0).scope());
    assertEquals(clock.instant().plus(LIFE), chain.get(0).expiresAt());
    VerifiedIdentity verified =
        assertInstanceOf(
            VerifiedIdentity.class,
            Issuer.itself(authority)
                .verify(SignatureChain.of(chain), clock.instant(), Purpose.IDENTIFY, null));
    assertEquals("alice", verified.name());
    assertEquals(alice.key(), verified.key());
    assertEquals(Map.of("org", "Acme"), verified.attributes());
  }

  @Test
  void enrol_writesDownBeforeItHandsOut() throws Exception {
    List<String> texts = enrolled(alice);
    assertTrue(Files.readString(data.issued()).contains(texts.get(0)));
  }

  @Test
  void enrol_answersTheSameKeyTheSameAgain() throws Exception {
    String token = token(ALICE);
    List<Certificate> first = issuer.enrol(request(alice), token);
    clock.advance(Duration.ofMinutes(1));
    assertEquals(first, issuer.enrol(request(alice), token));
    assertEquals(1, Files.readAllLines(data.issued()).size());
    assertRefused(
        403, "used already", () -> issuer.enrol(request(Identity.generate("mallory")), token));
  }

  @Test
  void request_failsForOneThatIsNotFresh() {
    String old = alice.request(clock.instant()).text();
    clock.advance(Issuer.REQUEST_LIFE);
    assertRefused(409, "make a new one", () -> issuer.request(old));
    String future = alice.request(clock.instant().plus(Duration.ofMinutes(3))).text();
    assertRefused(409, "check the clock", () -> issuer.request(future));
    String ahead = alice.request(clock.instant().plus(Duration.ofMinutes(1))).text();
    assertEquals(alice.key(), issuer.request(ahead).key());
  }

  @Test
  void request_failsForOneThatIsNotSigned() {
    String text = alice.request(clock.instant()).text();
    assertRefused(400, "can't be used", () -> issuer.request(text.substring(0, 40)));
    char last = text.charAt(text.length() - 5);
    String altered =
        text.substring(0, text.length() - 5)
            + (last == 'A' ? 'B' : 'A')
            + text.substring(text.length() - 4);
    assertRefused(400, "can't be used", () -> issuer.request(altered));
  }

  @Test
  void renew_certifiesTheSameForLonger() throws Exception {
    List<String> first = enrolled(alice);
    clock.advance(Duration.ofDays(20));
    List<Certificate> second = issuer.renew(request(alice), first);
    assertEquals(clock.instant().plus(LIFE), second.get(0).expiresAt());
    assertEquals("alice", second.get(0).subject());
    assertEquals(ALICE.scope(), second.get(0).scope());
    clock.advance(Duration.ofDays(20));
    List<Certificate> third = issuer.renew(request(alice), texts(second));
    assertNotEquals(second, third);
  }

  @Test
  void renew_twiceInAMinuteGivesTheSame() throws Exception {
    List<String> first = enrolled(alice);
    List<Certificate> second = issuer.renew(request(alice), first);
    clock.advance(Duration.ofSeconds(59));
    assertEquals(second, issuer.renew(request(alice), first));
    clock.advance(Duration.ofSeconds(2));
    assertNotEquals(second, issuer.renew(request(alice), first));
  }

  @Test
  void renew_worksAfterARestart() throws Exception {
    List<String> first = enrolled(alice);
    issuer.close();
    issuer = Issuer.open(authority, LIFE, clock, data);
    assertEquals("alice", issuer.renew(request(alice), first).get(0).subject());
  }

  @Test
  void renew_failsForWhatEnded() throws Exception {
    List<String> first = enrolled(alice);
    clock.advance(LIFE);
    assertRefused(403, "has ended", () -> issuer.renew(request(alice), first));
  }

  @Test
  void renew_failsForAnotherKey() throws Exception {
    List<String> first = enrolled(alice);
    Identity mallory = Identity.generate("mallory");
    assertRefused(403, "different keys", () -> issuer.renew(request(mallory), first));
  }

  @Test
  void renew_failsForWhatIsNotInTheList() throws Exception {
    Instant now = clock.instant();
    Certificate unlisted =
        authority.certify(request(alice), "root", Scope.ALL, now, now.plus(LIFE));
    assertRefused(
        403, "not issued by this", () -> issuer.renew(request(alice), List.of(unlisted.text())));
  }

  @Test
  void renew_failsForRevokedCertificateAndKey() throws Exception {
    List<String> first = enrolled(alice);
    String id = Certificate.parse(first.get(0)).id();
    revoke(new Revocation.Target.CertificateId(id));
    assertRefused(403, "is revoked", () -> issuer.renew(request(alice), first));

    Identity bob = Identity.generate("bob");
    List<String> ofBob = enrolled(bob);
    revoke(new Revocation.Target.Key(bob.key()));
    assertRefused(403, "is revoked", () -> issuer.renew(request(bob), ofBob));
    assertEquals(2, issuer.revocations().size());
  }

  @Test
  void enrol_failsForRevokedKey_andLeavesTheToken() throws Exception {
    enrolled(alice);
    revoke(new Revocation.Target.Key(alice.key()));
    String token = token(ALICE);
    assertRefused(403, "make a new identity", () -> issuer.enrol(request(alice), token));
    Identity fresh = Identity.generate("fresh");
    assertEquals("alice", issuer.enrol(request(fresh), token).get(0).subject());
  }

  @Test
  void revocations_areOnlyThoseOfThisAuthority() throws Exception {
    enrolled(alice);
    Files.writeString(data.revocations().resolve("junk.txt"), "no revocation");
    Instant now = clock.instant();
    Identity stranger = Identity.generate("stranger");
    Files.writeString(
        data.revocations().resolve("stranger.txt"),
        stranger.revoke(new Revocation.Target.Key(alice.key()), now, now.plus(LIFE), null).text());
    assertEquals(List.of(), issuer.revocations());
    revoke(new Revocation.Target.Key(alice.key()));
    assertEquals(1, issuer.revocations().size());
    clock.advance(Duration.ofDays(61));
    assertEquals(List.of(), issuer.revocations());
  }

  @Test
  void enrol_byAnAuthorityThatIsCertifiedItselfNeverWidens() throws Exception {
    Instant now = clock.instant();
    Identity middle = Identity.generate("Middle");
    Scope narrow = Scope.ALL.withRooms("orders*").withRoles(Role.PUBLISH, Role.CERTIFY);
    Instant end = now.plus(Duration.ofDays(7));
    Identity certified =
        middle.withCertificates(
            List.of(authority.certify(middle.request(now), "Middle", narrow, now, end)));
    AuthorityFolder other = AuthorityFolder.open(folder.resolve("middle"));
    try (Issuer below = Issuer.open(certified, LIFE, clock, other)) {
      assertEquals(authority.key(), below.key());
      TokenStore tokens = new TokenStore(other);
      Instant until = now.plus(Duration.ofHours(1));
      String good =
          tokens.create(
              new Certification("carol", Scope.ALL.withRooms("orders").withRoles(Role.PUBLISH)),
              now,
              until);
      List<Certificate> chain = below.enrol(request(alice), good);
      assertEquals(2, chain.size());
      assertEquals(end, chain.get(1).expiresAt());

      String wide =
          tokens.create(new Certification("dave", Scope.ALL.withRooms("stock")), now, until);
      Identity dave = Identity.generate("dave");
      for (int i = 0; i < 2; i++) {
        assertRefused(403, "can't certify that", () -> below.enrol(request(dave), wide));
      }
    }
  }

  @Test
  void verifiersRefuseWhatIsRevoked() throws Exception {
    List<Certificate> chain = issuer.enrol(request(alice), token(ALICE));
    revoke(new Revocation.Target.Key(alice.key()));
    var list = org.peerroom.identity.RevocationList.create();
    var verifier = org.peerroom.identity.ChainVerifier.create();
    for (Revocation revocation : issuer.revocations()) {
      list.add(revocation, Issuer.itself(authority), clock.instant(), verifier);
    }
    Refusal refusal =
        assertInstanceOf(
            Refusal.class,
            verifier.verify(
                SignatureChain.of(chain),
                Issuer.itself(authority),
                list,
                clock.instant(),
                Purpose.IDENTIFY,
                null));
    assertEquals(Refusal.Reason.REVOKED, refusal.reason());
  }
}
