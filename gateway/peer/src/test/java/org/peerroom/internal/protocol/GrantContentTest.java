package org.peerroom.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.peerroom.Admission;
import org.peerroom.History;
import org.peerroom.PeerId;
import org.peerroom.RoomPolicy;
import org.peerroom.identity.VerificationKey;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.wire.DecoderFuzz;
import org.peerroom.internal.wire.Limits;
import org.peerroom.internal.wire.WireException;

/** What is sealed in a grant, to bytes and back; and whatever a member may put there instead. */
class GrantContentTest {

  private static final PeerId AUTHOR = PeerId.of(new byte[32]);

  private static Admission.Certified admission() {
    List<VerificationKey> keys = new ArrayList<>();
    for (byte i = 0; i < 3; i++) {
      byte[] key = new byte[32];
      key[0] = i;
      keys.add(VerificationKey.of(key));
    }
    return Admission.certifiedBy(keys)
        .withAttribute("org", List.of("Köln", "Acme"))
        .withAttribute("dept", List.of("sales"));
  }

  private static PolicyStatement policy() {
    return PolicyStatement.of(RoomPolicy.DEFAULT.withAdmission(admission()));
  }

  private static GrantContent full() {
    return new GrantContent()
        .introduce(policy(), true)
        .chain(new byte[] {1, 2, 3})
        .chainOf(AUTHOR, new byte[] {4})
        .revocation(new byte[] {5, 6})
        .revocation(new byte[] {7})
        .keys(List.of(new KeyEntry(AUTHOR, 1, 2, 3, ChainKey.of(new byte[32]))));
  }

  @Test
  void content_isReadAsItWasWritten() throws Exception {
    GrantContent read = GrantContent.decode(full().encode());
    assertEquals(policy(), read.policy());
    assertTrue(read.knowsReceiver());
    assertArrayEquals(new byte[] {1, 2, 3}, read.chain());
    assertArrayEquals(new byte[] {4}, read.chainsOfOthers().get(AUTHOR));
    assertEquals(2, read.revocations().size());
    assertArrayEquals(new byte[] {7}, read.revocations().get(1));
    assertEquals(3, read.keys().get(0).sequence);
    assertNull(GrantContent.decode(new byte[0]).policy());
  }

  @Test
  void content_thatIsTooLarge_isRefusedBeforeItIsCopied() {
    byte[] chain = new GrantContent().chain(new byte[Limits.MAX_CHAIN + 1]).encode();
    assertThrows(WireException.class, () -> GrantContent.decode(chain));
    byte[] revocation = new GrantContent().revocation(new byte[Limits.MAX_REVOCATION + 1]).encode();
    assertThrows(WireException.class, () -> GrantContent.decode(revocation));
  }

  @Test
  void largestContent_fitsIntoAGrant() {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      values.add(i + "\u20ac".repeat(400));
    }
    RoomPolicy wordy = RoomPolicy.DEFAULT.withAdmission(admission().withAttribute("org", values));
    List<KeyEntry> keys = new ArrayList<>();
    for (int i = 0; i < 800; i++) {
      keys.add(new KeyEntry(AUTHOR, i, 0, i, ChainKey.of(new byte[32])));
    }
    byte[] encoded =
        new GrantContent()
            .introduce(PolicyStatement.of(wordy), true)
            .chain(new byte[Limits.MAX_CHAIN])
            .chainOf(AUTHOR, new byte[Limits.MAX_CHAIN])
            .keys(keys)
            .encode();
    assertTrue(encoded.length + 16 <= Limits.MAX_GRANT, () -> "it has " + encoded.length);
  }

  @Test
  void policyThatWouldForgeALineOfALog_isRefused() {
    String readable = new String(full().encode(), StandardCharsets.ISO_8859_1);
    assertTrue(readable.contains("Acme"));
    byte[] forged = readable.replace("Acme", "Ac\ne").getBytes(StandardCharsets.ISO_8859_1);
    assertThrows(WireException.class, () -> GrantContent.decode(forged));
  }

  @Test
  void whateverAMemberSeals_isReadOrRefused() {
    byte[] introduction = new GrantContent().introduce(policy(), false).encode();
    new DecoderFuzz()
        .fuzz(input -> GrantContent.decode(input), List.of(full().encode(), introduction));
  }

  @Test
  void policies_sayWhatDiffers_andNothingOfTheRest() {
    PolicyStatement open = PolicyStatement.of(RoomPolicy.DEFAULT);
    assertNull(
        open.differenceTo(PolicyStatement.of(RoomPolicy.DEFAULT.withRetentionBytes(1 << 30))));
    PolicyStatement other =
        PolicyStatement.of(
            RoomPolicy.DEFAULT
                .withHistory(History.NONE)
                .withRetention(Duration.ofSeconds(5))
                .withMaxMessageSize(77));
    assertEquals(
        "history is retained here and none there; retention is PT10M here and PT5S there;"
            + " largest message is 16777216 here and 77 there",
        open.differenceTo(other));
    String admissions = open.differenceTo(policy());
    assertNotNull(admissions);
    assertEquals(
        "admission is open here and certified by 00000000 or 01000000 or 02000000,"
            + " dept=sales, org=Acme|Köln there",
        admissions);
  }
}
