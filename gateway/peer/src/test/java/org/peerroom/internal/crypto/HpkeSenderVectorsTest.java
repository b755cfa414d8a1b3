package org.peerroom.internal.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.digests.SHAKEDigest;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.hpke.HPKEContext;
import org.bouncycastle.crypto.hpke.HPKEContextWithEncapsulation;
import org.junit.jupiter.api.Test;

/**
 * The sender's side of HPKE, which is random in the product: with the ephemeral key of a vector the
 * library must come to the vector's encapsulation, ciphertexts and exports.
 */
class HpkeSenderVectorsTest {

  private static final int DRAWS = 1000;

  /**
   * Seals, opens and exports a thousand times what a SHAKE128 of nothing says, and compares a
   * digest of all: so the vectors come, to be small.
   */
  @Test
  void send_agreesWithTheAccumulatedVectorsOfRfc9180() throws Exception {
    int vectors = 0;
    for (JsonNode vector : TestVectors.json("hpke/go_rfc9180_accumulated.json")) {
      if (isOurSuite(vector)) {
        assertAccumulates(vector);
        vectors++;
      }
    }
    assertEquals(1, vectors);
  }

  private static boolean isOurSuite(JsonNode vector) {
    return vector.get("mode").asInt() == HPKE.mode_base
        && vector.get("kem_id").asInt() == HPKE.kem_X25519_SHA256
        && vector.get("kdf_id").asInt() == HPKE.kdf_HKDF_SHA256
        && vector.get("aead_id").asInt() == HPKE.aead_AES_GCM256;
  }

  private static void assertAccumulates(JsonNode vector) throws Exception {
    byte[] info = TestVectors.hex(vector, "info");
    byte[] encapsulation = TestVectors.hex(vector, "enc");
    HPKE hpke =
        new HPKE(
            HPKE.mode_base, HPKE.kem_X25519_SHA256, HPKE.kdf_HKDF_SHA256, HPKE.aead_AES_GCM256);
    AsymmetricCipherKeyPair ephemeral = hpke.deriveKeyPair(TestVectors.hex(vector, "ikmE"));
    HPKEContextWithEncapsulation sender =
        hpke.setupBaseS(
            hpke.deserializePublicKey(TestVectors.hex(vector, "pkRm")), info, ephemeral);
    assertArrayEquals(encapsulation, sender.getEncapsulation());
    HPKEContext receiver =
        Hpke.key(KemSuite.X25519, TestVectors.hex(vector, "skRm"))
            .receive(encapsulation, info, null);
    assertEquals(vector.get("encryptions_accumulated").asText(), sealed(sender, receiver));
    assertEquals(vector.get("exports_accumulated").asText(), exported(sender, receiver));
  }

  private static String sealed(HPKEContext sender, HPKEContext receiver)
      throws InvalidCipherTextException {
    SHAKEDigest source = new SHAKEDigest(128);
    SHAKEDigest sink = new SHAKEDigest(128);
    for (int i = 0; i < DRAWS; i++) {
      byte[] aad = draw(source);
      byte[] plaintext = draw(source);
      byte[] ciphertext = sender.seal(aad, plaintext);
      sink.update(ciphertext, 0, ciphertext.length);
      assertArrayEquals(plaintext, receiver.open(aad, ciphertext));
    }
    return digest(sink);
  }

  private static String exported(HPKEContext sender, HPKEContext receiver) {
    SHAKEDigest source = new SHAKEDigest(128);
    SHAKEDigest sink = new SHAKEDigest(128);
    for (int size = 0; size < DRAWS; size++) {
      byte[] context = draw(source);
      byte[] value = sender.export(context, size);
      sink.update(value, 0, value.length);
      assertArrayEquals(value, receiver.export(context, size));
    }
    return digest(sink);
  }

  /** As many bytes as the next byte says. */
  private static byte[] draw(SHAKEDigest source) {
    byte[] size = new byte[1];
    source.doOutput(size, 0, 1);
    byte[] drawn = new byte[size[0] & 0xff];
    source.doOutput(drawn, 0, drawn.length);
    return drawn;
  }

  private static String digest(SHAKEDigest sink) {
    byte[] digest = new byte[16];
    sink.doOutput(digest, 0, digest.length);
    return HexFormat.of().formatHex(digest);
  }

  /**
   * RFC 9180, appendix A.1.2: the only published vectors in PSK mode have AES-128-GCM, so that they
   * are checked on the library itself; mode and key schedule are those of our suite.
   */
  @Test
  void pskMode_agreesWithRfc9180() throws Exception {
    HPKE hpke =
        new HPKE(HPKE.mode_psk, HPKE.kem_X25519_SHA256, HPKE.kdf_HKDF_SHA256, HPKE.aead_AES_GCM128);
    AsymmetricCipherKeyPair recipient =
        hpke.deserializePrivateKey(
            TestVectors.hex("c5eb01eb457fe6c6f57577c5413b931550a162c71a03ac8d196babbd4e5ce0fd"),
            null);
    HPKEContext context =
        hpke.setupPSKR(
            TestVectors.hex("0ad0950d9fb9588e59690b74f1237ecdf1d775cd60be2eca57af5a4b0471c91b"),
            recipient,
            ascii("Ode on a Grecian Urn"),
            TestVectors.hex("0247fd33b913760fa1fa51e1892d9f307fbe65eb171e8132c2af18555a738b82"),
            ascii("Ennyn Durin aran Moria"));
    assertExports(context, "", "dff17af354c8b41673567db6259fd6029967b4e1aad13023c2ae5df8f4f43bf6");
    assertExports(
        context, "00", "6a847261d8207fe596befb52928463881ab493da345b10e1dcc645e3b94e2d95");
    assertExports(
        context,
        "54657374436f6e74657874",
        "8aff52b45a1be3a734bc7a41e20b4e055ad4c4d22104b0c20285a7c4302401cd");
    byte[] plaintext =
        context.open(
            ascii("Count-0"),
            TestVectors.hex(
                "e52c6fed7f758d0cf7145689f21bc1be6ec9ea097fef4e959440012f4feb73fb611b946199e681f4cfc34db8ea"));
    assertArrayEquals(ascii("Beauty is truth, truth beauty"), plaintext);
  }

  private static void assertExports(HPKEContext context, String exporterContext, String value) {
    assertArrayEquals(TestVectors.hex(value), context.export(TestVectors.hex(exporterContext), 32));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
