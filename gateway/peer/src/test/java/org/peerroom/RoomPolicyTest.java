package org.peerroom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.peerroom.identity.DurableRecipient;
import org.peerroom.identity.Identity;
import org.peerroom.identity.VerificationKey;

class RoomPolicyTest {

  private static List<DurableRecipient> recipients(int count) {
    List<DurableRecipient> recipients = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      recipients.add(Identity.generate("away " + i).recipient(Instant.EPOCH));
    }
    return recipients;
  }

  @Test
  void durable_isCopiedAndSortedByKey() {
    List<DurableRecipient> some = recipients(5);
    RoomPolicy policy = RoomPolicy.DEFAULT.withDurable(some);
    some.sort(Comparator.comparing(DurableRecipient::key, VerificationKey::compareTo).reversed());
    assertEquals(policy, RoomPolicy.DEFAULT.withDurable(some));
    some.clear();
    assertEquals(5, policy.durable().size());
    assertTrue(
        policy.durable().get(0).key().compareTo(policy.durable().get(1).key()) < 0,
        policy::toString);
    assertThrows(UnsupportedOperationException.class, () -> policy.durable().clear());
  }

  @Test
  void durable_staysWhereSomethingElseChanges() {
    RoomPolicy policy = RoomPolicy.DEFAULT.withDurable(recipients(1));
    RoomPolicy other =
        policy
            .withHistory(History.NONE)
            .withRetention(Duration.ofSeconds(5))
            .withRetentionBytes(1 << 20)
            .withMaxMessageSize(7)
            .withAdmission(Admission.certifiedBy(List.of(Identity.generate("a").key())))
            .withSuite(SealingSuite.X25519);
    assertEquals(policy.durable(), other.durable());
    assertEquals(SealingSuite.X25519, other.withDurable(List.of()).suite());
    assertEquals(List.of(), RoomPolicy.DEFAULT.durable());
  }

  @Test
  void durable_failsWithTooManyOrOneTwice() {
    List<DurableRecipient> many = recipients(RoomPolicy.MAX_DURABLE + 1);
    assertEquals(
        "a room has at most 32 durable recipients, not 33",
        assertThrows(IllegalArgumentException.class, () -> RoomPolicy.DEFAULT.withDurable(many))
            .getMessage());
    Identity ann = Identity.generate("Ann");
    List<DurableRecipient> twice =
        List.of(ann.recipient(Instant.EPOCH), ann.recipient(Instant.EPOCH.plusSeconds(1)));
    assertEquals(
        "durable recipient Ann is named twice, by the key " + ann.key().shortHex(),
        assertThrows(IllegalArgumentException.class, () -> RoomPolicy.DEFAULT.withDurable(twice))
            .getMessage());
  }
}
