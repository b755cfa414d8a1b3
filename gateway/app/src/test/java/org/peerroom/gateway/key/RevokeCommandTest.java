package org.peerroom.gateway.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.peerroom.gateway.ExitCode;
import org.peerroom.identity.Revocation;
import org.peerroom.identity.SignatureChain;
import org.peerroom.identity.VerificationKey;

class RevokeCommandTest {

  @TempDir Path folder;
  private KeyDesk desk;
  private String authority;
  private String alice;

  @BeforeEach
  void setUp() {
    desk = new KeyDesk(folder);
    authority = desk.newKey("acme");
    alice = desk.newKey("alice");
  }

  @Test
  void revoke_takesBackOneCertificate() throws Exception {
    String id = SignatureChain.parse(desk.certify("acme", "alice")).last().id();
    Revocation made =
        Revocation.parse(
            desk.run(
                "revoke",
                "--key",
                desk.path("acme.key"),
                "--id",
                id,
                "--reason",
                "left the company",
                "--valid",
                "30d"));
    assertEquals(authority, made.issuer().hex());
    assertEquals(new Revocation.Target.CertificateId(id), made.target());
    assertEquals(Optional.of("left the company"), made.reason());
    assertEquals(Duration.ofDays(30), Duration.between(made.issuedAt(), made.expiresAt()));
    assertTrue(made.chain().isEmpty());
  }

  @Test
  void revoke_takesBackAllForOneKey() throws Exception {
    Revocation.Target wanted = new Revocation.Target.Key(new VerificationKey(alice));
    desk.write("alice.pub", alice + "\n");
    for (String subject : new String[] {alice, desk.path("alice.pub"), desk.path("alice.key")}) {
      String text = desk.run("revoke", "--key", desk.path("acme.key"), "--subject", subject);
      assertEquals(wanted, Revocation.parse(text).target());
    }
  }

  @Test
  void revoke_carriesTheCertificatesOfItsSigner() throws Exception {
    desk.certify("acme", "alice");
    Revocation made =
        Revocation.parse(
            desk.run("revoke", "--key", desk.path("alice.key"), "--subject", authority));
    assertEquals(alice, made.issuer().hex());
    assertEquals(1, made.chain().size());
  }

  @Test
  void revoke_wantsOneTarget() {
    String expected = "give one of --id JTI and --subject KEY to say what is taken back";
    String key = desk.path("acme.key");
    assertEquals(expected, desk.refused(ExitCode.BAD_INPUT, "revoke", "--key", key));
    assertEquals(
        expected,
        desk.refused(ExitCode.BAD_INPUT, "revoke", "--key", key, "--id", "a", "--subject", alice));
  }
}
