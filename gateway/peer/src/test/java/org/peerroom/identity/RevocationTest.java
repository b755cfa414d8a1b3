package org.peerroom.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.peerroom.identity.Acme.AUTHORITY;
import static org.peerroom.identity.Acme.IN_A_YEAR;
import static org.peerroom.identity.Acme.NOW;
import static org.peerroom.identity.Acme.assertRefuses;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.peerroom.identity.Refusal.Reason;
import org.peerroom.identity.Revocation.Target;

/** Revocations as text. */
class RevocationTest {

  private static final Identity ANN = Acme.certified("Ann", 2, Scope.ALL);
  private static final Revocation BY_ANN =
      ANN.revoke(new Target.Key(Acme.PEER), NOW, IN_A_YEAR, "laptop lost");
  private static final String HEADER = "{\"alg\":\"EdDSA\",\"typ\":\"peerroom-revocation+jwt\"}";
  private static final String PAYLOAD =
      "{\"iss\":\""
          + AUTHORITY.key()
          + "\",\"iat\":1000,\"exp\":2000,\"jti\":\"one\",\"revokes\":{\"jti\":\"two\"}}";

  @Test
  void revocation_isItsText() throws RefusedException {
    for (Revocation same :
        List.of(
            Revocation.parse(BY_ANN.text()),
            Revocation.parse(BY_ANN.text() + "\n"),
            Revocation.decode(BY_ANN.encoded()))) {
      assertEquals(BY_ANN, same);
      assertEquals(BY_ANN.digest(), same.digest());
      assertEquals(ANN.key(), same.issuer());
      assertEquals(ANN.certificates(), same.chain());
      assertEquals(new Target.Key(Acme.PEER), same.target());
      assertEquals(NOW, same.issuedAt());
      assertEquals(IN_A_YEAR, same.expiresAt());
      assertEquals(Optional.of("laptop lost"), same.reason());
    }
  }

  @Test
  void revocationOfAnAuthority_carriesNoCertificates() throws RefusedException {
    Revocation made = AUTHORITY.revoke(new Target.CertificateId("x-1"), NOW, IN_A_YEAR, null);
    Revocation read = Revocation.parse(made.text());
    assertEquals(List.of(), read.chain());
    assertEquals(new Target.CertificateId("x-1"), read.target());
    assertEquals(Optional.empty(), read.reason());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"two\"~\"t w o\"",
        "\"jti\":\"two\"~",
        "\"jti\":\"two\"~\"jti\":\"two\",\"key\":\"two\"",
        "\"jti\":\"two\"~\"key\":\"two\"",
        "\"revokes\"~\"revoked\"",
        "2000~1000",
        "\"iat\":1000~\"iat\":1000,\"nbf\":1000",
        "\"iat\":1000~\"iat\":1000,\"reason\":\"\"",
      })
  void parse_failsWithAnotherClaim(String replacement) {
    String[] parts = replacement.split("~", -1);
    String payload = PAYLOAD.replace(parts[0], parts[1]);
    assertRefuses(Reason.MALFORMED, () -> Revocation.parse(Acme.forge(HEADER, payload, 1)));
  }

  @Test
  void parse_failsWithASignatureOfAnother() {
    assertRefuses(Reason.BAD_SIGNATURE, () -> Revocation.parse(Acme.forge(HEADER, PAYLOAD, 2)));
  }

  @Test
  void parse_failsWithCertificatesOfAnother() {
    String statement = Acme.forge(HEADER, PAYLOAD, 1);
    Refusal refusal =
        assertRefuses(
            Reason.BROKEN,
            () -> Revocation.parse(ANN.certificates().get(0).text() + "\n" + statement));
    assertEquals(1, refusal.link());
    assertRefuses(
        Reason.WRONG_SUBJECT, () -> Revocation.parse(Acme.peerOf(ANN).text() + "\n" + statement));
  }

  @Test
  void parse_failsWithSomethingElse() {
    assertRefuses(Reason.WRONG_TYPE, () -> Revocation.parse(ANN.certificates().get(0).text()));
    assertRefuses(Reason.WRONG_TYPE, () -> Certificate.parse(Acme.forge(HEADER, PAYLOAD, 1)));
    assertRefuses(Reason.MALFORMED, () -> Revocation.parse(""));
    assertRefuses(Reason.TOO_LARGE, () -> Revocation.parse("\n".repeat(8193)));
    assertRefuses(
        Reason.TOO_MANY_LINKS,
        () -> Revocation.parse((ANN.certificates().get(0).text() + "\n").repeat(4) + "x"));
    // The line before the last line feed is then one of a certificate.
    assertRefuses(
        Reason.WRONG_TYPE,
        () -> Revocation.decode((BY_ANN.text() + "\n").getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void revoke_failsWithWhatIsOutOfBounds() {
    Target target = new Target.Key(Acme.PEER);
    assertThrows(IllegalArgumentException.class, () -> AUTHORITY.revoke(target, NOW, NOW, null));
    assertThrows(
        IllegalArgumentException.class,
        () -> AUTHORITY.revoke(target, NOW, IN_A_YEAR, "r".repeat(257)));
    assertThrows(IllegalArgumentException.class, () -> new Target.CertificateId(""));
  }
}
