package org.peerroom.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.function.Executable;
import org.peerroom.identity.Refusal.Reason;
import org.peerroom.internal.crypto.SigningKey;

/** A company with keys that are always the same, and the means to sign what no Identity would. */
final class Acme {

  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  static final Instant IN_A_YEAR = NOW.plus(Duration.ofDays(365));
  static final Identity AUTHORITY = identity("Acme root", 1);
  static final TrustedAuthorities TRUSTED =
      TrustedAuthorities.of(TrustedAuthority.of("Acme", AUTHORITY.key()));
  static final VerificationKey PEER = identity("peer", 100).key();

  private Acme() {}

  static byte[] seed(int number) {
    byte[] seed = new byte[32];
    Arrays.fill(seed, (byte) number);
    return seed;
  }

  static Identity identity(String name, int number) {
    return Identity.fromSeed(name, seed(number), List.of(), null);
  }

  /** With a certificate of the authority. */
  static Identity certified(String name, int number, Scope scope) {
    return certifiedBy(AUTHORITY, name, number, scope);
  }

  static Identity certifiedBy(Identity certifier, String name, int number, Scope scope) {
    Identity bare = identity(name, number);
    List<Certificate> all = new ArrayList<>(certifier.certificates());
    all.add(certifier.certify(bare.request(NOW), name, scope, NOW, IN_A_YEAR));
    return bare.withCertificates(all);
  }

  static SignatureChain peerOf(Identity identity) {
    return identity.certifyPeer(PEER, Scope.ALL, NOW, Duration.ofHours(24));
  }

  /** Signs any header and payload at all. */
  static String forge(String header, String payload, int number) {
    String input = base64(header) + "." + base64(payload);
    SigningKey key = SharedCrypto.get().signingKey(seed(number));
    return input
        + "."
        + CanonicalBase64.encode(key.sign(input.getBytes(StandardCharsets.US_ASCII)));
  }

  static String base64(String text) {
    return CanonicalBase64.encode(text.getBytes(StandardCharsets.UTF_8));
  }

  static String header(Certificate.Kind kind) {
    return "{\"alg\":\"EdDSA\",\"typ\":\"" + kind.type() + "\"}";
  }

  /** A certificate that no Identity would sign, with its signature. */
  static Certificate forge(Certificate.Kind kind, int issuer, Identity subject, Forged forged)
      throws RefusedException {
    String name = kind == Certificate.Kind.PEER ? subject.key().hex() : subject.name();
    CertificateClaims claims =
        new CertificateClaims(
            kind,
            identity("issuer", issuer).key(),
            name,
            subject.key(),
            forged.issuedAt.getEpochSecond(),
            forged.notBefore.getEpochSecond(),
            forged.expiresAt.getEpochSecond(),
            "forged",
            forged.scope);
    return Certificate.parse(forge(header(kind), claims.toJson().toString(), issuer));
  }

  record Forged(Scope scope, Instant issuedAt, Instant notBefore, Instant expiresAt) {

    static Forged with(Scope scope) {
      return new Forged(scope, NOW, NOW, NOW.plus(Duration.ofHours(1)));
    }

    static Forged valid(Instant issuedAt, Instant notBefore, Instant expiresAt) {
      return new Forged(Scope.ALL, issuedAt, notBefore, expiresAt);
    }
  }

  static Verification verify(SignatureChain chain, Purpose purpose, String room) {
    return TRUSTED.verify(chain, NOW, purpose, room);
  }

  static VerifiedIdentity verified(Verification verification) {
    return assertInstanceOf(VerifiedIdentity.class, verification, verification::toString);
  }

  static void assertRefused(int link, Reason reason, Verification verification) {
    Refusal refusal = assertInstanceOf(Refusal.class, verification, verification::toString);
    assertEquals(reason, refusal.reason(), refusal.toString());
    assertEquals(link, refusal.link(), refusal.toString());
  }

  static Refusal assertRefuses(Reason reason, Executable parsing) {
    Refusal refusal = assertThrows(RefusedException.class, parsing).refusal();
    assertEquals(reason, refusal.reason(), refusal.toString());
    return refusal;
  }
}
