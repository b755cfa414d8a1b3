package org.peerroom.gateway.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.peerroom.gateway.ExitCode;
import org.peerroom.gateway.GatewayCall;
import org.peerroom.identity.Certificate;
import org.peerroom.identity.Role;
import org.peerroom.identity.RoomPattern;
import org.peerroom.identity.Scope;
import org.peerroom.identity.SignatureChain;

class SignCommandTest {

  @TempDir Path folder;
  private KeyDesk desk;

  @BeforeEach
  void setUp() {
    desk = new KeyDesk(folder);
  }

  @Test
  void sign_certifiesTheKeyOfTheRequest() throws Exception {
    String authority = desk.newKey("acme");
    String alice = desk.newKey("alice");
    Instant before = Instant.now().minusSeconds(1);
    SignatureChain chain = SignatureChain.parse(desk.sign("acme", "alice"));
    assertEquals(1, chain.certificates().size());
    Certificate made = chain.last();
    assertEquals(Certificate.Kind.IDENTITY, made.kind());
    assertEquals(authority, made.issuer().hex());
    assertEquals(alice, made.key().hex());
    assertEquals("alice", made.subject());
    assertEquals(Scope.ALL, made.scope());
    assertTrue(made.issuedAt().isAfter(before));
    assertEquals(Duration.ofDays(365), Duration.between(made.notBefore(), made.expiresAt()));
  }

  @Test
  void sign_statesWhatItIsTold() throws Exception {
    desk.newKey("acme");
    desk.newKey("alice");
    String certificates =
        desk.sign(
            "acme",
            "alice",
            "--name",
            "Alice of Acme",
            "--org",
            "Acme",
            "--attribute",
            "email=alice@acme.example",
            "--attribute",
            "formula=a=b",
            "--rooms",
            "orders, invoices.*",
            "--roles",
            "publish,certify",
            "--valid",
            "12h");
    Certificate made = SignatureChain.parse(certificates).last();
    assertEquals("Alice of Acme", made.subject());
    assertEquals(
        new Scope(
            Set.of(new RoomPattern("orders"), new RoomPattern("invoices.*")),
            Set.of(Role.PUBLISH, Role.CERTIFY),
            Map.of("org", "Acme", "email", "alice@acme.example", "formula", "a=b")),
        made.scope());
    assertEquals(Duration.ofHours(12), Duration.between(made.notBefore(), made.expiresAt()));
  }

  @Test
  void sign_putsTheCertificatesOfTheSignerFirst() throws Exception {
    String root = desk.newKey("acme");
    String office = desk.newKey("office");
    String alice = desk.newKey("alice");
    String first = desk.certify("acme", "office", "--roles", "publish,certify");
    SignatureChain chain = SignatureChain.parse(desk.sign("office", "alice", "--roles", "publish"));
    assertEquals(2, chain.certificates().size());
    assertEquals(first, chain.certificates().get(0).text());
    assertEquals(root, chain.certificates().get(0).issuer().hex());
    assertEquals(office, chain.last().issuer().hex());
    assertEquals(alice, chain.last().key().hex());
  }

  @Test
  void sign_opensAProtectedKeyAndWritesAFile() throws Exception {
    desk.newProtectedKey("acme");
    desk.newKey("alice");
    desk.run("request", desk.path("alice.key"), "-o", desk.path("alice.request"));
    String printed =
        desk.run(
            "sign",
            "--key",
            desk.path("acme.key"),
            "--passphrase-file",
            desk.path("acme.passphrase"),
            desk.path("alice.request"),
            "--output",
            desk.path("alice.certs"));
    assertEquals("", printed);
    assertEquals("alice", SignatureChain.parse(desk.text("alice.certs")).last().subject());
  }

  @Test
  void sign_refusesWhatTheSignerMayNotSign() throws Exception {
    desk.newKey("acme");
    desk.newKey("bob");
    desk.newKey("alice");
    desk.certify("acme", "bob");
    String request = desk.run("request", desk.path("alice.key"));
    GatewayCall call = desk.with(request, "sign", "--key", desk.path("bob.key"), "-");
    String line = call.refusedWith(ExitCode.BAD_INPUT);
    assertTrue(line.startsWith(desk.path("bob.key") + " can't sign this: "), line);
    assertTrue(line.contains("MAY_NOT_CERTIFY"), line);
  }

  @Test
  void sign_refusesToWidenWhatTheSignerMay() throws Exception {
    desk.newKey("acme");
    desk.newKey("office");
    desk.newKey("alice");
    desk.certify("acme", "office", "--roles", "certify,publish", "--rooms", "orders*");
    String request = desk.run("request", desk.path("alice.key"));
    for (String[] wider : new String[][] {{"--rooms", "invoices"}, {"--roles", "relay"}}) {
      String line =
          desk.with(request, "sign", "--key", desk.path("office.key"), wider[0], wider[1], "-")
              .refusedWith(ExitCode.BAD_INPUT);
      assertTrue(line.contains("WIDENED"), line);
    }
  }

  @Test
  void sign_overwritesNothing() throws Exception {
    desk.newKey("acme");
    String before = desk.text("acme.key");
    desk.run("request", desk.path("acme.key"), "-o", desk.path("acme.request"));
    desk.newKey("other");
    assertEquals(
        desk.path("acme.key") + " exists already and is not overwritten; name another file",
        desk.refused(
            ExitCode.BAD_INPUT,
            "sign",
            "--key",
            desk.path("other.key"),
            "-o",
            desk.path("acme.key"),
            desk.path("acme.request")));
    assertEquals(before, desk.text("acme.key"));
    assertEquals(3, folder.toFile().list().length);
  }

  @Test
  void sign_refusesOneStandardInputForTwo() {
    desk.newKey("acme");
    assertEquals(
        "standard input can't be both the passphrase and the request; name a file",
        desk.refused(
            ExitCode.BAD_INPUT,
            "sign",
            "--key",
            desk.path("acme.key"),
            "--passphrase-file",
            "-",
            "-"));
  }
}
