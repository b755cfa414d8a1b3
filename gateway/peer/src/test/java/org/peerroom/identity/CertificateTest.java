package org.peerroom.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.peerroom.identity.Acme.AUTHORITY;
import static org.peerroom.identity.Acme.NOW;
import static org.peerroom.identity.Acme.assertRefuses;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.peerroom.identity.Certificate.Kind;
import org.peerroom.identity.Refusal.Reason;

/** Reading certificates: the one canonical form, and nothing beside it. */
class CertificateTest {

  private static final Identity ANN = Acme.identity("Ann", 2);
  private static final String HEADER = Acme.header(Kind.IDENTITY);
  private static final String X = CanonicalBase64.encode(ANN.key().bytes());
  private static final String JWK = "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" + X + "\"}";
  private static final String PAYLOAD =
      "{\"iss\":\""
          + AUTHORITY.key()
          + "\",\"sub\":\"Ann\",\"iat\":1000,\"exp\":2000,\"jti\":\"one\",\"cnf\":{\"jwk\":"
          + JWK
          + "}}";

  @Test
  void certificate_saysWhatWasCertified() throws RefusedException {
    Scope scope =
        Scope.ALL
            .withRooms("orders-*", "invoices")
            .withRoles(Role.PUBLISH, Role.CERTIFY)
            .withAttributes(Map.of("org", "Acme", "email", "ann@acme.example"));
    Certificate made =
        AUTHORITY.certify(ANN.request(NOW), "Ann Miller", scope, NOW, NOW.plus(Duration.ofDays(9)));
    Certificate read = Certificate.parse(made.text());
    assertEquals(made, read);
    assertEquals(made.hashCode(), read.hashCode());
    assertEquals(Kind.IDENTITY, read.kind());
    assertEquals("Ann Miller", read.subject());
    assertEquals(ANN.key(), read.key());
    assertEquals(AUTHORITY.key(), read.issuer());
    assertEquals(NOW, read.issuedAt());
    assertEquals(NOW, read.notBefore());
    assertEquals(NOW.plus(Duration.ofDays(9)), read.expiresAt());
    assertEquals(scope, read.scope());
    assertEquals(22, read.id().length());
    assertTrue(read.isSignedBy(AUTHORITY.key()));
    assertFalse(read.isSignedBy(ANN.key()));
  }

  @Test
  void certificate_mayBeWrittenOtherwise() throws RefusedException {
    String header = "{ \"typ\":\"peerroom-identity+jwt\", \"\\u0061lg\":\"EdDSA\" }";
    String payload = PAYLOAD.replace(",\"exp\"", " ,\n\"nbf\":900,\"exp\"");
    Certificate read = Certificate.parse(Acme.forge(header, payload, 1));
    assertEquals(900, read.notBefore().getEpochSecond());
    assertEquals(1000, read.startSecond());
    assertTrue(read.isSignedBy(AUTHORITY.key()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[]",
        "null",
        "{\"alg\":\"EdDSA\",\"typ\":\"peerroom-identity+jwt\",\"kid\":\"1\"}",
        "{\"alg\":\"EdDSA\",\"typ\":\"peerroom-identity+jwt\",\"crit\":[]}",
        "{\"alg\":\"EdDSA\",\"alg\":\"EdDSA\",\"typ\":\"peerroom-identity+jwt\"}",
        "{\"alg\":\"EdDSA\",\"typ\":\"peerroom-identity+jwt\"} {}",
        "{\"alg\":\"none\",\"typ\":\"peerroom-identity+jwt\"}",
        "{\"alg\":\"HS256\",\"typ\":\"peerroom-identity+jwt\"}",
        "{\"alg\":\"eddsa\",\"typ\":\"peerroom-identity+jwt\"}",
        "{\"alg\":null,\"typ\":\"peerroom-identity+jwt\"}",
        "{\"alg\":\"EdDSA\",\"typ\":\"JWT\"}",
        "{\"alg\":\"EdDSA\",\"typ\":\"peerroom-request+jwt\"}",
        "{\"alg\":\"EdDSA\",\"typ\":[\"peerroom-identity+jwt\"]}",
      })
  void parse_failsWithAnotherHeader(String header) {
    Reason reason =
        header.contains("none") || header.contains("HS256") || header.contains("eddsa")
            ? Reason.WRONG_ALGORITHM
            : header.contains("JWT\"") || header.contains("request")
                ? Reason.WRONG_TYPE
                : header.equals("{}") ? Reason.WRONG_ALGORITHM : Reason.MALFORMED;
    assertRefuses(reason, () -> Certificate.parse(Acme.forge(header, PAYLOAD, 1)));
  }

  /** What is replaced in the payload, by what. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "1000~-1",
        "1000~1000.0",
        "1000~1e3",
        "2000~1e999",
        "2000~9007199254740992",
        "2000~99999999999999999999999999999999999999999999",
        "2000~\"2000\"",
        "2000~null",
        "2000~1000",
        "2000~999",
        "\"Ann\"~\"\"",
        "\"Ann\"~\" \"",
        "\"Ann\"~\"A\\nn\"",
        "\"Ann\"~\"A\\ud800\"",
        "\"Ann\"~7",
        "\"one\"~\"\"",
        "\"one\"~\"o n e\"",
        "\"one\"~\""
            + "1234567890123456789012345678901234567890123456789012345678901234567890"
            + "\"",
        "\"iat\":1000,~",
        "\"iat\":1000,~\"iat\":1000,\"iat\":1000,",
        "\"iat\":1000,~\"iat\":1000,\"aud\":\"you\",",
        "\"iat\":1000,~\"iat\":1000,\"nbf\":2000,",
        "\"iat\":1000,~\"iat\":1000,\"rooms\":\"orders\",",
        "\"iat\":1000,~\"iat\":1000,\"rooms\":[\"a*b\"],",
        "\"iat\":1000,~\"iat\":1000,\"rooms\":[\"a\",\"a\"],",
        "\"iat\":1000,~\"iat\":1000,\"roles\":[\"admin\"],",
        "\"iat\":1000,~\"iat\":1000,\"roles\":null,",
        "\"iat\":1000,~\"iat\":1000,\"attributes\":{\"Org\":\"a\"},",
        "\"iat\":1000,~\"iat\":1000,\"attributes\":{\"org\":\"a\",\"org\":\"a\"},",
        "\"iat\":1000,~\"iat\":1000,\"attributes\":{\"org\":7},",
        "\"kty\"~\"d\":\"AAAA\",\"kty\"",
        "\"kty\"~\"kid\":\"1\",\"kty\"",
        "{\"iss\"~[[[[[[[[[[[[{\"iss\"",
        "{\"iss\"~ {\"iss\":7,\"iss\"",
      })
  void parse_failsWithAnotherClaim(String replacement) {
    String[] parts = replacement.split("~", -1);
    String payload = PAYLOAD.replace(parts[0], parts[1]);
    assertFalse(payload.equals(PAYLOAD), "nothing was replaced");
    assertRefuses(Reason.MALFORMED, () -> Certificate.parse(Acme.forge(HEADER, payload, 1)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "OKP~EC",
        "Ed25519~X25519",
        "\"x\":\"~\"x\":\"AA",
        "\"x\":\"~\"x\":\"=",
        "OKP~okp"
      })
  void parse_failsWithAnotherKindOfKey(String replacement) {
    String[] parts = replacement.split("~");
    String payload = PAYLOAD.replace(parts[0], parts[1]);
    assertRefuses(Reason.WRONG_KEY_TYPE, () -> Certificate.parse(Acme.forge(HEADER, payload, 1)));
  }

  @Test
  void parse_failsWithAnotherPeerThanItsKey() {
    assertRefuses(
        Reason.WRONG_SUBJECT,
        () -> Certificate.parse(Acme.forge(Acme.header(Kind.PEER), PAYLOAD, 1)));
  }

  @Test
  void parse_failsWithMoreThanTheBounds() {
    assertRefuses(Reason.TOO_LARGE, () -> Certificate.parse("A".repeat(8193)));
    assertRefuses(
        Reason.MALFORMED,
        () -> Certificate.parse(Acme.forge(HEADER, PAYLOAD.replace("Ann", "A".repeat(129)), 1)));
    String rooms =
        IntStream.range(0, 17).mapToObj(i -> "\"r" + i + "\"").collect(Collectors.joining(","));
    assertRefuses(
        Reason.MALFORMED,
        () ->
            Certificate.parse(
                Acme.forge(
                    HEADER, PAYLOAD.replace("\"jti\"", "\"rooms\":[" + rooms + "],\"jti\""), 1)));
  }

  @Test
  void parse_failsWithAnotherSpellingOfTheSameBytes() {
    String text = Acme.forge(HEADER, PAYLOAD, 1);
    int signature = text.lastIndexOf('.') + 1;
    String[] spellings = {
      text + "=",
      text + "\n",
      " " + text,
      text.substring(0, signature)
          + text.substring(signature).replace('_', '/').replace('-', '+')
          + "/",
      text.substring(0, text.length() - 1) + (char) (text.charAt(text.length() - 1) + 1),
      text + ".",
      text.replace(".", ""),
      text.substring(0, signature),
      "\u00e4" + text,
    };
    for (String spelling : spellings) {
      Reason reason =
          spelling.equals(text.substring(0, signature)) ? Reason.BAD_SIGNATURE : Reason.MALFORMED;
      assertRefuses(reason, () -> Certificate.parse(spelling));
    }
  }

  @Test
  void parse_failsWithASignatureOfAnotherSize() {
    String text = Acme.forge(HEADER, PAYLOAD, 1);
    String unsigned = text.substring(0, text.lastIndexOf('.') + 1);
    for (int size : new int[] {63, 65}) {
      String signature = CanonicalBase64.encode(new byte[size]);
      assertRefuses(Reason.BAD_SIGNATURE, () -> Certificate.parse(unsigned + signature));
    }
  }

  @Test
  void parse_failsWithBytesThatAreNotUtf8() {
    byte[] latin1 = PAYLOAD.replace("Ann", "J\u00fcrgen").getBytes(StandardCharsets.ISO_8859_1);
    String text =
        Acme.base64(HEADER)
            + "."
            + CanonicalBase64.encode(latin1)
            + "."
            + CanonicalBase64.encode(new byte[64]);
    assertRefuses(Reason.MALFORMED, () -> Certificate.parse(text));
    String utf16 =
        Acme.base64(HEADER)
            + "."
            + CanonicalBase64.encode(PAYLOAD.getBytes(StandardCharsets.UTF_16))
            + "."
            + CanonicalBase64.encode(new byte[64]);
    assertRefuses(Reason.MALFORMED, () -> Certificate.parse(utf16));
    String marked = Acme.forge(HEADER, "\ufeff" + PAYLOAD, 1);
    assertRefuses(Reason.MALFORMED, () -> Certificate.parse(marked));
  }

  @Test
  void refusal_showsOneLineOnly() {
    String payload = PAYLOAD.replace("\"iat\"", "\"\\n\\u001b[31m evil\":1,\"iat\"");
    Refusal refusal =
        assertRefuses(Reason.MALFORMED, () -> Certificate.parse(Acme.forge(HEADER, payload, 1)));
    assertTrue(refusal.toString().chars().noneMatch(Character::isISOControl), refusal.toString());
    assertTrue(refusal.message().contains("evil"), refusal.message());
  }
}
