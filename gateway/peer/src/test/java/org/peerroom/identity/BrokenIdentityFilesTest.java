package org.peerroom.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files of identities that were edited by hand or damaged: each is read or refused with one line,
 * and no line ever shows a part of the private key.
 */
class BrokenIdentityFilesTest {

  private static final long SEED = Long.getLong("peerroom.identity.seed", 20_260_301L);
  private static final int FILES = 4_000;

  /** As much of a secret as may stand somewhere by chance. */
  private static final int BY_CHANCE = 6;

  private final Identity alice = Identity.generate("alice");
  private final Random random = new Random(SEED);

  @TempDir Path folder;
  private Path file;
  private String good;
  private String secret;

  @BeforeEach
  void save() throws IOException {
    file = folder.resolve("alice.json");
    alice.save(file, null);
    good = Files.readString(file);
    secret = good.replaceAll("(?s).*\"seed\" : \"([^\"]*)\".*", "$1");
    assertEquals(43, secret.length());
  }

  /** Overwrites what is there, so that the file keeps its mode. */
  private void write(String text) throws IOException {
    Files.write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void assertNothingShown(Throwable thrown, String secret, String which) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      String message = String.valueOf(t.getMessage());
      assertFalse(message.contains("\n"), which);
      for (int i = 0; i + BY_CHANCE <= secret.length(); i++) {
        String part = secret.substring(i, i + BY_CHANCE);
        assertFalse(message.contains(part), () -> which + " shows its key: " + message);
      }
    }
  }

  @Test
  void keyWithoutQuotes_isNotShown() throws IOException {
    write(good.replace('"' + secret + '"', secret));
    IdentityException refused =
        assertThrows(IdentityException.class, () -> Identity.load(file, null));
    assertNothingShown(refused, secret, "without quotes");
    assertTrue(refused.getMessage().contains("line "), refused.getMessage());
  }

  @Test
  void keyInHalfASentence_isNotShown() throws IOException {
    for (String around :
        new String[] {"'%s'", "%s\"", "\"%s", "#%s", "\\%s", "0%s", "-%s", "{%s}"}) {
      write(good.replace('"' + secret + '"', String.format(around, secret)));
      IdentityException refused =
          assertThrows(IdentityException.class, () -> Identity.load(file, null), around);
      assertNothingShown(refused, secret, around);
    }
  }

  @Test
  void brokenFile_isReadOrRefusedInOneLine() throws IOException {
    int refused = 0;
    for (int number = 0; number < FILES; number++) {
      String which = "seed " + SEED + ", file " + number;
      write(broken());
      try {
        Identity loaded = Identity.load(file, null);
        assertEquals(alice.key(), loaded.key(), which);
      } catch (IdentityException e) {
        refused++;
        assertNothingShown(e, secret, which);
      } catch (RuntimeException e) {
        throw new AssertionError(which, e);
      }
    }
    assertTrue(refused > FILES / 2, "only " + refused + " were refused");
  }

  private String broken() {
    StringBuilder text = new StringBuilder(good);
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(text.length());
      switch (random.nextInt(4)) {
        case 0 -> text.deleteCharAt(at);
        case 1 -> text.insert(at, "\"{}[],:0-\\ \u0000#x".charAt(random.nextInt(14)));
        case 2 -> text.setCharAt(at, (char) (32 + random.nextInt(95)));
        default -> text.delete(at, Math.min(text.length(), at + random.nextInt(30)));
      }
    }
    return text.toString();
  }
}
