package org.peerroom.identity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.peerroom.identity.Acme.NOW;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Identities on the disk: whole or not at all, and nobody's but their owner's. */
class IdentityFileTest {

  private static final char[] PASSPHRASE = "correct horse \u00e4".toCharArray();
  private static final Identity ANN =
      Acme.certified("Ann", 2, Scope.ALL)
          .withAuthority(URI.create("https://authority.example:7444/"));

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("ann.json");
  }

  private static void assertSame(Identity loaded) {
    assertEquals(ANN.name(), loaded.name());
    assertEquals(ANN.key(), loaded.key());
    assertEquals(ANN.certificates(), loaded.certificates());
    assertEquals(ANN.authority(), loaded.authority());
    assertEquals(ANN.request(NOW), loaded.request(NOW));
  }

  private String fails(char[] passphrase) {
    IdentityException e =
        assertThrows(IdentityException.class, () -> Identity.load(file, passphrase));
    assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
    assertFalse(e.getMessage().contains("\n"), e.getMessage());
    return e.getMessage();
  }

  @Test
  void passphrase_opensWhatItSealed() throws IOException {
    ANN.save(file, PASSPHRASE);
    assertSame(Identity.load(file, PASSPHRASE));
    String json = Files.readString(file);
    assertFalse(json.contains("\"seed\""), json);
    assertFalse(json.contains(CanonicalBase64.encode(Acme.seed(2))), json);
    // The same, with its accent composed of two characters.
    assertSame(Identity.load(file, "correct horse a\u0308".toCharArray()));
  }

  @Test
  void mode_protectsWithoutPassphrase() throws IOException {
    ANN.save(file, null);
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    assertSame(Identity.load(file, null));
  }

  @Test
  void load_failsWithAnotherPassphrase() {
    ANN.save(file, PASSPHRASE);
    assertTrue(fails("wrong".toCharArray()).contains("passphrase is wrong"));
    assertTrue(fails(null).contains("sealed with a passphrase"));
    assertTrue(fails(new char[0]).contains("1 to 1024"));
    assertTrue(fails(new char[] {'a', '\ud800'}).contains("surrogate"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-rw-rw-"})
  void load_failsWhereOthersMayRead(String mode) throws IOException {
    ANN.save(file, null);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    assertTrue(fails(null).endsWith("run: chmod 600 " + file));
  }

  @Test
  void load_takesASealedFileThatOthersMayRead() throws IOException {
    ANN.save(file, PASSPHRASE);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertSame(Identity.load(file, PASSPHRASE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"Ann\"~\"Bob\"",
        "authority.example~authority.evil",
        "\"authority\"~\"authority2\"",
        "\"version\" : 1~\"version\" : 2",
        "\"sealed\" : \"~\"sealed\" : \"A",
        "\"kind\"~\"kind\" : 1, \"kind\"",
        "\"passphrase\"~\"none\"",
        "\"passphrase\"~\"file-mode\"",
        "https~ht tps",
        "eyJ~eyI",
      })
  void load_failsWithAChangedFile(String replacement) throws IOException {
    ANN.save(file, PASSPHRASE);
    String json = Files.readString(file);
    String[] parts = replacement.split("~");
    String changed = json.replace(parts[0], parts[1]);
    assertFalse(changed.equals(json), json);
    Files.writeString(file, changed);
    fails(PASSPHRASE);
  }

  @Test
  void load_failsWithTheKeyOfAnother() throws IOException {
    ANN.save(file, null);
    Identity bob = Acme.identity("Bob", 4);
    String json = Files.readString(file);
    Files.writeString(
        file,
        json.replace(CanonicalBase64.encode(Acme.seed(2)), CanonicalBase64.encode(Acme.seed(4))));
    fails(null);
    Files.writeString(file, json.replace(ANN.key().hex(), bob.key().hex()));
    fails(null);
  }

  @Test
  void load_failsWithACutFile() throws IOException {
    ANN.save(file, null);
    byte[] whole = Files.readAllBytes(file);
    for (int size = 0; size < whole.length - 2; size += 7) {
      Files.write(file, Arrays.copyOf(whole, size));
      fails(null);
    }
  }

  @Test
  void load_failsWithSomethingElse() throws IOException {
    assertTrue(fails(null).contains("no such file"));
    Files.write(file, new byte[IdentityFile.MAX_BYTES + 1]);
    assertTrue(fails(null).contains("at most"));
    Files.write(file, new byte[] {(byte) 0xff});
    assertTrue(fails(null).contains("UTF-8"));
    Files.delete(file);
    Files.createDirectory(file);
    fails(null);
  }

  @Test
  void save_replacesTheFileAsAWhole() throws IOException {
    Files.writeString(file, "something older and longer ".repeat(1000));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    ANN.save(file, null);
    assertSame(Identity.load(file, null));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void save_failsWithoutAFolder() {
    Path nowhere = folder.resolve("none").resolve("ann.json");
    IdentityException e = assertThrows(IdentityException.class, () -> ANN.save(nowhere, null));
    assertTrue(e.getMessage().contains("no folder"), e.getMessage());
    assertThrows(IdentityException.class, () -> ANN.save(file, new char[1025]));
    assertFalse(Files.exists(file));
  }

  @Test
  void save_leavesThePassphraseToItsOwner() {
    char[] passphrase = PASSPHRASE.clone();
    ANN.save(file, passphrase);
    assertArrayEquals(PASSPHRASE, passphrase);
  }

  @Test
  void identityWithoutCertificates_isKeptToo() throws IOException {
    Identity bare = Identity.generate("J\u00fcrgen");
    bare.save(file, null);
    Identity loaded = Identity.load(file, null);
    assertEquals(bare.key(), loaded.key());
    assertEquals("J\u00fcrgen", loaded.name());
    assertTrue(Files.readString(file, StandardCharsets.UTF_8).endsWith("}\n"));
  }
}
