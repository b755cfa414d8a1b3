package org.peerroom.gateway.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.peerroom.gateway.ExitCode;
import org.peerroom.identity.Identity;

class NewCommandTest {

  @TempDir Path folder;
  private KeyDesk desk;

  @BeforeEach
  void setUp() {
    desk = new KeyDesk(folder);
  }

  @Test
  void new_writesAFileForItsOwnerAndPrintsThePublicKey() throws Exception {
    String key = desk.newKey("alice");
    assertTrue(key.matches("[0-9a-f]{64}"), key);
    Path file = folder.resolve("alice.key");
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    Identity identity = Identity.load(file, null);
    assertEquals(key, identity.key().hex());
    assertEquals("alice", identity.name());
    assertEquals(1, folder.toFile().list().length);
  }

  @Test
  void new_protectsItWithThePassphraseOfAFile() throws Exception {
    String key = desk.newProtectedKey("alice");
    Identity identity =
        Identity.load(folder.resolve("alice.key"), KeyDesk.PASSPHRASE.toCharArray());
    assertEquals(key, identity.key().hex());
  }

  @Test
  void new_takesThePassphraseFromStandardInput() {
    String file = desk.path("alice.key");
    String key =
        desk.with(
                KeyDesk.PASSPHRASE + "\r\n",
                "new",
                file,
                "--name",
                "alice",
                "--passphrase-file",
                "-")
            .printed();
    Identity identity = Identity.load(Path.of(file), KeyDesk.PASSPHRASE.toCharArray());
    assertEquals(key, identity.key().hex());
  }

  @Test
  void new_makesAnotherKeyEachTime() {
    assertFalse(desk.newKey("alice").equals(desk.newKey("bob")));
  }

  @Test
  void new_neverOverwrites() throws Exception {
    desk.newKey("alice");
    String before = desk.text("alice.key");
    String file = desk.path("alice.key");
    assertEquals(
        file + " exists already and is not overwritten; name another file",
        desk.refused(ExitCode.BAD_INPUT, "new", file, "--name", "eve", "--no-passphrase"));
    assertEquals(before, desk.text("alice.key"));
  }

  @Test
  void new_doesNotFollowALinkToNowhere() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link.key"), folder.resolve("aim.key"));
    assertEquals(
        link + " exists already and is not overwritten; name another file",
        desk.refused(
            ExitCode.BAD_INPUT, "new", link.toString(), "--name", "eve", "--no-passphrase"));
    assertFalse(Files.exists(folder.resolve("aim.key")));
  }

  @Test
  void new_failsWithoutAPassphraseAndLeavesNothing() {
    String file = desk.path("alice.key");
    assertEquals(
        "there is no passphrase for "
            + file
            + ": give --passphrase-file FILE, or set PEERROOM_PASSPHRASE; or --no-passphrase,"
            + " to let the mode of the file protect it alone",
        desk.refused(ExitCode.BAD_INPUT, "new", file, "--name", "alice"));
    assertFalse(Files.exists(Path.of(file)));
  }

  @Test
  void new_failsWithAShortPassphrase() throws Exception {
    String passphrase = desk.writeSecret("short", "1234567\n");
    String file = desk.path("alice.key");
    assertEquals(
        "the passphrase is too short; take at least 8 characters",
        desk.refused(
            ExitCode.BAD_INPUT, "new", file, "--name", "a", "--passphrase-file", passphrase));
    assertFalse(Files.exists(Path.of(file)));
  }
}
