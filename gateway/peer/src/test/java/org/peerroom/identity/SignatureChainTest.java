package org.peerroom.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.peerroom.identity.Acme.assertRefuses;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.peerroom.identity.Refusal.Reason;

/** Chains as text and bytes. */
class SignatureChainTest {

  private static final Identity ANN = Acme.certified("Ann", 2, Scope.ALL);
  private static final SignatureChain CHAIN = Acme.peerOf(ANN);

  @Test
  void chain_isItsText() throws RefusedException {
    for (SignatureChain same :
        List.of(
            SignatureChain.parse(CHAIN.text()),
            SignatureChain.parse(CHAIN.text() + "\n"),
            SignatureChain.decode(CHAIN.encoded()),
            SignatureChain.of(CHAIN.certificates()))) {
      assertEquals(CHAIN, same);
      assertEquals(CHAIN.hashCode(), same.hashCode());
      assertEquals(CHAIN.digest(), same.digest());
      assertEquals(CHAIN.text(), same.text());
    }
    assertEquals(64, CHAIN.digest().length());
    assertEquals(Acme.PEER, CHAIN.subjectKey());
    assertNotEquals(CHAIN.digest(), Acme.peerOf(ANN).digest());
    assertFalse(CHAIN.toString().contains("Ann"));
  }

  @Test
  void parse_failsWithOtherText() {
    String text = CHAIN.text();
    for (String bad :
        List.of("", "\n", text + "\n\n", "\n" + text, text.replace("\n", "\r\n"), text + "\r\n")) {
      assertRefuses(Reason.MALFORMED, () -> SignatureChain.parse(bad));
    }
    assertRefuses(
        Reason.MALFORMED,
        () -> SignatureChain.decode((text + "\n").getBytes(StandardCharsets.UTF_8)));
    assertRefuses(
        Reason.MALFORMED, () -> SignatureChain.decode(new byte[] {(byte) 0xff, (byte) 0xfe}));
    assertRefuses(Reason.MALFORMED, () -> SignatureChain.of(List.of()));
  }

  @Test
  void parse_namesTheLineThatIsWrong() {
    String[] lines = CHAIN.text().split("\n");
    Refusal refusal =
        assertRefuses(
            Reason.MALFORMED, () -> SignatureChain.parse(lines[0] + "\n" + lines[1] + "="));
    assertEquals(2, refusal.link());
  }

  @Test
  void chain_hasItsBounds() {
    Certificate certificate = CHAIN.last();
    assertRefuses(
        Reason.TOO_MANY_LINKS, () -> SignatureChain.of(Collections.nCopies(5, certificate)));
    String five = String.join("\n", Collections.nCopies(5, certificate.text()));
    assertRefuses(Reason.TOO_MANY_LINKS, () -> SignatureChain.parse(five));
    assertRefuses(Reason.TOO_LARGE, () -> SignatureChain.parse("\n".repeat(8193)));
    assertRefuses(Reason.TOO_LARGE, () -> SignatureChain.decode(new byte[8193]));
  }
}
