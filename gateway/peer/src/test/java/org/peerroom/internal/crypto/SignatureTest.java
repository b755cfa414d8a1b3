package org.peerroom.internal.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Ed25519, by every provider: all of it must come out the same. */
@ParameterizedClass
@ValueSource(strings = {"bouncycastle", "jdk", "corretto"})
class SignatureTest {

  private static final byte[] SEED = Bits.seeded(32, 1);
  private static final byte[] MESSAGE = "one espresso".getBytes(StandardCharsets.UTF_8);

  private final PublicKeyCrypto crypto;

  SignatureTest(String provider) {
    this.crypto = Providers.crypto(provider);
  }

  /** RFC 8032, section 7.1, tests 1 to 3: they hold where the published vectors are missing too. */
  @Test
  void sign_givesTheExamplesOfItsRfc() {
    assertExample(
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
            + "d25bf5f0595bbe24655141438e7a100b");
    assertExample(
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
            + "387b2eaeb4302aeeb00d291612bb0c00");
    assertExample(
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
            + "4a7c15e9716ed28dc027beceea1ec40a");
  }

  private void assertExample(String seed, String publicKey, String message, String signature) {
    SigningKey key = crypto.signingKey(TestVectors.hex(seed));
    assertArrayEquals(TestVectors.hex(publicKey), key.publicKey());
    assertArrayEquals(TestVectors.hex(signature), key.sign(TestVectors.hex(message)));
    assertTrue(
        crypto.verify(key.publicKey(), TestVectors.hex(message), TestVectors.hex(signature)));
  }

  @Test
  void verify_agreesWithWycheproof() {
    int checked = 0;
    for (var vector : TestVectors.wycheproof("ed25519_test.json")) {
      byte[] publicKey = TestVectors.hex(vector.group().get("publicKey"), "pk");
      boolean accepted = crypto.verify(publicKey, vector.bytes("msg"), vector.bytes("sig"));
      assertEquals(vector.isValid(), accepted, vector::name);
      checked++;
    }
    assertEquals(151, checked);
  }

  /**
   * The accepted set, pinned by the edge cases of C2SP/CCTV: refused is what is not canonically
   * encoded or has a point of small order, accepted is everything else, whatever components of
   * small order remain. A provider without the cofactor would refuse 63 of these and accept 129
   * others. To change this number is to change the protocol.
   */
  @Test
  void verify_acceptsExactlyThePinnedEdgeCases() {
    int accepted = 0;
    for (JsonNode vector : TestVectors.json("cctv-ed25519/ed25519vectors.json")) {
      Set<String> flags = new HashSet<>();
      vector.get("flags").forEach(flag -> flags.add(flag.asText()));
      boolean expected =
          !flags.contains("low_order_A")
              && !flags.contains("low_order_R")
              && !flags.contains("non_canonical_A")
              && !flags.contains("non_canonical_R");
      byte[] message = vector.get("msg").asText().getBytes(StandardCharsets.UTF_8);
      boolean actual =
          crypto.verify(TestVectors.hex(vector, "key"), message, TestVectors.hex(vector, "sig"));
      assertEquals(expected, actual, () -> "edge case " + vector.get("number") + " " + flags);
      accepted += actual ? 1 : 0;
    }
    assertEquals(106, accepted);
  }

  /** What no signature of it is ever accepted for is no key to begin with. */
  @Test
  void isPossibleKey_agreesWithThePinnedEdgeCases() {
    int possible = 0;
    for (JsonNode vector : TestVectors.json("cctv-ed25519/ed25519vectors.json")) {
      Set<String> flags = new HashSet<>();
      vector.get("flags").forEach(flag -> flags.add(flag.asText()));
      boolean expected = !flags.contains("low_order_A") && !flags.contains("non_canonical_A");
      boolean actual = ProviderCrypto.isPossibleKey(TestVectors.hex(vector, "key"));
      assertEquals(expected, actual, () -> "edge case " + vector.get("number") + " " + flags);
      possible += actual ? 1 : 0;
    }
    assertTrue(possible > 0);
    assertFalse(ProviderCrypto.isPossibleKey(new byte[31]));
    assertFalse(ProviderCrypto.isPossibleKey(new byte[33]));
    assertTrue(ProviderCrypto.isPossibleKey(crypto.signingKey(SEED).publicKey()));
  }

  @Test
  void verify_refusesEveryFlippedBit() {
    SigningKey key = crypto.signingKey(SEED);
    byte[] signature = key.sign(MESSAGE);
    byte[] publicKey = key.publicKey();
    for (int bit = 0; bit < 8 * signature.length; bit++) {
      assertFalse(crypto.verify(publicKey, MESSAGE, Bits.flipped(signature, bit)), "bit " + bit);
    }
    for (int bit = 0; bit < 8 * publicKey.length; bit++) {
      assertFalse(
          crypto.verify(Bits.flipped(publicKey, bit), MESSAGE, signature),
          "bit " + bit + " of the key");
    }
    for (int bit = 0; bit < 8 * MESSAGE.length; bit++) {
      assertFalse(
          crypto.verify(publicKey, Bits.flipped(MESSAGE, bit), signature),
          "bit " + bit + " of the message");
    }
  }

  @Test
  void verify_refusesEveryOtherSizeWithoutThrowing() {
    SigningKey key = crypto.signingKey(SEED);
    byte[] signature = key.sign(MESSAGE);
    for (int size = 0; size <= 130; size++) {
      if (size != signature.length) {
        assertFalse(
            crypto.verify(key.publicKey(), MESSAGE, Arrays.copyOf(signature, size)),
            size + " bytes");
      }
      if (size != key.publicKey().length) {
        assertFalse(
            crypto.verify(Arrays.copyOf(key.publicKey(), size), MESSAGE, signature),
            size + " bytes");
      }
    }
  }

  @Test
  void verify_refusesRandomBytesWithoutThrowing() {
    SigningKey key = crypto.signingKey(SEED);
    for (int i = 0; i < 500; i++) {
      assertFalse(crypto.verify(Bits.seeded(32, i), MESSAGE, Bits.seeded(64, -i)));
      assertFalse(crypto.verify(key.publicKey(), MESSAGE, Bits.seeded(64, i)));
      assertFalse(crypto.verify(Bits.filled(32, i), MESSAGE, Bits.filled(64, i)));
    }
  }

  /**
   * The same signature with the order of the group added to its scalar: valid to those who do not
   * look.
   */
  @Test
  void verify_refusesAScalarThatIsNotReduced() {
    SigningKey key = crypto.signingKey(SEED);
    byte[] signature = key.sign(MESSAGE);
    byte[] order =
        TestVectors.hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    int carry = 0;
    for (int i = 0; i < 32; i++) {
      int sum = (signature[32 + i] & 0xff) + (order[i] & 0xff) + carry;
      signature[32 + i] = (byte) sum;
      carry = sum >> 8;
    }
    assertFalse(crypto.verify(key.publicKey(), MESSAGE, signature));
  }

  @Test
  void signatures_areTheSameByEveryProviderAndHoldThere() {
    PublicKeyCrypto reference = Providers.crypto("bouncycastle");
    for (int size : new int[] {0, 1, 63, 64, 65, 1000, 65536}) {
      byte[] message = Bits.seeded(size, size);
      byte[] seed = Bits.seeded(32, size);
      byte[] signature = crypto.signingKey(seed).sign(message);
      assertArrayEquals(reference.signingKey(seed).sign(message), signature);
      assertTrue(crypto.verify(reference.signingKey(seed).publicKey(), message, signature));
    }
  }

  @Test
  void signingKey_signsAgainAndAgain() {
    SigningKey key = crypto.signingKey(SEED);
    byte[] first = key.sign(MESSAGE);
    key.sign(new byte[100]);
    assertArrayEquals(first, key.sign(MESSAGE));
  }

  @Test
  void signingKey_leavesTheCallersBytesAlone() {
    byte[] seed = SEED.clone();
    SigningKey key = crypto.signingKey(seed);
    byte[] signature = key.sign(MESSAGE);
    assertArrayEquals(SEED, seed);
    Arrays.fill(seed, (byte) 0);
    key.publicKey()[0] ^= 1;
    assertArrayEquals(signature, key.sign(MESSAGE));
    assertTrue(crypto.verify(key.publicKey(), MESSAGE, signature));
  }

  @Test
  void signingKey_failsWithASeedOfAnotherSize() {
    for (int size : new int[] {0, 31, 33, 64}) {
      assertThrows(IllegalArgumentException.class, () -> crypto.signingKey(new byte[size]));
    }
  }

  @Test
  void signingKey_refusesToSignOnceDestroyed() {
    SigningKey key = crypto.signingKey(SEED);
    byte[] publicKey = key.publicKey();
    key.destroy();
    key.destroy();
    assertThrows(IllegalStateException.class, () -> key.sign(MESSAGE));
    assertArrayEquals(publicKey, key.publicKey());
  }

  @Test
  void signingKey_printsAndComparesNothing() {
    assertEquals("SigningKey[redacted]", crypto.signingKey(SEED).toString());
    assertNotEquals(crypto.signingKey(SEED), crypto.signingKey(SEED));
  }
}
