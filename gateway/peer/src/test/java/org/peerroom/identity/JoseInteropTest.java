package org.peerroom.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.EdECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwk.OctetKeyPairJsonWebKey;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.Test;

/**
 * Certificates, requests and revocations are plain JOSE: an independent library, with the JDK's own
 * Ed25519, reads what we write, and we read what it writes.
 */
class JoseInteropTest {

  private static final Instant NOW = ForgedJws.NOW;
  private static final AlgorithmConstraints ONLY_EDDSA =
      new AlgorithmConstraints(ConstraintType.PERMIT, AlgorithmIdentifiers.EDDSA);

  private final Identity authority = Identity.generate("Acme");
  private final Identity alice = Identity.generate("alice");

  private static Certificate certified(Identity by, Identity who, Scope scope) {
    return by.certify(who.request(NOW), who.name(), scope, NOW, NOW.plus(Duration.ofDays(30)));
  }

  /** Verifies with the other library, which also looks at the times and the type. */
  private static JwtClaims read(String text, String type, VerificationKey key) throws Exception {
    JwtConsumer consumer =
        new JwtConsumerBuilder()
            .setVerificationKey(publicKey(key))
            .setJwsAlgorithmConstraints(ONLY_EDDSA)
            .setExpectedType(true, type)
            .setExpectedIssuer(key.hex())
            .setEvaluationTime(NumericDate.fromMilliseconds(NOW.toEpochMilli()))
            .build();
    return consumer.processToClaims(text);
  }

  private static PublicKey publicKey(VerificationKey key) throws JoseException {
    Map<String, Object> jwk =
        Map.of(
            "kty", "OKP",
            "crv", "Ed25519",
            "x", ForgedJws.base64url(key.bytes()));
    return PublicJsonWebKey.Factory.newPublicJwk(jwk).getPublicKey();
  }

  /** The confirmation of RFC 7800, read as a JWK. */
  private static OctetKeyPairJsonWebKey confirmed(JwtClaims claims) throws JoseException {
    Map<?, ?> cnf = (Map<?, ?>) claims.getClaimValue("cnf");
    @SuppressWarnings("unchecked")
    Map<String, Object> jwk = (Map<String, Object>) cnf.get("jwk");
    PublicJsonWebKey key = PublicJsonWebKey.Factory.newPublicJwk(jwk);
    return assertInstanceOf(OctetKeyPairJsonWebKey.class, key);
  }

  @Test
  void identityCertificate_isReadByAnotherLibrary() throws Exception {
    Scope scope =
        Scope.ALL
            .withRooms("orders", "invoices*")
            .withRoles(Role.PUBLISH, Role.CERTIFY)
            .withAttribute("org", "Acme \u00dcber & Söhne \u2615");
    Certificate certificate = certified(authority, alice, scope);
    JwtClaims claims = read(certificate.text(), Certificate.Kind.IDENTITY.type(), authority.key());
    assertEquals("alice", claims.getSubject());
    assertEquals(certificate.id(), claims.getJwtId());
    assertEquals(NOW.getEpochSecond(), claims.getIssuedAt().getValue());
    assertEquals(certificate.expiresAt().getEpochSecond(), claims.getExpirationTime().getValue());
    assertEquals(
        Set.of("orders", "invoices*"), Set.copyOf(claims.getStringListClaimValue("rooms")));
    assertEquals(List.of("publish", "certify"), claims.getStringListClaimValue("roles"));
    assertEquals(
        Map.of("org", "Acme \u00dcber & Söhne \u2615"), claims.getClaimValue("attributes"));
    assertEquals(publicKey(alice.key()), confirmed(claims).getPublicKey());
  }

  @Test
  void wholeChain_isReadByAnotherLibrary_linkByLink() throws Exception {
    Identity unit = Identity.generate("Acme Sales");
    Certificate first = certified(authority, unit, Scope.ALL.withRoles(Role.values()));
    Certificate second = certified(unit.withCertificates(List.of(first)), alice, Scope.ALL);
    VerificationKey peer = TestKey.of(7).verification();
    SignatureChain chain =
        alice
            .withCertificates(List.of(first, second))
            .certifyPeer(peer, Scope.ALL, NOW, Duration.ofHours(1));
    PublicKey issuer = publicKey(authority.key());
    for (String link : chain.text().split("\n", -1)) {
      JsonWebSignature jws = new JsonWebSignature();
      jws.setAlgorithmConstraints(ONLY_EDDSA);
      jws.setCompactSerialization(link);
      jws.setKey(issuer);
      assertTrue(jws.verifySignature(), link);
      issuer = confirmed(JwtClaims.parse(jws.getPayload())).getPublicKey();
    }
    assertEquals(publicKey(peer), issuer);
  }

  @Test
  void requestAndRevocation_areReadByAnotherLibrary() throws Exception {
    CertificateRequest request = alice.request(NOW);
    JwtClaims asked = read(request.text(), CertificateRequest.TYPE, alice.key());
    assertEquals("alice", asked.getSubject());
    assertEquals(NOW.getEpochSecond(), asked.getIssuedAt().getValue());

    Revocation revocation =
        authority.revoke(
            new Revocation.Target.Key(alice.key()), NOW, NOW.plusSeconds(3_600), "key lost");
    JwtClaims stated = read(revocation.text(), Revocation.TYPE, authority.key());
    assertEquals(Map.of("key", alice.key().hex()), stated.getClaimValue("revokes"));
    assertEquals("key lost", stated.getStringClaimValue("reason"));
    assertEquals(NOW.getEpochSecond() + 3_600, stated.getExpirationTime().getValue());
  }

  @Test
  void certificateOfAnother_isNotVerifiedByAnotherLibrary() {
    Certificate certificate = certified(authority, alice, Scope.ALL);
    String type = Certificate.Kind.IDENTITY.type();
    assertThrows(Exception.class, () -> read(certificate.text(), type, alice.key()));
  }

  /** A key pair of the JDK, which the other library signs with. */
  private static KeyPair keyPair() throws GeneralSecurityException {
    return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
  }

  /** RFC 8032, section 5.1.2: y little-endian, the lowest bit of x on top. */
  private static VerificationKey key(KeyPair pair) {
    EdECPublicKey key = (EdECPublicKey) pair.getPublic();
    byte[] bigEndian = key.getPoint().getY().toByteArray();
    byte[] bytes = new byte[32];
    for (int i = 0; i < Math.min(32, bigEndian.length); i++) {
      bytes[i] = bigEndian[bigEndian.length - 1 - i];
    }
    bytes[31] |= (byte) (key.getPoint().isXOdd() ? 0x80 : 0);
    return VerificationKey.of(bytes);
  }

  private static String written(KeyPair signer, String type, JwtClaims claims)
      throws JoseException {
    claims.setIssuer(key(signer).hex());
    claims.setIssuedAt(NumericDate.fromSeconds(NOW.getEpochSecond()));
    JsonWebSignature jws = new JsonWebSignature();
    jws.setAlgorithmHeaderValue(AlgorithmIdentifiers.EDDSA);
    jws.setHeader("typ", type);
    jws.setPayload(claims.toJson());
    jws.setKey(signer.getPrivate());
    return jws.getCompactSerialization();
  }

  private static JwtClaims about(String subject, KeyPair key, Duration life) throws JoseException {
    JwtClaims claims = new JwtClaims();
    claims.setSubject(subject);
    claims.setJwtId("id-" + key(key).shortHex());
    claims.setExpirationTime(NumericDate.fromSeconds(NOW.plus(life).getEpochSecond()));
    Map<String, Object> jwk =
        PublicJsonWebKey.Factory.newPublicJwk(key.getPublic())
            .toParams(PublicJsonWebKey.OutputControlLevel.PUBLIC_ONLY);
    claims.setClaim("cnf", Map.of("jwk", jwk));
    return claims;
  }

  @Test
  void chainByAnotherLibrary_isAdmitted() throws Exception {
    KeyPair root = keyPair();
    KeyPair bob = keyPair();
    KeyPair peer = keyPair();
    JwtClaims person = about("Bob \u00c4pfel", bob, Duration.ofDays(30));
    person.setStringListClaim("rooms", "orders*");
    person.setStringListClaim("roles", "publish", "subscribe");
    person.setClaim("attributes", Map.of("org", "Acme", "email", "bob@acme.example"));
    person.setNotBefore(NumericDate.fromSeconds(NOW.getEpochSecond() - 60));
    String first = written(root, Certificate.Kind.IDENTITY.type(), person);
    String second =
        written(
            bob, Certificate.Kind.PEER.type(), about(key(peer).hex(), peer, Duration.ofHours(2)));
    SignatureChain chain = SignatureChain.parse(first + "\n" + second + "\n");
    TrustedAuthorities trusted =
        TrustedAuthorities.of(TrustedAuthority.of("The other side", key(root)));
    VerifiedIdentity verified =
        assertInstanceOf(
            VerifiedIdentity.class, trusted.verify(chain, NOW, Purpose.PUBLISH, "orders/eu"));
    assertEquals("Bob \u00c4pfel", verified.name());
    assertEquals(key(bob), verified.key());
    assertEquals("The other side", verified.authority());
    assertEquals(Map.of("org", "Acme", "email", "bob@acme.example"), verified.attributes());
    assertEquals(Set.of(Role.PUBLISH, Role.SUBSCRIBE), verified.roles());
    assertEquals(NOW.plus(Duration.ofHours(2)), verified.expiresAt());
    assertEquals(key(peer), chain.subjectKey());
    assertInstanceOf(
        Refusal.class, trusted.verify(chain, NOW, Purpose.RELAY, "orders/eu"), "no such role");
  }

  @Test
  void requestAndRevocationByAnotherLibrary_areRead() throws Exception {
    KeyPair root = keyPair();
    KeyPair bob = keyPair();
    JwtClaims asking = new JwtClaims();
    asking.setSubject("bob");
    CertificateRequest request =
        CertificateRequest.parse(written(bob, CertificateRequest.TYPE, asking));
    assertEquals("bob", request.name());
    assertEquals(key(bob), request.key());
    assertEquals(NOW, request.issuedAt());

    Certificate ours =
        authority.certify(request, "bob", Scope.ALL, NOW, NOW.plus(Duration.ofDays(1)));
    assertEquals(key(bob), ours.key());

    JwtClaims stating = new JwtClaims();
    stating.setJwtId("1");
    stating.setExpirationTime(NumericDate.fromSeconds(NOW.getEpochSecond() + 60));
    stating.setClaim("revokes", Map.of("key", key(bob).hex()));
    Revocation revocation = Revocation.parse(written(root, Revocation.TYPE, stating));
    RevocationList list = RevocationList.create();
    TrustedAuthorities trusted = TrustedAuthorities.of(TrustedAuthority.of("root", key(root)));
    assertEquals(
        RevocationList.Added.NEW, list.add(revocation, trusted, NOW, ChainVerifier.create()));
    String certificate =
        written(root, Certificate.Kind.IDENTITY.type(), about("bob", bob, Duration.ofDays(1)));
    assertTrue(list.revokes(Certificate.parse(certificate)));
    assertFalse(list.revokes(ours), "who signed another certificate has not taken it back");
  }

  /** Both libraries refuse the same forgery. */
  @Test
  void forgery_isRefusedByBoth() throws Exception {
    Certificate certificate = certified(authority, alice, Scope.ALL);
    String[] parts = certificate.text().split("\\.", -1);
    byte[] signature = new byte[64];
    Arrays.fill(signature, (byte) 1);
    String forged = parts[0] + '.' + parts[1] + '.' + ForgedJws.base64url(signature);
    String type = Certificate.Kind.IDENTITY.type();
    assertThrows(Exception.class, () -> read(forged, type, authority.key()));
    SignatureChain chain = SignatureChain.parse(forged);
    Refusal refusal =
        assertInstanceOf(
            Refusal.class,
            TrustedAuthorities.of(TrustedAuthority.of("Acme", authority.key()))
                .verify(chain, NOW, Purpose.IDENTIFY, null));
    assertEquals(Refusal.Reason.BAD_SIGNATURE, refusal.reason());
  }
}
