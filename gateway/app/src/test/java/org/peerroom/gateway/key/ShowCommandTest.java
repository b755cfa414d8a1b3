package org.peerroom.gateway.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.peerroom.identity.Certificate;
import org.peerroom.identity.CertificateRequest;
import org.peerroom.identity.DurableRecipient;
import org.peerroom.identity.Revocation;
import org.peerroom.identity.SignatureChain;

class ShowCommandTest {

  @TempDir Path folder;
  private KeyDesk desk;

  @BeforeEach
  void setUp() {
    desk = new KeyDesk(folder);
  }

  private JsonNode json(String file) throws Exception {
    String printed = desk.run("show", "--json", desk.path(file));
    assertEquals(1, printed.lines().count());
    return new ObjectMapper().readTree(printed);
  }

  @Test
  void show_describesAKeyFileWithoutItsPassphrase() throws Exception {
    String key = desk.newProtectedKey("alice");
    assertEquals(
        "key file "
            + desk.path("alice.key")
            + "\n  name          alice\n  key           "
            + key
            + "\n  protection    passphrase\n  certificates  none",
        desk.run("show", desk.path("alice.key")));
    assertEquals(
        "{\"what\":\"key file\",\"name\":\"alice\",\"key\":\""
            + key
            + "\",\"protection\":\"passphrase\",\"certificates\":[]}",
        json("alice.key").toString());
  }

  @Test
  void show_describesCertificates() throws Exception {
    String authority = desk.newKey("acme");
    String key = desk.newKey("alice");
    Certificate made =
        SignatureChain.parse(
                desk.certify(
                    "acme", "alice", "--org", "Acme", "--rooms", "b*,a", "--roles", "publish"))
            .last();
    assertEquals(
        "certificates "
            + desk.path("alice.certs")
            + "\n  links  hold; whether to trust the issuer of the first is for 'key verify'"
            + "\n  certificates 1"
            + "\n    kind       identity"
            + "\n    subject    alice"
            + "\n    key        "
            + key
            + "\n    issuer     "
            + authority
            + "\n    id         "
            + made.id()
            + "\n    notBefore  "
            + made.notBefore()
            + "\n    expiresAt  "
            + made.expiresAt()
            + "\n    state      in force"
            + "\n    rooms      a, b*"
            + "\n    roles      publish"
            + "\n    attributes"
            + "\n      org  Acme",
        desk.run("show", desk.path("alice.certs")));
    JsonNode first = json("alice.certs").get("certificates").get(0);
    assertEquals("[\"a\",\"b*\"]", first.get("rooms").toString());
    assertEquals(made.id(), first.get("id").textValue());
    assertEquals(first, json("alice.key").get("certificates").get(0));
  }

  @Test
  void show_saysIfLinksDoNotHold() throws Exception {
    desk.newKey("acme");
    desk.newKey("alice");
    desk.newKey("bob");
    String mixed = desk.sign("acme", "alice") + "\n" + desk.sign("acme", "bob");
    desk.write("mixed", mixed);
    String links = json("mixed").get("links").textValue();
    assertTrue(links.startsWith("do not hold: certificate 2: "), links);
    assertTrue(links.endsWith("(BROKEN)"), links);
  }

  @Test
  void show_describesARequest() throws Exception {
    String key = desk.newKey("alice");
    desk.run("request", desk.path("alice.key"), "-o", desk.path("alice.request"));
    CertificateRequest request = CertificateRequest.parse(desk.text("alice.request").strip());
    assertEquals(
        "certificate request -\n  name      alice\n  key       "
            + key
            + "\n  issuedAt  "
            + request.issuedAt(),
        desk.with(request.text(), "show", "-").printed());
    assertEquals(key, json("alice.request").get("key").textValue());
  }

  @Test
  void show_describesRecipients() throws Exception {
    String alice = desk.newKey("alice");
    String bob = desk.newKey("bob");
    String first = desk.run("recipient", desk.path("alice.key"));
    String second = desk.run("recipient", desk.path("bob.key"));
    DurableRecipient made = DurableRecipient.parse(first);
    assertEquals(
        "recipient -\n  recipients 1\n    name      alice\n    key       "
            + alice
            + "\n    issuedAt  "
            + made.issuedAt(),
        desk.with(first + "\n", "show", "-").printed());
    desk.write("away", "# these are away\n" + first + "\n\n" + second + "\n");
    assertEquals("recipients", json("away").get("what").textValue());
    assertEquals(2, json("away").get("recipients").size());
    assertEquals(bob, json("away").get("recipients").get(1).get("key").textValue());
  }

  @Test
  void show_describesRevocations() throws Exception {
    String authority = desk.newKey("acme");
    String key = desk.newKey("alice");
    String text =
        desk.run(
            "revoke",
            "--key",
            desk.path("acme.key"),
            "--subject",
            key,
            "--reason",
            "left the company");
    desk.write("revoked", text);
    Revocation made = Revocation.parse(text);
    assertEquals(
        "revocation "
            + desk.path("revoked")
            + "\n  revocations 1"
            + "\n    takesBackKey  "
            + key
            + "\n    reason        left the company"
            + "\n    issuer        "
            + authority
            + "\n    id            "
            + made.id()
            + "\n    issuedAt      "
            + made.issuedAt()
            + "\n    expiresAt     "
            + made.expiresAt()
            + "\n    state         in force",
        desk.run("show", desk.path("revoked")));
    desk.write("both", text + "\n" + text);
    assertEquals(2, json("both").get("revocations").size());
  }

  @Test
  void show_describesATrustFileAndAPublicKey() throws Exception {
    String key = desk.newKey("acme");
    desk.run("trust", desk.path("trust"), "--add", "Acme=" + key, "--expires", "2999-01-01");
    assertEquals(
        "trust file "
            + desk.path("trust")
            + "\n  authorities 1\n    name       Acme\n    key        "
            + key
            + "\n    expiresAt  2999-01-01T00:00:00Z\n    state      trusted",
        desk.run("show", desk.path("trust")));
    desk.write("acme.pub", key + "\n");
    assertEquals("{\"what\":\"public key\",\"key\":\"" + key + "\"}", json("acme.pub").toString());
  }

  @Test
  void show_printsNamesOfAllLanguagesInAscii() throws Exception {
    desk.run("new", desk.path("a.key"), "--name", "Zoë 花", "--no-passphrase");
    String printed = desk.run("show", "--json", desk.path("a.key"));
    assertTrue(printed.chars().allMatch(c -> c < 128), printed);
    assertEquals("Zoë 花", json("a.key").get("name").textValue());
    assertFalse(printed.contains("?"), printed);
  }
}
