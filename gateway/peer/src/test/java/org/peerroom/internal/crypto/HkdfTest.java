package org.peerroom.internal.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class HkdfTest {

  /** RFC 5869, appendix A.1: holds where the published vectors are missing too. */
  @Test
  void hkdf_givesTheFirstExampleOfItsRfc() {
    byte[] prk = Hkdf.extract(TestVectors.hex("000102030405060708090a0b0c"), Bits.filled(22, 0x0b));
    assertArrayEquals(
        TestVectors.hex("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"), prk);
    assertArrayEquals(
        TestVectors.hex(
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"),
        Hkdf.expand(raw(prk), TestVectors.hex("f0f1f2f3f4f5f6f7f8f9"), 42));
  }

  @Test
  void hkdf_agreesWithWycheproof() {
    int checked = 0;
    for (var vector : TestVectors.wycheproof("hkdf_sha256_test.json")) {
      SecretKey prk = raw(Hkdf.extract(vector.bytes("salt"), vector.bytes("ikm")));
      int size = vector.test().get("size").asInt();
      if (vector.isValid()) {
        assertArrayEquals(
            vector.bytes("okm"), Hkdf.expand(prk, vector.bytes("info"), size), vector::name);
      } else {
        assertThrows(
            IllegalArgumentException.class,
            () -> Hkdf.expand(prk, vector.bytes("info"), size),
            vector::name);
      }
      checked++;
    }
    assertEquals(86, checked);
  }

  /** HKDF-Extract is HMAC with the salt as key. */
  @Test
  void extract_agreesWithWycheproofsHmac() {
    int checked = 0;
    for (var vector : TestVectors.wycheproof("hmac_sha256_test.json")) {
      int tagSize = vector.group().get("tagSize").asInt() / 8;
      byte[] tag = Arrays.copyOf(Hkdf.extract(vector.bytes("key"), vector.bytes("msg")), tagSize);
      assertEquals(vector.isValid(), Arrays.equals(vector.bytes("tag"), tag), vector::name);
      checked++;
    }
    assertEquals(174, checked);
  }

  @Test
  void expand_separatesLabelFromContext() {
    SecretKey key = raw(Bits.filled(32, 1));
    assertFalse(
        Arrays.equals(
            Hkdf.expand(key, "peerroom/1 a", new byte[] {'b'}, 32),
            Hkdf.expand(key, "peerroom/1 ab", new byte[0], 32)));
  }

  private static SecretKey raw(byte[] key) {
    return new SecretKeySpec(key, "RAW");
  }
}
