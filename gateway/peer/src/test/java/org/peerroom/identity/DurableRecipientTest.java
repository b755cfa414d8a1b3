package org.peerroom.identity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.peerroom.identity.Acme.NOW;
import static org.peerroom.identity.Acme.assertRefuses;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.peerroom.identity.Refusal.Reason;
import org.peerroom.internal.crypto.Encapsulation;
import org.peerroom.internal.crypto.KemKey;
import org.peerroom.internal.crypto.KemSuite;

/** Who is to be sealed to while it is away: what it signs, and what is taken for that. */
class DurableRecipientTest {

  private static final Identity ANN = Acme.identity("Ann", 2);
  private static final byte[] KEM = ANN.recipient(NOW).kemKey();
  private static final String HEADER = "{\"alg\":\"EdDSA\",\"typ\":\"peerroom-recipient+jwt\"}";
  private static final String PAYLOAD = payload(CanonicalBase64.encode(KEM));

  private static String payload(String kem) {
    return "{\"iss\":\"" + ANN.key() + "\",\"sub\":\"Ann\",\"iat\":1000,\"kem\":\"" + kem + "\"}";
  }

  private static void assertKemRefused(UnaryOperator<byte[]> change) {
    String payload = payload(CanonicalBase64.encode(change.apply(KEM.clone())));
    assertRefuses(Reason.MALFORMED, () -> DurableRecipient.parse(Acme.forge(HEADER, payload, 2)));
  }

  @Test
  void recipient_isReadAsItWasSigned() throws RefusedException {
    DurableRecipient made = ANN.recipient(NOW.plusMillis(700));
    DurableRecipient read = DurableRecipient.parse(made.text());
    assertEquals("Ann", read.name());
    assertEquals(ANN.key(), read.key());
    assertEquals(NOW, read.issuedAt());
    assertArrayEquals(KEM, read.kemKey());
    assertEquals(made.text(), read.text());
    assertEquals(DurableRecipient.KEM_KEY_SIZE, KemSuite.X_WING.publicKeySize());
    assertEquals("DurableRecipient[Ann, " + ANN.key().shortHex() + "]", read.toString());
  }

  @Test
  void recipient_isItsKeys() throws RefusedException {
    DurableRecipient made = ANN.recipient(NOW);
    assertEquals(made, ANN.recipient(NOW.plusSeconds(1)));
    DurableRecipient otherName = Acme.identity("Anna", 2).recipient(NOW);
    assertEquals(made, otherName);
    assertEquals(made.hashCode(), otherName.hashCode());
    assertNotEquals(made, Acme.identity("Ann", 3).recipient(NOW));
    String kem = CanonicalBase64.encode(Acme.identity("Ann", 3).recipient(NOW).kemKey());
    assertNotEquals(made, DurableRecipient.parse(Acme.forge(HEADER, payload(kem), 2)));
    made.kemKey()[0] ^= 1;
    assertArrayEquals(KEM, made.kemKey());
  }

  @Test
  void recipient_namesACertifiedIdentityAsItsCertificateDoes() {
    Identity bob = Acme.certified("Bob", 4, Scope.ALL);
    assertEquals("Bob", bob.recipient(NOW).name());
  }

  @Test
  void recipientSeed_isDerivedFromTheIdentitysOwn(@TempDir Path folder) throws Exception {
    byte[] label = "peerroom/1 recipient key".getBytes(StandardCharsets.UTF_8);
    byte[] info = Arrays.copyOf(label, label.length + 2);
    info[label.length + 1] = 1; // HKDF's number of the first block, behind the zero byte
    byte[] expected = hmac(hmac(label, Acme.seed(2)), info);
    assertArrayEquals(expected, ANN.exposeRecipientSeed());
    Path file = folder.resolve("ann.key");
    ANN.save(file, null);
    assertArrayEquals(expected, Identity.load(file, null).exposeRecipientSeed());
  }

  private static byte[] hmac(byte[] key, byte[] message) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(message);
  }

  @Test
  void recipient_opensWhatIsSealedToIt() throws Exception {
    DurableRecipient read = DurableRecipient.parse(ANN.recipient(NOW).text());
    byte[] info = {1, 2, 3};
    Encapsulation sealed =
        SharedCrypto.get().encapsulate(KemSuite.X_WING, read.kemKey(), info, null);
    KemKey key = SharedCrypto.get().kemKey(KemSuite.X_WING, ANN.exposeRecipientSeed());
    byte[] secret = {7, 7};
    byte[] opened =
        key.decapsulate(sealed.encapsulation(), info, null)
            .open(0, info, sealed.key().seal(0, info, secret));
    assertArrayEquals(secret, opened);
  }

  @Test
  void destroyed_isNoRecipient() {
    Identity bob = Acme.identity("Bob", 4);
    bob.destroy();
    assertThrows(IllegalStateException.class, () -> bob.recipient(NOW));
    assertThrows(IllegalStateException.class, bob::exposeRecipientSeed);
  }

  @Test
  void parse_failsWithAnotherSigner() {
    assertRefuses(
        Reason.BAD_SIGNATURE, () -> DurableRecipient.parse(Acme.forge(HEADER, PAYLOAD, 3)));
  }

  @Test
  void parse_failsWithAnotherStatement() {
    assertRefuses(Reason.WRONG_TYPE, () -> DurableRecipient.parse(ANN.request(NOW).text()));
    assertRefuses(Reason.WRONG_TYPE, () -> CertificateRequest.parse(ANN.recipient(NOW).text()));
    for (String header :
        List.of(HEADER.replace("recipient", "request"), HEADER.replace("+jwt", ""))) {
      assertRefuses(
          Reason.WRONG_TYPE, () -> DurableRecipient.parse(Acme.forge(header, PAYLOAD, 2)));
    }
    assertRefuses(Reason.TOO_LARGE, () -> DurableRecipient.parse("A".repeat(8193)));
    assertRefuses(Reason.MALFORMED, () -> DurableRecipient.parse(ANN.recipient(NOW).text() + "\n"));
    assertRefuses(Reason.MALFORMED, () -> DurableRecipient.parse(""));
  }

  /** What is replaced in the payload, by what. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"iat\":1000,~",
        "\"iat\":1000,~\"iat\":1000,\"iat\":1000,",
        "\"iat\":1000,~\"iat\":1000,\"exp\":2000,",
        "1000~-1",
        "1000~1000.0",
        "1000~\"1000\"",
        "\"sub\":\"Ann\",~",
        "\"Ann\"~\"\"",
        "\"Ann\"~\"A\\nn\"",
        "\"Ann\"~7",
        "\"iss\":\"~\"iss\":\"AA",
        "\"kem\":~\"key\":",
        "\"kem\":\"~\"kem\":7,\"x\":\"",
        "\"kem\":\"~\"kem\":\"=",
        "\"kem\":\"~\"kem\":\"+",
        "\"kem\":\"~\"kem\":\"AAAA",
      })
  void parse_failsWithAnotherClaim(String replacement) {
    String[] parts = replacement.split("~", -1);
    String payload = PAYLOAD.replace(parts[0], parts[1]);
    assertNotEquals(PAYLOAD, payload, "nothing was replaced");
    assertRefuses(Reason.MALFORMED, () -> DurableRecipient.parse(Acme.forge(HEADER, payload, 2)));
  }

  @Test
  void parse_failsWithASecondSpellingOfTheKey() {
    // 1,216 bytes leave four unused bits in the last digit.
    String kem = CanonicalBase64.encode(KEM);
    char last = kem.charAt(kem.length() - 1);
    String other = kem.substring(0, kem.length() - 1) + (char) (last + 1);
    assertTrue("AQgw".indexOf(last) >= 0, "the last digit is " + last);
    for (String spelling : List.of(other, kem + "=", kem + "==")) {
      assertRefuses(
          Reason.MALFORMED, () -> DurableRecipient.parse(Acme.forge(HEADER, payload(spelling), 2)));
    }
  }

  @Test
  void parse_failsWithAKeyThatNothingCanBeSealedTo() {
    assertKemRefused(kem -> Arrays.copyOf(kem, kem.length - 1));
    assertKemRefused(kem -> Arrays.copyOf(kem, kem.length + 1));
    assertKemRefused(kem -> new byte[0]);
    // A coefficient of 4,095 is over ML-KEM's modulus of 3,329.
    assertKemRefused(
        kem -> {
          kem[0] = (byte) 0xff;
          kem[1] |= 0x0f;
          return kem;
        });
    // With a point of small order X25519 gives zeros to anyone.
    assertKemRefused(
        kem -> {
          Arrays.fill(kem, kem.length - 32, kem.length, (byte) 0);
          return kem;
        });
  }

  @Test
  void load_readsOneALine(@TempDir Path folder) throws IOException {
    DurableRecipient ann = ANN.recipient(NOW);
    DurableRecipient bob = Acme.identity("Bob", 3).recipient(NOW);
    Path file = folder.resolve("away");
    Files.writeString(
        file, "# who is away\n\n" + bob.text() + "\r\n  " + ann.text() + "\n \n#" + ann.text());
    assertEquals(List.of(bob, ann), DurableRecipient.load(file));
  }

  @Test
  void load_namesTheFileAndTheLine(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("away");
    String ann = ANN.recipient(NOW).text();
    Map<String, String> wrong =
        Map.of(
            "# nobody\n\n",
            ": it names no recipient (MALFORMED)",
            "",
            ": it names no recipient (MALFORMED)",
            "# one\n" + ann + "\nhello\n",
            ": line 3: not a compact JWS: it has not three parts between two dots (MALFORMED)",
            ann + "\n" + ANN.request(NOW).text(),
            ": line 2: this is a 'peerroom-request+jwt', not a statement of a recipient"
                + " (WRONG_TYPE)",
            ann + "\n\n" + ANN.recipient(NOW.plusSeconds(1)).text(),
            ": line 3: the recipient Ann is there twice, by the key "
                + ANN.key().shortHex()
                + " (MALFORMED)");
    for (Map.Entry<String, String> entry : wrong.entrySet()) {
      Files.writeString(file, entry.getKey());
      assertEquals(
          file + entry.getValue(),
          assertThrows(IdentityException.class, () -> DurableRecipient.load(file)).getMessage());
    }
    Files.write(file, new byte[(1 << 20) + 1]);
    assertEquals(
        file + ": the list of durable recipients has at most 1048576 bytes",
        assertThrows(IdentityException.class, () -> DurableRecipient.load(file)).getMessage());
    Path none = folder.resolve("none");
    assertEquals(
        none + ": there is no such file with the list of durable recipients",
        assertThrows(IdentityException.class, () -> DurableRecipient.load(none)).getMessage());
  }
}
