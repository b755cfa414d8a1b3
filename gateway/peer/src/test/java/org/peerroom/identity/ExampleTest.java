package org.peerroom.identity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.peerroom.identity.Certificate.Kind;
import org.peerroom.identity.Revocation.Target;
import org.peerroom.internal.crypto.Digests;
import org.peerroom.internal.crypto.KemSuite;

/** What IDENTITY.md shows is what this code makes and takes. */
class ExampleTest {

  private static final Path PAGE = Path.of("IDENTITY.md");
  private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
  private static final Identity ACME = Acme.identity("Acme", 1);
  private static final Identity ANN = annOfAcme();
  private static final VerificationKey PEER = Acme.identity("peer", 3).key();

  private static Identity annOfAcme() {
    Identity bare = Acme.identity("Ann", 2);
    Scope scope =
        Scope.ALL
            .withRooms("orders", "invoices-*")
            .withRoles(Role.PUBLISH, Role.SUBSCRIBE)
            .withAttribute("org", "Acme");
    long start = FROM.getEpochSecond();
    long end = FROM.plus(Duration.ofDays(365)).getEpochSecond();
    Certificate certificate =
        ACME.issue(Kind.IDENTITY, "Ann", bare.key(), scope, start, end, "ann-2026");
    return bare.withCertificates(List.of(certificate));
  }

  private static SignatureChain chain() {
    long start = FROM.getEpochSecond();
    long end = FROM.plus(Duration.ofHours(24)).getEpochSecond();
    return ANN.chainWith(ANN.issue(Kind.PEER, PEER.hex(), PEER, Scope.ALL, start, end, "peer-1"));
  }

  private static Revocation revocation() {
    return Revocation.issue(
        new Revocation.Draft(
            ANN.key(),
            new Target.CertificateId("peer-1"),
            FROM.plus(Duration.ofHours(1)).getEpochSecond(),
            FROM.plus(Duration.ofHours(24)).getEpochSecond(),
            "revocation-1",
            "laptop lost"),
        ANN.certificates(),
        SharedCrypto.get().signingKey(Acme.seed(2)));
  }

  /** From the seed, as section 2.5 derives it. */
  private static byte[] kemKeyOfAnn() {
    byte[] seed = ANN.exposeRecipientSeed();
    return SharedCrypto.get().kemKey(KemSuite.X_WING, seed).publicKey();
  }

  @Test
  void page_showsWhatIsMade() throws IOException {
    String page = Files.readString(PAGE);
    Map<String, String> examples =
        Map.of(
            "keys",
            "Acme " + ACME.key() + "\nAnn  " + ANN.key() + "\npeer " + PEER,
            "chain",
            chain().text(),
            "digest",
            chain().digest(),
            "request",
            Acme.identity("Ann", 2).request(FROM).text(),
            "revocation",
            revocation().text(),
            "recipient",
            ANN.recipient(FROM).text(),
            "recipient digest",
            HexFormat.of().formatHex(Digests.sha256("peerroom/1 recipient", kemKeyOfAnn())));
    examples.forEach((name, made) -> assertEquals(made, shown(page, name), name));
  }

  @Test
  void page_showsWhatIsTaken() throws IOException, RefusedException {
    String page = Files.readString(PAGE);
    TrustedAuthorities trusted = TrustedAuthorities.of(TrustedAuthority.of("Acme", ACME.key()));
    Instant at = FROM.plus(Duration.ofHours(2));
    SignatureChain chain = SignatureChain.parse(shown(page, "chain"));
    VerifiedIdentity ann = Acme.verified(trusted.verify(chain, at, Purpose.PUBLISH, "invoices-eu"));
    assertEquals("Ann (Acme)", ann.toString());
    assertEquals(Map.of("org", "Acme"), ann.attributes());
    ChainVerifier verifier = ChainVerifier.create();
    RevocationList revoked = RevocationList.create();
    revoked.add(Revocation.parse(shown(page, "revocation")), trusted, at, verifier);
    Acme.assertRefused(
        2,
        Refusal.Reason.REVOKED,
        verifier.verify(chain, trusted, revoked, at, Purpose.PUBLISH, "orders"));
    assertEquals("Ann", CertificateRequest.parse(shown(page, "request")).name());
    DurableRecipient recipient = DurableRecipient.parse(shown(page, "recipient"));
    assertEquals("Ann", recipient.name());
    assertEquals(ANN.key(), recipient.key());
    assertArrayEquals(kemKeyOfAnn(), recipient.kemKey());
  }

  /** The block of the page that is marked with this name. */
  private static String shown(String page, String name) {
    Matcher block =
        Pattern.compile("```text " + name + "\n(.*?)\n```", Pattern.DOTALL).matcher(page);
    assertTrue(block.find(), "the page has no block " + name);
    return block.group(1);
  }
}
