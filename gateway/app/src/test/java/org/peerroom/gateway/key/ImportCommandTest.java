package org.peerroom.gateway.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.peerroom.gateway.ExitCode;
import org.peerroom.identity.Certificate;
import org.peerroom.identity.Identity;
import org.peerroom.identity.SignatureChain;

class ImportCommandTest {

  @TempDir Path folder;
  private KeyDesk desk;
  private String authority;

  @BeforeEach
  void setUp() {
    desk = new KeyDesk(folder);
    authority = desk.newKey("acme");
  }

  private Identity alice() {
    return Identity.load(folder.resolve("alice.key"), null);
  }

  @Test
  void import_putsTheCertificatesIntoTheKeyFile() throws Exception {
    desk.newKey("alice");
    String certificates = desk.sign("acme", "alice", "--name", "Alice");
    Certificate made = SignatureChain.parse(certificates).last();
    String printed =
        desk.with(certificates + "\n", "import", desk.path("alice.key"), "-").printed();
    assertEquals("Alice, vouched for by " + authority + ", until " + made.expiresAt(), printed);
    assertEquals(SignatureChain.parse(certificates).certificates(), alice().certificates());
    assertEquals("Alice", alice().name());
  }

  @Test
  void import_replacesTheCertificatesThatWereThere() throws Exception {
    desk.newKey("alice");
    desk.certify("acme", "alice", "--valid", "1h");
    String newer = desk.certify("acme", "alice", "--valid", "2h");
    assertEquals(SignatureChain.parse(newer).certificates(), alice().certificates());
  }

  @Test
  void import_takesFilesFromOtherSystems() throws Exception {
    desk.newKey("office");
    desk.newKey("alice");
    desk.certify("acme", "office", "--roles", "publish,certify");
    String certificates = desk.sign("office", "alice");
    desk.write("alice.certs", certificates.replace("\n", "\r\n") + "\r\n\r\n");
    desk.run("import", desk.path("alice.key"), desk.path("alice.certs"));
    assertEquals(2, alice().certificates().size());
  }

  @Test
  void import_keepsThePassphrase() throws Exception {
    desk.newProtectedKey("alice");
    String passphrase = desk.path("alice.passphrase");
    String request = desk.run("request", desk.path("alice.key"), "--passphrase-file", passphrase);
    String certificates = desk.with(request, "sign", "--key", desk.path("acme.key"), "-").printed();
    desk.write("alice.certs", certificates);
    desk.run(
        "import",
        desk.path("alice.key"),
        desk.path("alice.certs"),
        "--passphrase-file",
        passphrase);
    Identity identity =
        Identity.load(folder.resolve("alice.key"), KeyDesk.PASSPHRASE.toCharArray());
    assertEquals(certificates, identity.certificates().get(0).text());
  }

  @Test
  void import_failsIfTheyAreForAnotherKey() throws Exception {
    String alice = desk.newKey("alice");
    String bob = desk.newKey("bob");
    desk.certify("acme", "bob");
    String before = desk.text("alice.key");
    assertEquals(
        "the certificates "
            + desk.path("bob.certs")
            + " vouch for the key "
            + bob.substring(0, 8)
            + "…, not for "
            + alice.substring(0, 8)
            + "… of "
            + desk.path("alice.key"),
        desk.refused(ExitCode.BAD_INPUT, "import", desk.path("alice.key"), desk.path("bob.certs")));
    assertEquals(before, desk.text("alice.key"));
  }

  @Test
  void import_failsIfASignatureIsBroken() throws Exception {
    desk.newKey("alice");
    String certificates = desk.sign("acme", "alice");
    int dot = certificates.lastIndexOf('.');
    char old = certificates.charAt(dot + 10);
    String broken =
        certificates.substring(0, dot + 10)
            + (old == 'A' ? 'B' : 'A')
            + certificates.substring(dot + 11);
    String line =
        desk.with(broken, "import", desk.path("alice.key"), "-").refusedWith(ExitCode.BAD_INPUT);
    assertTrue(
        line.startsWith("the certificates on standard input do not hold: certificate 1: "), line);
    assertTrue(line.endsWith("(BAD_SIGNATURE)"), line);
    assertEquals(0, alice().certificates().size());
  }
}
