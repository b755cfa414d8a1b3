package org.peerroom.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.peerroom.identity.Acme.AUTHORITY;
import static org.peerroom.identity.Acme.IN_A_YEAR;
import static org.peerroom.identity.Acme.NOW;
import static org.peerroom.identity.Acme.PEER;
import static org.peerroom.identity.Acme.assertRefuses;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.peerroom.identity.Certificate.Kind;
import org.peerroom.identity.Refusal.Reason;

/** What an identity signs, and what it refuses to sign. */
class IdentityTest {

  private static final Identity ANN = Acme.certified("Ann", 2, Scope.ALL.withRooms("orders"));

  @Test
  void generate_makesANewKey() {
    Identity one = Identity.generate("Ann");
    assertEquals("Ann", one.name());
    assertEquals(List.of(), one.certificates());
    assertNotEquals(one.key(), Identity.generate("Ann").key());
    assertThrows(IllegalArgumentException.class, () -> Identity.generate("A\u0000nn"));
  }

  @Test
  void toString_tellsNoSecret() {
    assertEquals("Identity[Ann, " + ANN.key().shortHex() + ", redacted]", ANN.toString());
  }

  @Test
  void request_provesTheKey() throws RefusedException {
    Identity bob = Identity.generate("Bob");
    CertificateRequest request = CertificateRequest.parse(bob.request(NOW).text());
    assertEquals("Bob", request.name());
    assertEquals(bob.key(), request.key());
    assertEquals(NOW, request.issuedAt());
    assertEquals(bob.request(NOW), request);
    String header = "{\"alg\":\"EdDSA\",\"typ\":\"peerroom-request+jwt\"}";
    String payload = "{\"iss\":\"" + bob.key() + "\",\"sub\":\"Bob\",\"iat\":1}";
    assertRefuses(
        Reason.BAD_SIGNATURE, () -> CertificateRequest.parse(Acme.forge(header, payload, 9)));
    assertRefuses(
        Reason.MALFORMED,
        () ->
            CertificateRequest.parse(
                Acme.forge(header, payload.replace("\"sub\"", "\"exp\":2,\"sub\""), 9)));
    assertRefuses(
        Reason.WRONG_TYPE, () -> CertificateRequest.parse(ANN.certificates().get(0).text()));
  }

  @Test
  void certificates_nameTheIdentity() {
    Identity bob = Acme.identity("bob@home", 4);
    Certificate certificate =
        AUTHORITY.certify(bob.request(NOW), "Bob Baker", Scope.ALL, NOW, IN_A_YEAR);
    Identity certified = bob.withCertificates(List.of(certificate));
    assertEquals("Bob Baker", certified.name());
    assertEquals(List.of(certificate), certified.certificates());
    assertEquals("bob@home", certified.withCertificates(List.of()).name());
    assertThrows(
        IllegalArgumentException.class,
        () -> bob.withCertificates(ANN.certificates()),
        "vouches for another key");
  }

  @Test
  void certifyPeer_endsInThePeer() {
    SignatureChain chain = ANN.certifyPeer(PEER, Scope.ALL, NOW, Duration.ofHours(1));
    assertEquals(PEER, chain.subjectKey());
    assertEquals(Kind.PEER, chain.last().kind());
    assertEquals(PEER.hex(), chain.last().subject());
    assertEquals(ANN.key(), chain.last().issuer());
    assertEquals(NOW.plus(Duration.ofHours(1)), chain.last().expiresAt());
  }

  @Test
  void certifyPeer_failsWithWhatNobodyWouldTake() {
    Duration day = Duration.ofHours(24);
    assertThrows(
        IllegalStateException.class, () -> AUTHORITY.certifyPeer(PEER, Scope.ALL, NOW, day));
    for (Duration life :
        List.of(Duration.ofSeconds(9), day.plusSeconds(1), day.negated(), Duration.ZERO)) {
      assertThrows(
          IllegalArgumentException.class, () -> ANN.certifyPeer(PEER, Scope.ALL, NOW, life));
    }
    for (Scope scope :
        List.of(
            Scope.ALL.withRooms("*"),
            Scope.ALL.withRoles(Role.CERTIFY),
            Scope.ALL.withAttribute("org", "Acme"))) {
      assertThrows(IllegalArgumentException.class, () -> ANN.certifyPeer(PEER, scope, NOW, day));
    }
    assertThrows(
        IllegalArgumentException.class, () -> ANN.certifyPeer(ANN.key(), Scope.ALL, NOW, day));
    assertThrows(
        IllegalArgumentException.class,
        () -> ANN.certifyPeer(PEER, Scope.ALL, Instant.MAX.minus(Duration.ofDays(2)), day));
  }

  @Test
  void certify_failsWithoutTheRole() {
    CertificateRequest request = Acme.identity("Bob", 4).request(NOW);
    assertThrows(
        IllegalArgumentException.class,
        () -> ANN.certify(request, "Bob", Scope.ALL, NOW, IN_A_YEAR));
    assertThrows(
        IllegalArgumentException.class,
        () -> AUTHORITY.certify(request, "Bob", Scope.ALL, NOW, NOW));
    assertThrows(
        IllegalArgumentException.class,
        () -> AUTHORITY.certify(request, "B\nob", Scope.ALL, NOW, IN_A_YEAR));
  }

  @Test
  void certify_failsBelowTheThirdCertificate() {
    Scope certify = Scope.ALL.withRoles(Role.PUBLISH, Role.CERTIFY);
    Identity one = Acme.certified("One", 10, certify);
    Identity two = Acme.certifiedBy(one, "Two", 11, certify);
    Identity three = Acme.certifiedBy(two, "Three", 12, certify);
    CertificateRequest request = Acme.identity("Four", 13).request(NOW);
    assertThrows(
        IllegalArgumentException.class,
        () -> three.certify(request, "Four", Scope.ALL, NOW, IN_A_YEAR));
    assertEquals(4, Acme.peerOf(three).certificates().size());
  }

  @Test
  void authority_isAWholeUri() {
    URI address = URI.create("https://authority.example:7444/");
    assertEquals(Optional.of(address), ANN.withAuthority(address).authority());
    assertEquals(Optional.empty(), ANN.authority());
    assertThrows(IllegalArgumentException.class, () -> ANN.withAuthority(URI.create("authority")));
  }

  @Test
  void destroyed_signsNothing() {
    Identity bob = Acme.certified("Bob", 4, Scope.ALL);
    Identity same = bob.withAuthority(URI.create("https://authority.example/"));
    bob.destroy();
    bob.destroy();
    assertThrows(IllegalStateException.class, () -> Acme.peerOf(same));
    assertThrows(IllegalStateException.class, () -> bob.request(NOW));
    assertTrue(bob.toString().contains("Bob"));
    assertFalse(bob.certificates().isEmpty());
  }
}
