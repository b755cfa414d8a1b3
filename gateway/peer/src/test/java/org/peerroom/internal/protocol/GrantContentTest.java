package org.peerroom.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.peerroom.Admission;
import org.peerroom.History;
import org.peerroom.PeerId;
import org.peerroom.RoomPolicy;
import org.peerroom.identity.DurableRecipient;
import org.peerroom.identity.Identity;
import org.peerroom.identity.VerificationKey;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.wire.DecoderFuzz;
import org.peerroom.internal.wire.Limits;
import org.peerroom.internal.wire.WireException;
import org.peerroom.internal.wire.WireReader;
import org.peerroom.internal.wire.WireWriter;

/** What is sealed in a grant, to bytes and back; and whatever a member may put there instead. */
class GrantContentTest {

  private static final PeerId AUTHOR = PeerId.of(new byte[32]);
  private static final DurableRecipient ANN = recipient("Ann");
  private static final DurableRecipient BOB = recipient("Bob");

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
    return PolicyStatement.of(
        RoomPolicy.DEFAULT.withAdmission(admission()).withDurable(List.of(ANN, BOB)));
  }

  private static DurableRecipient recipient(String name) {
    return Identity.generate(name).recipient(Instant.EPOCH);
  }

  /** What a grant says of the policy, alone. */
  private static byte[] statement(PolicyStatement policy) {
    WireWriter out = new WireWriter(256);
    policy.write(out);
    return out.toBytes();
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
    List<DurableRecipient> away = new ArrayList<>();
    for (int i = 0; i < RoomPolicy.MAX_DURABLE; i++) {
      away.add(recipient("away " + i));
    }
    RoomPolicy wordy =
        RoomPolicy.DEFAULT
            .withAdmission(admission().withAttribute("org", values))
            .withDurable(away);
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
  void largestPolicy_isReadBack() throws Exception {
    List<VerificationKey> authorities = new ArrayList<>();
    for (int i = 0; i < Admission.Certified.MAX_AUTHORITIES; i++) {
      byte[] key = new byte[32];
      key[0] = (byte) i;
      authorities.add(VerificationKey.of(key));
    }
    // One character a value takes the most bytes: three, and one for its length.
    List<String> values = new ArrayList<>();
    for (int i = 0; i < Admission.Certified.MAX_TEXT - 3; i++) {
      values.add(String.valueOf((char) (0x3000 + i)));
    }
    List<DurableRecipient> away = new ArrayList<>();
    for (int i = 0; i < RoomPolicy.MAX_DURABLE; i++) {
      away.add(recipient("away " + i));
    }
    PolicyStatement policy =
        PolicyStatement.of(
            RoomPolicy.DEFAULT
                .withAdmission(Admission.certifiedBy(authorities).withAttribute("org", values))
                .withDurable(away));
    byte[] encoded = new GrantContent().introduce(policy, true).encode();
    assertTrue(encoded.length <= PolicyStatement.MAX_SIZE, () -> "it has " + encoded.length);
    assertEquals(policy, GrantContent.decode(encoded).policy());
  }

  @Test
  void durableRecipients_areReadInTheirOneOrder() throws Exception {
    byte[] encoded =
        statement(PolicyStatement.of(RoomPolicy.DEFAULT.withDurable(List.of(ANN, BOB))));
    assertEquals(2, PolicyStatement.read(new WireReader(encoded)).durable().size());
    int first = encoded.length - 2 * 64;
    byte[] swapped = encoded.clone();
    System.arraycopy(encoded, first, swapped, first + 64, 64);
    System.arraycopy(encoded, first + 64, swapped, first, 64);
    assertThrows(WireException.class, () -> PolicyStatement.read(new WireReader(swapped)));
    byte[] twice = encoded.clone();
    System.arraycopy(encoded, first, twice, first + 64, 64);
    assertThrows(WireException.class, () -> PolicyStatement.read(new WireReader(twice)));
    byte[] many = Arrays.copyOf(encoded, encoded.length + 31 * 64);
    many[first - 1] = RoomPolicy.MAX_DURABLE + 1;
    assertThrows(WireException.class, () -> PolicyStatement.read(new WireReader(many)));
  }

  @Test
  void policies_sayWhoseDurableRecipientsDiffer() throws Exception {
    PolicyStatement none = PolicyStatement.of(RoomPolicy.DEFAULT);
    PolicyStatement ann = PolicyStatement.of(RoomPolicy.DEFAULT.withDurable(List.of(ANN)));
    String key = ANN.key().shortHex();
    PolicyStatement sent = PolicyStatement.read(new WireReader(statement(ann)));
    assertNull(ann.differenceTo(sent));
    assertEquals("durable recipients are none here and " + key + " there", none.differenceTo(sent));
    assertEquals(
        "durable recipients are Ann " + key + " here and none there", ann.differenceTo(none));
    byte[] other = statement(ann);
    other[other.length - 1] ^= 1;
    assertEquals(
        "durable recipients are Ann "
            + key
            + " here and "
            + key
            + " with another key to seal to there",
        ann.differenceTo(PolicyStatement.read(new WireReader(other))));
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
    String admissions =
        open.differenceTo(PolicyStatement.of(RoomPolicy.DEFAULT.withAdmission(admission())));
    assertNotNull(admissions);
    assertEquals(
        "admission is open here and certified by 00000000 or 01000000 or 02000000,"
            + " dept=sales, org=Acme|Köln there",
        admissions);
  }
}
