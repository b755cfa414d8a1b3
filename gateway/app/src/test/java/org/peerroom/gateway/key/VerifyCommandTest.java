package org.peerroom.gateway.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.peerroom.gateway.ExitCode;
import org.peerroom.gateway.GatewayCall;
import org.peerroom.identity.Certificate;
import org.peerroom.identity.Identity;
import org.peerroom.identity.Scope;
import org.peerroom.identity.SignatureChain;
import org.peerroom.identity.VerificationKey;

class VerifyCommandTest {

  private static final VerificationKey PEER =
      new VerificationKey("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");

  @TempDir Path folder;
  private KeyDesk desk;
  private String authority;
  private String alice;
  private String trust;
  private String chain;
  private Certificate certificate;

  @BeforeEach
  void setUp() throws Exception {
    desk = new KeyDesk(folder);
    authority = desk.newKey("acme");
    alice = desk.newKey("alice");
    trust = desk.path("trust.json");
    desk.run("trust", trust, "--add", "Acme Inc=" + desk.path("acme.key"));
    String certificates =
        desk.certify("acme", "alice", "--org", "Acme", "--rooms", "orders*", "--valid", "1h");
    certificate = SignatureChain.parse(certificates).last();
    chain = desk.path("alice.certs");
  }

  private String peerChain() throws Exception {
    Identity identity = Identity.load(folder.resolve("alice.key"), null);
    SignatureChain made =
        identity.certifyPeer(PEER, Scope.ALL, Instant.now(), Duration.ofMinutes(10));
    return desk.write("peer.certs", made.text());
  }

  private String refused(String... arguments) {
    String line = desk.refused(ExitCode.FAILED, arguments);
    String start = "the chain " + arguments[arguments.length - 1] + " does not verify: ";
    assertTrue(line.startsWith(start), line);
    return line.substring(start.length());
  }

  @Test
  void verify_saysWhoItIs() {
    String expected =
        "Acme Inc vouches for alice; key "
            + alice
            + "; until "
            + certificate.expiresAt()
            + "; roles publish, subscribe, relay; org Acme";
    assertEquals(expected, desk.run("verify", "--trust", trust, chain));
    assertEquals(expected, desk.run("verify", "--trust", trust, desk.path("alice.key")));
    assertEquals(
        expected, desk.with(certificate.text() + "\n", "verify", "--trust", trust, "-").printed());
    assertEquals(expected, desk.run("verify", "--trust", trust, "--room", "orders.eu", chain));
  }

  @Test
  void verify_saysItInJson() throws Exception {
    String printed = desk.run("verify", "--json", "--trust", trust, chain);
    assertEquals(1, printed.lines().count());
    JsonNode json = new ObjectMapper().readTree(printed);
    assertTrue(json.get("verified").booleanValue());
    assertEquals("Acme Inc", json.get("authority").textValue());
    assertEquals(authority, json.get("authorityKey").textValue());
    assertEquals("alice", json.get("name").textValue());
    assertEquals(alice, json.get("key").textValue());
    assertEquals(certificate.expiresAt().toString(), json.get("expiresAt").textValue());
    assertEquals("[\"publish\",\"subscribe\",\"relay\"]", json.get("roles").toString());
    assertEquals("{\"org\":\"Acme\"}", json.get("attributes").toString());
  }

  @Test
  void verify_takesAPeerForWhatAPeerDoes() throws Exception {
    String peer = peerChain();
    String printed =
        desk.run("verify", "--trust", trust, "--for", "publish", "--room", "orders", peer);
    assertTrue(
        printed.startsWith(
            "Acme Inc vouches for alice; key " + alice + "; peer " + PEER + "; until "),
        printed);
    String line = refused("verify", "--trust", trust, "--for", "publish", chain);
    assertTrue(line.startsWith("certificate 1: "), line);
    assertTrue(line.endsWith("(WRONG_SUBJECT)"), line);
  }

  @Test
  void verify_refusesWhoIsSignedByNobodyKnown() {
    String other = desk.path("other.json");
    desk.run("trust", other, "--add", "Globex=" + PEER);
    assertEquals(
        "certificate 1: it is signed by "
            + authority.substring(0, 8)
            + ", which is no trusted authority (UNKNOWN_AUTHORITY)",
        refused("verify", "--trust", other, chain));
  }

  @Test
  void verify_refusesAtAnotherTime() {
    assertEquals(
        "certificate 1: it was valid until " + certificate.expiresAt() + " (EXPIRED)",
        refused("verify", "--trust", trust, "--at", "2999-01-01", chain));
    assertEquals(
        "certificate 1: it is not valid before " + certificate.notBefore() + " (NOT_YET_VALID)",
        refused("verify", "--trust", trust, "--at", "2001-01-01T10:00:00Z", chain));
  }

  @Test
  void verify_refusesInJsonToo() throws Exception {
    GatewayCall call =
        desk.with("", "verify", "--json", "--trust", trust, "--room", "invoices", chain);
    assertEquals(ExitCode.FAILED.code(), call.code());
    assertEquals("", call.errors());
    JsonNode json = new ObjectMapper().readTree(call.output());
    assertEquals(
        "{\"verified\":false,\"link\":1,\"reason\":\"WRONG_ROOM\","
            + "\"message\":\"it is not for the room 'invoices'\"}",
        json.toString());
  }

  @Test
  void verify_refusesWhatIsNoChain() {
    String line =
        desk.with("hello\n", "verify", "--trust", trust, "-").refusedWith(ExitCode.FAILED);
    assertTrue(line.startsWith("the chain on standard input does not verify: "), line);
    assertTrue(line.endsWith("(MALFORMED)"), line);
  }

  @Test
  void verify_heedsRevocations() throws Exception {
    String byId = desk.run("revoke", "--key", desk.path("acme.key"), "--id", certificate.id());
    String byKey = desk.run("revoke", "--key", desk.path("acme.key"), "--subject", alice);
    for (String revocation : new String[] {byId, byKey}) {
      String file = desk.write("revoked", revocation + "\n");
      assertEquals(
          "certificate 1: it was revoked by " + authority.substring(0, 8) + " (REVOKED)",
          refused("verify", "--trust", trust, "--revocations", file, chain));
    }
  }

  @Test
  void verify_heedsEveryRevocationOfAFile() throws Exception {
    desk.newKey("office");
    desk.newKey("bob");
    desk.certify("acme", "office", "--roles", "certify,publish");
    String chainOfBob = desk.path("bob.certs");
    desk.certify("office", "bob");
    String byOther = desk.run("revoke", "--key", desk.path("acme.key"), "--subject", PEER.hex());
    String byOffice =
        desk.run("revoke", "--key", desk.path("office.key"), "--subject", desk.path("bob.key"));
    String file = desk.write("revoked", byOther + "\n" + byOffice + "\n" + byOther + "\n");
    String line = refused("verify", "--trust", trust, "--revocations", file, chainOfBob);
    assertTrue(line.startsWith("certificate 2: "), line);
    assertTrue(line.endsWith("(REVOKED)"), line);
    desk.run("verify", "--trust", trust, "--revocations", file, chain);
  }

  @Test
  void verify_passesOverRevocationsWithoutEffectAndSaysSo() throws Exception {
    desk.newKey("globex");
    String file =
        desk.write(
            "revoked", desk.run("revoke", "--key", desk.path("globex.key"), "--subject", alice));
    GatewayCall call = desk.with("", "verify", "--trust", trust, "--revocations", file, chain);
    assertEquals(ExitCode.OK.code(), call.code());
    assertTrue(call.output().startsWith("Acme Inc vouches for alice"), call.output());
    assertTrue(
        call.errors()
            .startsWith(
                "gateway: the revocation " + file + " is passed over, it does not count here: "),
        call.errors());
    assertEquals(1, call.errors().lines().count());
  }

  @Test
  void verify_failsWithARevocationThatWasChanged() throws Exception {
    String revocation = desk.run("revoke", "--key", desk.path("acme.key"), "--subject", alice);
    int dot = revocation.lastIndexOf('.');
    char old = revocation.charAt(dot + 10);
    String file =
        desk.write(
            "revoked",
            revocation.substring(0, dot + 10)
                + (old == 'A' ? 'B' : 'A')
                + revocation.substring(dot + 11));
    String line =
        desk.refused(ExitCode.BAD_INPUT, "verify", "--trust", trust, "--revocations", file, chain);
    assertEquals(
        "the revocation " + file + ": the revocation is not signed by its issuer (BAD_SIGNATURE)",
        line);
  }
}
