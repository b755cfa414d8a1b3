package org.peerroom.internal.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.agreement.X25519Agreement;
import org.bouncycastle.crypto.hpke.HPKEContext;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.X25519PublicKeyParameters;
import org.junit.jupiter.api.Test;

/** HPKE and X25519 against what others computed, and against the text of RFC 9180. */
class HpkeVectorsTest {

  private static final String BASE_MODE = "0";
  private static final String X25519_HKDF_SHA256 = "32";
  private static final String AES_256_GCM = "2";

  @Test
  void receive_agreesWithTheVectorsOfRfc9180() throws Exception {
    int vectors = 0;
    for (HpkeVector vector : hpkeVectors()) {
      if (vector.isOurSuite()) {
        assertReceives(vector);
        vectors++;
      }
    }
    assertEquals(1, vectors);
  }

  private static void assertReceives(HpkeVector vector) throws Exception {
    Hpke.Key key = Hpke.key(KemSuite.X25519, vector.bytes("skRm"));
    assertArrayEquals(vector.bytes("pkRm"), key.publicKey());
    HPKEContext context = key.receive(vector.bytes("enc"), vector.bytes("info"), null);
    int opened = 0;
    int exported = 0;
    for (Map<String, String> item : vector.items()) {
      if (item.containsKey("ct")) {
        byte[] plaintext =
            context.open(TestVectors.hex(item.get("aad")), TestVectors.hex(item.get("ct")));
        assertArrayEquals(TestVectors.hex(item.get("pt")), plaintext);
        opened++;
      } else {
        int size = Integer.parseInt(item.get("L"));
        assertArrayEquals(
            TestVectors.hex(item.get("exported_value")),
            context.export(TestVectors.hex(item.get("exporter_context")), size));
        exported++;
      }
    }
    assertEquals(257, opened);
    assertEquals(3, exported);
  }

  /**
   * No published vector has our suite in PSK mode: the key schedule is computed here once more from
   * RFC 9180, sections 4.1 and 5.1, and must come to the same pairwise key.
   */
  @Test
  void pskMode_followsTheKeyScheduleOfRfc9180() throws Exception {
    byte[] seed = Bits.seeded(32, 1);
    byte[] info = Bits.seeded(40, 2);
    byte[] psk = Bits.seeded(32, 3);
    PublicKeyCrypto crypto = ProviderCrypto.create();
    byte[] recipient = crypto.kemKey(KemSuite.X25519, seed).publicKey();
    Encapsulation sent = crypto.encapsulate(KemSuite.X25519, recipient, info, PreSharedKey.of(psk));

    byte[] dh = new byte[32];
    X25519Agreement agreement = new X25519Agreement();
    agreement.init(new X25519PrivateKeyParameters(seed));
    agreement.calculateAgreement(new X25519PublicKeyParameters(sent.encapsulation()), dh, 0);
    byte[] kemSuite = concat(ascii("KEM"), new byte[] {0, 0x20});
    byte[] eaePrk = labeledExtract(kemSuite, new byte[0], "eae_prk", dh);
    byte[] kemContext = concat(sent.encapsulation(), recipient);
    byte[] shared = labeledExpand(kemSuite, eaePrk, "shared_secret", kemContext, 32);

    byte[] suite = concat(ascii("HPKE"), new byte[] {0, 0x20, 0, 1, 0, 2});
    byte[] pskIdHash = labeledExtract(suite, new byte[0], "psk_id_hash", ascii("peerroom/1 psk"));
    byte[] infoHash = labeledExtract(suite, new byte[0], "info_hash", info);
    byte[] context = concat(new byte[] {1}, pskIdHash, infoHash);
    byte[] secret = labeledExtract(suite, shared, "secret", psk);
    byte[] exporter = labeledExpand(suite, secret, "exp", context, 32);
    byte[] expected = labeledExpand(suite, exporter, "sec", ascii("peerroom/1 pairwise key"), 32);

    byte[] sealed = sent.key().seal(0, new byte[0], new byte[10]);
    assertArrayEquals(new byte[10], PairwiseKey.of(expected).open(0, new byte[0], sealed));
  }

  /**
   * The agreement beneath both suites; a result of zeros is refused, any other is the published
   * one.
   */
  @Test
  void x25519_agreesWithWycheproof() {
    int zeros = 0;
    int checked = 0;
    for (var vector : TestVectors.wycheproof("x25519_test.json")) {
      X25519Agreement agreement = new X25519Agreement();
      agreement.init(new X25519PrivateKeyParameters(vector.bytes("private")));
      X25519PublicKeyParameters point = new X25519PublicKeyParameters(vector.bytes("public"));
      byte[] expected = vector.bytes("shared");
      byte[] shared = new byte[32];
      if (Arrays.equals(expected, shared)) {
        assertThrows(
            IllegalStateException.class,
            () -> agreement.calculateAgreement(point, shared, 0),
            vector::name);
        zeros++;
      } else {
        agreement.calculateAgreement(point, shared, 0);
        assertArrayEquals(expected, shared, vector::name);
      }
      checked++;
    }
    assertEquals(518, checked);
    assertEquals(31, zeros);
  }

  private static byte[] labeledExtract(byte[] suite, byte[] salt, String label, byte[] input) {
    return Hkdf.extract(salt, concat(ascii("HPKE-v1"), suite, ascii(label), input));
  }

  private static byte[] labeledExpand(
      byte[] suite, byte[] prk, String label, byte[] info, int size) {
    byte[] labeled =
        concat(new byte[] {0, (byte) size}, ascii("HPKE-v1"), suite, ascii(label), info);
    return Hkdf.expand(new SecretKeySpec(prk, "RAW"), labeled, size);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
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

  /**
   * The file is lines of {@code name = value}: a vector starts with its mode, an item at a comment,
   * items to the end.
   */
  private static List<HpkeVector> hpkeVectors() {
    List<HpkeVector> vectors = new ArrayList<>();
    Map<String, String> target = new HashMap<>();
    for (String line : TestVectors.lines("hpke/boringssl_hpke_test_vectors.txt")) {
      int equals = line.indexOf('=');
      if (line.startsWith("mode =")) {
        target = new HashMap<>();
        vectors.add(new HpkeVector(target, new ArrayList<>()));
      } else if (line.startsWith("#")) {
        target = new HashMap<>();
        vectors.get(vectors.size() - 1).items().add(target);
      }
      if (equals > 0) {
        target.put(line.substring(0, equals).trim(), line.substring(equals + 1).trim());
      }
    }
    return vectors;
  }

  private record HpkeVector(Map<String, String> fields, List<Map<String, String>> items) {

    boolean isOurSuite() {
      return BASE_MODE.equals(fields.get("mode"))
          && X25519_HKDF_SHA256.equals(fields.get("kem_id"))
          && "1".equals(fields.get("kdf_id"))
          && AES_256_GCM.equals(fields.get("aead_id"));
    }

    byte[] bytes(String field) {
      return TestVectors.hex(fields.get(field));
    }
  }
}
