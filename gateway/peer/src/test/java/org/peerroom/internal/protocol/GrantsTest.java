package org.peerroom.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.peerroom.SealingSuite;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.crypto.ProviderCrypto;
import org.peerroom.internal.crypto.PublicKeyCrypto;
import org.peerroom.internal.sealing.RekeySlots;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.Frame.Grant;
import org.peerroom.internal.wire.MemberRecord;
import org.peerroom.internal.wire.Topic;
import org.peerroom.simulator.SeededEntropy;

/**
 * The pairwise keys of two peers over time: kept for as long as they are needed and no longer, and
 * found again when one side has lost them. With real cryptography, and wherever the clock for
 * timers began.
 */
class GrantsTest {

  private static final PublicKeyCrypto CRYPTO = ProviderCrypto.create();
  private static final Topic TOPIC = Topic.of(new byte[32]);
  private static final SealingSuite SUITE = SealingSuite.X25519;
  private static final int HOPS = 3;
  private static final long YEAR = 365L * 86_400_000;

  private final SeededEntropy random = new SeededEntropy(1);
  private final ChainKey senderKey = ChainKey.of(random.next(32));
  private long tick;
  private int epoch;

  private Now now() {
    return new Now(1_700_000_000_000L + tick, tick);
  }

  /** One side, with what it keeps. */
  private final class Side {
    final PeerContext context = new PeerContext(PeerKeys.generate(CRYPTO, random), CRYPTO, random);
    final KemKeys kemKeys = new KemKeys(context, SUITE);
    final Membership membership = new Membership(context, TOPIC, SUITE, kemKeys);
    final Grants grants;

    Side() {
      context.at(now());
      grants = new Grants(context, TOPIC, kemKeys, null);
    }

    MemberRecord record() {
      context.at(now());
      return membership.own(List.of(), false, now());
    }

    void advance() {
      context.at(now());
      grants.advance(now());
    }
  }

  private Side ann = new Side();
  private Side bob = new Side();

  /** The two meet at this tick: ann can seal for bob. */
  private MemberRecord meet(long origin) throws Refused {
    tick = origin;
    ann = new Side();
    bob = new Side();
    MemberRecord record = bob.record();
    bob.grants.open(seal(record, true), true, now());
    return record;
  }

  private Grant seal(MemberRecord to, boolean introduce) throws Refused {
    ann.context.at(now());
    return ann.grants.seal(to, new GrantContent(), introduce, true, HOPS);
  }

  private void pass(long millis) {
    for (long passed = 0; passed < millis; passed += 1_000) {
      tick += Math.min(1_000, millis - passed);
      ann.advance();
      bob.advance();
    }
  }

  private Frame.Rekey rekey() {
    int number = ++epoch;
    byte[] slots = ann.grants.rekey(number, 7, senderKey, List.of(bob.context.self.id()));
    return new Frame.Rekey(TOPIC, ann.context.self.id(), number, 7, HOPS, slots);
  }

  private void opens(Frame.Rekey rekey) throws Refused {
    bob.context.at(now());
    int slot = RekeySlots.find(rekey.slots(), bob.context.self.id());
    KeyEntry entry = bob.grants.open(rekey, slot, now());
    assertArrayEquals(senderKey.exposeForGrant(), entry.key.exposeForGrant());
    assertEquals(rekey.epoch(), entry.epoch);
  }

  private String refusal(Frame.Rekey rekey) {
    return assertThrows(Refused.class, () -> opens(rekey)).reason();
  }

  private String refusal(Grant grant) {
    bob.context.at(now());
    return assertThrows(Refused.class, () -> bob.grants.open(grant, true, now())).reason();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, YEAR, -YEAR})
  void rekeys_openOverHours_whetherOftenOrRarely(long origin) throws Exception {
    meet(origin);
    for (int i = 0; i < 200; i++) {
      opens(rekey());
      pass(random.between(0, i % 2 == 0 ? 3_000 : 200_000));
    }
  }

  /** What is recorded can't be opened with what either side holds some time later. */
  @ParameterizedTest
  @ValueSource(longs = {0, YEAR, -YEAR})
  void recordedRekey_doesNotOpen_aMinuteLater(long origin) throws Exception {
    meet(origin);
    Frame.Rekey recorded = rekey();
    opens(recorded);
    pass(30_000);
    opens(recorded);
    pass(31_000);
    assertTrue(refusal(recorded).contains("generation"));
    opens(rekey());
  }

  /** Whoever says it again and again does not keep the key alive that opens it. */
  @ParameterizedTest
  @ValueSource(longs = {0, YEAR, -YEAR})
  void recordedRekey_saidAgainAllTheTime_doesNotOpenAMinuteLater(long origin) throws Exception {
    meet(origin);
    Frame.Rekey recorded = rekey();
    int opened = 0;
    for (int i = 0; i < 300; i++) {
      try {
        opens(recorded);
        opened++;
      } catch (Refused e) {
        assertTrue(e.reason().contains("generation"), e.reason());
      }
      pass(1_000);
    }
    assertTrue(opened >= 55 && opened <= 62, "it opened for " + opened + " seconds");
    opens(rekey());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -YEAR})
  void recordedSetUp_doesNotOpen_onceItsRecordIsVoid(long origin) throws Exception {
    MemberRecord record = meet(origin);
    Grant late = seal(record, true);
    bob.grants.forget(ann.context.self.id());
    pass(241_000);
    assertTrue(refusal(late).contains("to a key that this peer has not"));
    Grant sealedLate = seal(record, true);
    assertTrue(refusal(sealedLate).contains("to a key that this peer has not"));
    Grant anew = seal(bob.record(), true);
    bob.grants.open(anew, true, now());
    opens(rekey());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -YEAR})
  void receiverThatHasLostTheKey_getsItAgain_whenItIsIntroduced(long origin) throws Exception {
    MemberRecord record = meet(origin);
    bob.grants.forget(ann.context.self.id());
    assertTrue(refusal(rekey()).contains("before its pairwise key"));
    assertTrue(refusal(seal(record, false)).contains("before its pairwise key"));
    bob.grants.open(seal(record, true), true, now());
    opens(rekey());
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 33, 64, 65, 300})
  void receiverThatHasLostTheKey_getsAnother_alsoManyGenerationsLater(int generations)
      throws Exception {
    meet(0);
    for (int i = 0; i < generations; i++) {
      opens(rekey());
      pass(6_000);
    }
    bob.grants.forget(ann.context.self.id());
    bob.grants.open(seal(bob.record(), true), true, now());
    opens(rekey());
    pass(6_000);
    opens(rekey());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 63, 64, 65, 200})
  void receiverThatMissedManyGenerations_isFoundAgain(int missed) throws Exception {
    meet(0);
    for (int i = 0; i < missed; i++) {
      rekey();
      tick += 6_000;
      ann.advance();
    }
    Frame.Rekey next = rekey();
    if (missed <= 64) {
      opens(next);
    } else {
      assertTrue(refusal(next).contains("generation"));
      bob.grants.open(seal(bob.record(), true), true, now());
      opens(rekey());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -YEAR})
  void senderThatHasLostTheKey_setsUpAnother_butNotTooOften(long origin) throws Exception {
    MemberRecord record = meet(origin);
    for (int i = 0; i < 5; i++) {
      ann.grants.forget(bob.context.self.id());
      assertTrue(refusal(seal(record, true)).contains("too often"));
    }
    pass(501);
    bob.grants.open(seal(record, true), true, now());
    opens(rekey());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -YEAR})
  void olderSetUp_doesNotReplaceANewerOne(long origin) throws Exception {
    MemberRecord record = meet(origin);
    pass(1_000);
    ann.grants.forget(bob.context.self.id());
    Grant older = seal(record, true);
    pass(1_000);
    ann.grants.forget(bob.context.self.id());
    bob.grants.open(seal(record, true), true, now());
    pass(1_000);
    assertTrue(refusal(older).contains("seen before"));
    opens(rekey());
  }
}
