package org.peerroom.internal.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Key agreement, through the same calls that a peer makes. */
class HpkeTest {

  private static final byte[] INFO = Bits.seeded(32, 1);
  private static final byte[] AAD = {1};
  private static final byte[] NOTE = Bits.seeded(48, 2);

  private final PublicKeyCrypto crypto = ProviderCrypto.create();

  /** One key seals for several comparisons, each under the next counter. */
  private long counter = 10;

  @ParameterizedTest
  @EnumSource
  void decapsulate_comesToTheSameKey(KemSuite suite) throws CryptoException {
    KemKey key = crypto.kemKey(suite, Bits.seeded(32, 3));
    assertEquals(suite, key.suite());
    assertEquals(suite.publicKeySize(), key.publicKey().length);
    for (PreSharedKey psk : new @Nullable PreSharedKey[] {null, psk(1)}) {
      Encapsulation sent = crypto.encapsulate(suite, key.publicKey(), INFO, psk);
      assertEquals(suite.encapsulationSize(), sent.encapsulation().length);
      assertAgree(sent, key.decapsulate(sent.encapsulation(), INFO, psk));
    }
  }

  @ParameterizedTest
  @EnumSource
  void encapsulate_isFreshEachTime(KemSuite suite) throws CryptoException {
    KemKey key = crypto.kemKey(suite, Bits.seeded(32, 3));
    Encapsulation first = crypto.encapsulate(suite, key.publicKey(), INFO, null);
    Encapsulation second = crypto.encapsulate(suite, key.publicKey(), INFO, null);
    assertFalse(Arrays.equals(first.encapsulation(), second.encapsulation()));
    assertDiffer(first, key.decapsulate(second.encapsulation(), INFO, null));
  }

  @ParameterizedTest
  @EnumSource
  void decapsulate_comesToAnotherKeyWithAnotherPskOrNone(KemSuite suite) throws CryptoException {
    KemKey key = crypto.kemKey(suite, Bits.seeded(32, 3));
    Encapsulation withSecret = crypto.encapsulate(suite, key.publicKey(), INFO, psk(1));
    assertDiffer(withSecret, key.decapsulate(withSecret.encapsulation(), INFO, psk(2)));
    assertDiffer(withSecret, key.decapsulate(withSecret.encapsulation(), INFO, null));
    Encapsulation without = crypto.encapsulate(suite, key.publicKey(), INFO, null);
    assertDiffer(without, key.decapsulate(without.encapsulation(), INFO, psk(1)));
  }

  @ParameterizedTest
  @EnumSource
  void decapsulate_comesToAnotherKeyWithAnotherInfoOrRecipient(KemSuite suite)
      throws CryptoException {
    KemKey key = crypto.kemKey(suite, Bits.seeded(32, 3));
    KemKey other = crypto.kemKey(suite, Bits.seeded(32, 4));
    Encapsulation sent = crypto.encapsulate(suite, key.publicKey(), INFO, null);
    assertDiffer(sent, key.decapsulate(sent.encapsulation(), Bits.flipped(INFO, 0), null));
    assertDiffer(sent, key.decapsulate(sent.encapsulation(), new byte[0], null));
    assertDiffer(sent, other.decapsulate(sent.encapsulation(), INFO, null));
  }

  /** One bit of every byte; either the encapsulation is refused or the keys differ. */
  @ParameterizedTest
  @EnumSource
  void decapsulate_refusesEveryAlteredByte(KemSuite suite) throws CryptoException {
    KemKey key = crypto.kemKey(suite, Bits.seeded(32, 3));
    Encapsulation sent = crypto.encapsulate(suite, key.publicKey(), INFO, null);
    byte[] sealed = sent.key().seal(0, AAD, NOTE);
    for (int i = 0; i < suite.encapsulationSize(); i++) {
      byte[] altered = Bits.flipped(sent.encapsulation(), 8 * i + i % 8);
      assertThrows(
          CryptoException.class,
          () -> key.decapsulate(altered, INFO, null).open(0, AAD, sealed),
          "byte " + i);
    }
  }

  @ParameterizedTest
  @EnumSource
  void decapsulate_failsWithAnotherSize(KemSuite suite) {
    KemKey key = crypto.kemKey(suite, Bits.seeded(32, 3));
    for (int size :
        new int[] {0, 1, suite.encapsulationSize() - 1, suite.encapsulationSize() + 1}) {
      var refusal =
          assertThrows(CryptoException.class, () -> key.decapsulate(new byte[size], INFO, null));
      assertTrue(
          refusal
              .getMessage()
              .contains("has " + suite.encapsulationSize() + " bytes, not " + size));
    }
  }

  @ParameterizedTest
  @EnumSource
  void encapsulate_failsWithAnotherSize(KemSuite suite) {
    for (int size : new int[] {0, 1, suite.publicKeySize() - 1, suite.publicKeySize() + 1}) {
      var refusal =
          assertThrows(
              CryptoException.class, () -> crypto.encapsulate(suite, new byte[size], INFO, null));
      assertTrue(
          refusal.getMessage().contains("has " + suite.publicKeySize() + " bytes, not " + size));
    }
  }

  /**
   * Points of small order make the X25519 result zero, whatever the private key (RFC 7748, section
   * 6.1).
   */
  @ParameterizedTest
  @EnumSource
  void agreement_refusesAnX25519ResultOfZeros(KemSuite suite) throws CryptoException {
    KemKey key = crypto.kemKey(suite, Bits.seeded(32, 3));
    byte[] encapsulation = crypto.encapsulate(suite, key.publicKey(), INFO, null).encapsulation();
    for (String point :
        new String[] {
          "0000000000000000000000000000000000000000000000000000000000000000",
          "0100000000000000000000000000000000000000000000000000000000000000",
          "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
          "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
          "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
          "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
          "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
        }) {
      byte[] badKey = withX25519(key.publicKey(), point);
      byte[] badEncapsulation = withX25519(encapsulation, point);
      assertThrows(
          CryptoException.class, () -> crypto.encapsulate(suite, badKey, INFO, null), point);
      assertThrows(
          CryptoException.class, () -> key.decapsulate(badEncapsulation, INFO, null), point);
    }
  }

  /** In both suites X25519 comes last. */
  private static byte[] withX25519(byte[] bytes, String point) {
    byte[] changed = bytes.clone();
    System.arraycopy(TestVectors.hex(point), 0, changed, changed.length - 32, 32);
    return changed;
  }

  /** FIPS 203, section 7.2: an encapsulation key whose coefficients are not reduced is refused. */
  @Test
  void encapsulate_refusesAnUnreducedMlKemKey() {
    byte[] publicKey = crypto.kemKey(KemSuite.X_WING, Bits.seeded(32, 3)).publicKey();
    publicKey[0] = (byte) 0xff;
    publicKey[1] = (byte) 0xff;
    assertThrows(
        CryptoException.class, () -> crypto.encapsulate(KemSuite.X_WING, publicKey, INFO, null));
  }

  @ParameterizedTest
  @EnumSource
  void kemKey_isTheSameForTheSameSeed(KemSuite suite) throws CryptoException {
    byte[] seed = Bits.seeded(32, 5);
    KemKey key = crypto.kemKey(suite, seed);
    assertArrayEquals(Bits.seeded(32, 5), seed);
    Encapsulation sent = crypto.encapsulate(suite, key.publicKey(), INFO, null);
    Arrays.fill(seed, (byte) 0);
    key.publicKey()[0] ^= 1;
    KemKey again = crypto.kemKey(suite, Bits.seeded(32, 5));
    assertArrayEquals(again.publicKey(), key.publicKey());
    assertAgree(sent, again.decapsulate(sent.encapsulation(), INFO, null));
  }

  /**
   * The X-Wing test vector of draft-ietf-hpke-pq with this private key has the public key with this
   * SHA-256.
   */
  @Test
  void kemKey_givesThePublicKeyOfTheXWingVector() throws Exception {
    byte[] seed =
        TestVectors.hex("b3f98b03126a431ccecc62ae0f68e102c2d8e1cc7b21ba85d821d8e31761e0f8");
    byte[] publicKey = crypto.kemKey(KemSuite.X_WING, seed).publicKey();
    assertArrayEquals(
        TestVectors.hex("120b60e0ae3c00c1c9def1c61aeb12de710bfa49646ae6f99a7e564b25ace493"),
        MessageDigest.getInstance("SHA-256").digest(publicKey));
  }

  @ParameterizedTest
  @EnumSource
  void kemKey_failsWithASeedOfAnotherSize(KemSuite suite) {
    for (int size : new int[] {0, 31, 33, 64}) {
      assertThrows(IllegalArgumentException.class, () -> crypto.kemKey(suite, new byte[size]));
    }
  }

  @ParameterizedTest
  @EnumSource
  void kemKey_refusesToWorkOnceDestroyed(KemSuite suite) throws CryptoException {
    KemKey key = crypto.kemKey(suite, Bits.seeded(32, 3));
    byte[] sent = crypto.encapsulate(suite, key.publicKey(), INFO, null).encapsulation();
    key.destroy();
    key.destroy();
    assertThrows(IllegalStateException.class, () -> key.decapsulate(sent, INFO, null));
    assertEquals(suite.publicKeySize(), key.publicKey().length);
  }

  @Test
  void agreement_refusesADestroyedPsk() {
    KemKey key = crypto.kemKey(KemSuite.X25519, Bits.seeded(32, 3));
    PreSharedKey psk = psk(1);
    psk.destroy();
    assertThrows(
        IllegalStateException.class,
        () -> crypto.encapsulate(KemSuite.X25519, key.publicKey(), INFO, psk));
    assertThrows(IllegalStateException.class, () -> key.decapsulate(new byte[32], INFO, psk));
  }

  @ParameterizedTest
  @EnumSource
  void secrets_arePrintedNowhere(KemSuite suite) throws CryptoException {
    KemKey key = crypto.kemKey(suite, Bits.seeded(32, 3));
    assertEquals("KemKey[" + suite + ", redacted]", key.toString());
    String sent = crypto.encapsulate(suite, key.publicKey(), INFO, null).toString();
    assertEquals("Encapsulation[" + suite.encapsulationSize() + " bytes, key redacted]", sent);
  }

  @ParameterizedTest
  @EnumSource
  void suite_isFoundByItsCode(KemSuite suite) {
    assertEquals(suite, KemSuite.ofCode(suite.code()));
  }

  @Test
  void suite_failsWithAnUnknownCode() {
    for (int code : new int[] {-1, 0, 3, 255}) {
      assertThrows(IllegalArgumentException.class, () -> KemSuite.ofCode(code));
    }
  }

  private static PreSharedKey psk(int value) {
    return PreSharedKey.of(Bits.filled(32, value));
  }

  private static void assertAgree(Encapsulation sent, PairwiseKey received) throws CryptoException {
    assertArrayEquals(NOTE, received.open(3, AAD, sent.key().seal(3, AAD, NOTE)));
  }

  private void assertDiffer(Encapsulation sent, PairwiseKey received) {
    counter++;
    byte[] sealed = sent.key().seal(counter, AAD, NOTE);
    assertThrows(CryptoException.class, () -> received.open(counter, AAD, sealed));
  }
}
