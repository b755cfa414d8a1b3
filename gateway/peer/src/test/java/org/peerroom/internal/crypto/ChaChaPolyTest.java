package org.peerroom.internal.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ChaChaPolyTest {

  /** RFC 8439, section 2.8.2: holds where the published vectors are missing too. */
  @Test
  void seal_givesTheExampleOfItsRfc() {
    byte[] plaintext =
        ("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the"
                + " future, sunscreen would be it.")
            .getBytes(StandardCharsets.US_ASCII);
    byte[] sealed =
        sealed(
            TestVectors.hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"),
            TestVectors.hex("070000004041424344454647"),
            TestVectors.hex("50515253c0c1c2c3c4c5c6c7"),
            plaintext);
    assertArrayEquals(
        TestVectors.hex(
            "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6"
                + "3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36"
                + "92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc"
                + "3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd060"
                + "0691"),
        sealed);
  }

  @Test
  void chaChaPoly_agreesWithWycheproof() throws CryptoException {
    int valid = 0;
    int invalid = 0;
    for (var vector : TestVectors.wycheproof("chacha20_poly1305_test.json")) {
      if (vector.group().get("ivSize").asInt() != 8 * ChaChaPoly.NONCE_SIZE) {
        continue;
      }
      byte[] key = vector.bytes("key");
      byte[] nonce = vector.bytes("iv");
      byte[] aad = vector.bytes("aad");
      byte[] plaintext = vector.bytes("msg");
      byte[] sealed = concat(vector.bytes("ct"), vector.bytes("tag"));
      if (vector.isValid()) {
        assertArrayEquals(sealed, sealed(key, nonce, aad, plaintext), vector::name);
        assertArrayEquals(plaintext, opened(key, nonce, aad, sealed), vector::name);
        valid++;
      } else {
        assertThrows(CryptoException.class, () -> opened(key, nonce, aad, sealed), vector::name);
        invalid++;
      }
    }
    assertEquals(256, valid);
    assertEquals(60, invalid);
  }

  @Test
  void open_failsWithTooFewBytes() {
    for (int size = 0; size < ChaChaPoly.TAG_SIZE; size++) {
      byte[] tooFew = new byte[size];
      assertThrows(
          CryptoException.class,
          () -> opened(new byte[32], new byte[ChaChaPoly.NONCE_SIZE], new byte[0], tooFew));
    }
  }

  /** With bytes before and behind, which must stay as they are. */
  private static byte[] sealed(byte[] key, byte[] nonce, byte[] aad, byte[] plaintext) {
    int size = plaintext.length + ChaChaPoly.TAG_SIZE;
    byte[] out = new byte[size + 5];
    Arrays.fill(out, (byte) 7);
    ChaChaPoly.seal(KeyMaterial.copyOf("key", key), nonce, aad, plaintext, out, 3);
    assertArrayEquals(new byte[] {7, 7, 7}, Arrays.copyOf(out, 3));
    assertArrayEquals(new byte[] {7, 7}, Arrays.copyOfRange(out, size + 3, size + 5));
    return Arrays.copyOfRange(out, 3, size + 3);
  }

  private static byte[] opened(byte[] key, byte[] nonce, byte[] aad, byte[] sealed)
      throws CryptoException {
    byte[] bytes = concat(new byte[2], sealed, new byte[1]);
    return ChaChaPoly.open(
        KeyMaterial.copyOf("key", key), nonce, aad, bytes, 2, sealed.length, "a vector");
  }

  private static byte[] concat(byte[]... parts) {
    byte[] all = {};
    for (byte[] part : parts) {
      int at = all.length;
      all = Arrays.copyOf(all, at + part.length);
      System.arraycopy(part, 0, all, at, part.length);
    }
    return all;
  }
}
