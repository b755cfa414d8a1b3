package org.peerroom.internal.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class AesGcmTest {

  private static final byte[] NO_BYTES = {};

  /**
   * Test case 14 of the GCM specification by McGrew and Viega: holds where the published vectors
   * are missing too.
   */
  @Test
  void seal_givesACiphertextOfTheSpecification() {
    KeyMaterial key = KeyMaterial.copyOf("key", new byte[32]);
    byte[] sealed = AesGcm.seal(key, new byte[12], NO_BYTES, new byte[16], 0, 16);
    assertArrayEquals(
        TestVectors.hex("cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"),
        sealed);
  }

  @Test
  void aesGcm_agreesWithWycheproof() throws CryptoException {
    int valid = 0;
    int invalid = 0;
    for (var vector : TestVectors.wycheproof("aes_gcm_test.json")) {
      if (vector.group().get("ivSize").asInt() != 96
          || vector.group().get("keySize").asInt() != 256) {
        continue;
      }
      KeyMaterial key = KeyMaterial.copyOf("key", vector.bytes("key"));
      byte[] nonce = vector.bytes("iv");
      byte[] aad = vector.bytes("aad");
      byte[] plaintext = vector.bytes("msg");
      byte[] sealed = concat(vector.bytes("ct"), vector.bytes("tag"));
      if (vector.isValid()) {
        assertArrayEquals(
            sealed, AesGcm.seal(key, nonce, aad, plaintext, 0, plaintext.length), vector::name);
        assertArrayEquals(
            plaintext, AesGcm.open(key, nonce, aad, sealed, "a vector"), vector::name);
        valid++;
      } else {
        assertThrows(
            CryptoException.class,
            () -> AesGcm.open(key, nonce, aad, sealed, "a vector"),
            vector::name);
        invalid++;
      }
    }
    assertEquals(39, valid);
    assertEquals(27, invalid);
  }

  @Test
  void seal_takesAPartOfAnArray() throws CryptoException {
    KeyMaterial key = KeyMaterial.copyOf("key", Bits.filled(32, 9));
    byte[] array = Bits.seeded(100, 1);
    byte[] sealed = AesGcm.seal(key, new byte[12], NO_BYTES, array, 10, 50);
    assertArrayEquals(
        Arrays.copyOfRange(array, 10, 60),
        AesGcm.open(key, new byte[12], NO_BYTES, sealed, "a part"));
  }

  /**
   * Two simulated runs with one seed seal the same bytes under the same key, one after the other on
   * one thread.
   */
  @Test
  void seal_canBeReplayedWithTheSameKeyAndNonce() {
    byte[] plaintext = Bits.seeded(40, 2);
    byte[] first =
        AesGcm.seal(
            KeyMaterial.copyOf("key", Bits.filled(32, 9)),
            new byte[12],
            NO_BYTES,
            plaintext,
            0,
            40);
    byte[] second =
        AesGcm.seal(
            KeyMaterial.copyOf("key", Bits.filled(32, 9)),
            new byte[12],
            NO_BYTES,
            plaintext,
            0,
            40);
    assertArrayEquals(first, second);
  }

  @Test
  void open_failsWithTooFewBytes() {
    KeyMaterial key = KeyMaterial.copyOf("key", new byte[32]);
    for (int size = 0; size < AesGcm.TAG_SIZE; size++) {
      byte[] tooFew = new byte[size];
      assertThrows(
          CryptoException.class, () -> AesGcm.open(key, new byte[12], NO_BYTES, tooFew, "a note"));
    }
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }
}
