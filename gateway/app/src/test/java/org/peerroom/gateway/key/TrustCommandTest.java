package org.peerroom.gateway.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.peerroom.gateway.ExitCode;
import org.peerroom.identity.TrustedAuthorities;
import org.peerroom.identity.TrustedAuthority;
import org.peerroom.identity.VerificationKey;

class TrustCommandTest {

  private static final String KEY = "0123456789abcdef".repeat(4);
  private static final String OTHER = "fedcba9876543210".repeat(4);

  @TempDir Path folder;
  private KeyDesk desk;
  private String trust;

  @BeforeEach
  void setUp() {
    desk = new KeyDesk(folder);
    trust = desk.path("trust.json");
  }

  private List<TrustedAuthority> trusted() {
    return TrustedAuthorities.load(Path.of(trust)).authorities();
  }

  private static TrustedAuthority authority(String name, String key) {
    return TrustedAuthority.of(name, new VerificationKey(key));
  }

  @Test
  void add_makesTheFile() {
    assertEquals("", desk.run("trust", trust, "--add", "Acme=" + KEY));
    assertEquals(List.of(authority("Acme", KEY)), trusted());
    assertEquals(1, folder.toFile().list().length);
  }

  @Test
  void add_readsKeysFromFiles() throws Exception {
    String acme = desk.newKey("acme");
    String file = desk.write("globex.pub", OTHER.toUpperCase(Locale.ROOT) + "\n");
    String initech = desk.newKey("initech");
    desk.run("request", desk.path("initech.key"), "-o", desk.path("initech.request"));
    desk.run(
        "trust",
        trust,
        "--add",
        "Acme=" + desk.path("acme.key"),
        "--add",
        "Globex=" + file,
        "--add",
        "Initech=" + desk.path("initech.request"));
    assertEquals(
        List.of(authority("Acme", acme), authority("Globex", OTHER), authority("Initech", initech)),
        trusted());
  }

  @Test
  void add_takesAnEnd() {
    desk.run("trust", trust, "--add", "Acme=" + KEY, "--expires", "2999-12-31");
    desk.run("trust", trust, "--add", "Globex=" + OTHER, "--expires", "2999-12-31T12:00:00Z");
    assertEquals(
        List.of(
            new TrustedAuthority(
                "Acme", new VerificationKey(KEY), Instant.parse("2999-12-31T00:00:00Z")),
            new TrustedAuthority(
                "Globex", new VerificationKey(OTHER), Instant.parse("2999-12-31T12:00:00Z"))),
        trusted());
  }

  @Test
  void remove_thenAddReplaces() {
    desk.run("trust", trust, "--add", "Acme=" + KEY);
    assertEquals(
        "the trust file " + trust + " has 'Acme' already; replace it with --remove Acme",
        desk.refused(ExitCode.BAD_INPUT, "trust", trust, "--add", "Acme=" + OTHER));
    desk.run("trust", trust, "--add", "Acme=" + OTHER, "--remove", "Acme");
    assertEquals(List.of(authority("Acme", OTHER)), trusted());
    desk.run("trust", trust, "--remove", "Acme");
    assertEquals(List.of(), trusted());
  }

  @Test
  void remove_failsIfItIsNotThere() {
    desk.run("trust", trust, "--add", "Acme=" + KEY, "--add", "Globex=" + OTHER);
    assertEquals(
        "the trust file " + trust + " has no authority 'acme'; it has Acme, Globex",
        desk.refused(ExitCode.BAD_INPUT, "trust", trust, "--remove", "acme"));
    assertEquals(2, trusted().size());
  }

  @Test
  void add_failsIfTheKeyIsThereUnderAnotherName() {
    desk.run("trust", trust, "--add", "Acme=" + KEY);
    String line = desk.refused(ExitCode.BAD_INPUT, "trust", trust, "--add", "Evil=" + KEY);
    assertTrue(line.startsWith("--add: the key " + KEY), line);
    assertEquals(List.of(authority("Acme", KEY)), trusted());
  }

  @Test
  void add_keepsModeAndLink() throws Exception {
    Path real = Files.createDirectory(folder.resolve("etc")).resolve("trust.json");
    desk.run("trust", real.toString(), "--add", "Acme=" + KEY);
    Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rw-r-----"));
    Files.createSymbolicLink(Path.of(trust), real);
    desk.run("trust", trust, "--add", "Globex=" + OTHER);
    assertTrue(Files.isSymbolicLink(Path.of(trust)));
    assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(real)));
    assertEquals(2, trusted().size());
    assertEquals(1, real.getParent().toFile().list().length);
  }
}
