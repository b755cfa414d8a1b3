package org.peerroom.internal.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Secrets under a passphrase: what opens them, and what does not. */
class PassphraseSealTest {

  private static final byte[] SECRET = HexFormat.of().parseHex("01".repeat(32));
  private static final byte[] SALT = HexFormat.of().parseHex("02".repeat(16));
  private static final byte[] CONTEXT = "context".getBytes(StandardCharsets.UTF_8);
  private static final char[] PASSPHRASE = "correct horse".toCharArray();
  private static final byte[] SEALED = PassphraseSeal.seal(SECRET, PASSPHRASE, SALT, CONTEXT);

  @Test
  void open_givesWhatWasSealed() throws CryptoException {
    assertEquals(48, SEALED.length);
    assertArrayEquals(SECRET, PassphraseSeal.open(SEALED, PASSPHRASE, SALT, CONTEXT));
  }

  @Test
  void open_failsWithAnythingElse() {
    byte[] salt = SALT.clone();
    salt[15] ^= 1;
    byte[] sealed = SEALED.clone();
    sealed[0] ^= 1;
    char[] passphrase = "correct horsf".toCharArray();
    assertThrows(
        CryptoException.class, () -> PassphraseSeal.open(SEALED, passphrase, SALT, CONTEXT));
    assertThrows(
        CryptoException.class, () -> PassphraseSeal.open(SEALED, PASSPHRASE, salt, CONTEXT));
    assertThrows(
        CryptoException.class, () -> PassphraseSeal.open(sealed, PASSPHRASE, SALT, CONTEXT));
    assertThrows(
        CryptoException.class, () -> PassphraseSeal.open(SEALED, PASSPHRASE, SALT, new byte[0]));
  }

  @Test
  void seal_failsWithoutPassphraseOrSalt() {
    assertThrows(
        IllegalArgumentException.class,
        () -> PassphraseSeal.seal(SECRET, new char[0], SALT, CONTEXT));
    assertThrows(
        IllegalArgumentException.class,
        () -> PassphraseSeal.seal(SECRET, PASSPHRASE, new byte[15], CONTEXT));
  }
}
