package org.peerroom.internal.sealing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.peerroom.PeerId;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.crypto.KemKey;
import org.peerroom.internal.crypto.KemSuite;
import org.peerroom.internal.crypto.PreSharedKey;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.Frame.Grant;
import org.peerroom.internal.wire.Frame.Rekey;
import org.peerroom.internal.wire.Topic;

/**
 * Somebody who hears every grant and every new sender key says them again: elsewhere, to others,
 * later, or as if they were for something else. With real cryptography.
 */
class GrantReplayTest {

  private static final Topic ELSEWHERE = Topic.of(Sealer.bytes(32, 60));
  private static final byte[] NOTE = Sealer.bytes(40, 61);
  private static final int ID_SIZE = RekeySlots.ID_SIZE;

  private final Sealer author = new Sealer(1);
  private final Sealer ann = new Sealer(2);
  private final Sealer bob = new Sealer(3);
  private final ChainKey senderKey = Sealer.chain(4);

  private static KemKey kem(KemSuite suite, int seed) {
    return Sealer.CRYPTO.kemKey(suite, Sealer.bytes(32, seed));
  }

  private PairwiseSender sender(KemSuite suite, PeerId to, KemKey kem, long setup)
      throws CryptoException {
    Pair pair = new Pair(Sealer.TOPIC, author.id, to, setup);
    return PairwiseSender.setUp(Sealer.CRYPTO, suite, pair, kem.publicKey(), null);
  }

  private static Grant copy(
      Grant g, Topic topic, PeerId from, PeerId to, long setup, int generation, long counter) {
    return new Grant(
        topic,
        from,
        to,
        setup,
        generation,
        counter,
        g.hops(),
        g.kemKey(),
        g.encapsulation(),
        g.sealed(),
        g.signature());
  }

  /** What each of these grants would be, were it for something else. */
  private Map<String, Grant> moved(Grant g) {
    Map<String, Grant> all = new LinkedHashMap<>();
    all.put(
        "to another room",
        copy(g, ELSEWHERE, g.from(), g.to(), g.setup(), g.generation(), g.counter()));
    all.put(
        "in another's name",
        copy(g, g.topic(), bob.id, g.to(), g.setup(), g.generation(), g.counter()));
    all.put(
        "to another peer",
        copy(g, g.topic(), g.from(), bob.id, g.setup(), g.generation(), g.counter()));
    all.put(
        "with a later key",
        copy(g, g.topic(), g.from(), g.to(), g.setup() + 1, g.generation(), g.counter()));
    all.put(
        "of a later generation",
        copy(g, g.topic(), g.from(), g.to(), g.setup(), g.generation() + 1, g.counter()));
    all.put(
        "under a later counter",
        copy(g, g.topic(), g.from(), g.to(), g.setup(), g.generation(), g.counter() + 1));
    return all;
  }

  @ParameterizedTest
  @EnumSource(KemSuite.class)
  void grantThatSetsUpAKey_opensOnceAndForNothingElse(KemSuite suite) throws Exception {
    KemKey annsKey = kem(suite, 10);
    PairwiseSender toAnn = sender(suite, ann.id, annsKey, 5);
    Grant grant = toAnn.seal(NOTE, true, author.signing, 3);
    for (Map.Entry<String, Grant> other : moved(grant).entrySet()) {
      Grant replayed = other.getValue();
      PairwiseReceiver fresh = PairwiseReceiver.accept(replayed, annsKey, null);
      assertThrows(CryptoException.class, () -> fresh.open(replayed), other.getKey());
      assertFalse(PairwiseReceiver.isSigned(Sealer.CRYPTO, replayed), other.getKey());
    }
    PairwiseReceiver atAnn = PairwiseReceiver.accept(grant, annsKey, null);
    assertTrue(PairwiseReceiver.isSigned(Sealer.CRYPTO, grant));
    assertArrayEquals(NOTE, atAnn.open(grant));
    assertThrows(CryptoException.class, () -> atAnn.open(grant), "a second time");
    for (Map.Entry<String, Grant> other : moved(grant).entrySet()) {
      if (!other.getKey().equals("with a later key")) { // it keeps to the pair that it knows
        assertThrows(
            CryptoException.class, () -> atAnn.open(other.getValue()), "later " + other.getKey());
      }
    }
    assertArrayEquals(NOTE, atAnn.open(toAnn.seal(NOTE, false, null, 3)), "a new one");
  }

  @Test
  void grantForOnePeer_isNotOpenedByTheKeyOfAnother_norWithoutTheRoomsSecret() throws Exception {
    KemKey annsKey = kem(KemSuite.X_WING, 10);
    KemKey bobsKey = kem(KemSuite.X_WING, 11);
    Grant grant = sender(KemSuite.X_WING, ann.id, annsKey, 5).seal(NOTE, true, null, 3);
    PairwiseReceiver atBob = PairwiseReceiver.accept(grant, bobsKey, null);
    assertThrows(CryptoException.class, () -> atBob.open(grant));
    PreSharedKey secret = PreSharedKey.of(Sealer.bytes(32, 20));
    PairwiseReceiver withSecret = PairwiseReceiver.accept(grant, annsKey, secret);
    assertThrows(CryptoException.class, () -> withSecret.open(grant));
  }

  @Test
  void grantWhoseSignatureIsAnothers_isNotSigned() throws Exception {
    KemKey annsKey = kem(KemSuite.X25519, 10);
    PairwiseSender toAnn = sender(KemSuite.X25519, ann.id, annsKey, 5);
    assertFalse(
        PairwiseReceiver.isSigned(Sealer.CRYPTO, toAnn.seal(NOTE, true, bob.signing, 3)),
        "signed by bob");
    assertFalse(
        PairwiseReceiver.isSigned(Sealer.CRYPTO, toAnn.seal(NOTE, true, null, 3)), "unsigned");
    Grant one = toAnn.seal(NOTE, true, author.signing, 3);
    Grant other = toAnn.seal(NOTE, true, author.signing, 3);
    Grant mixed =
        new Grant(
            one.topic(),
            one.from(),
            one.to(),
            one.setup(),
            one.generation(),
            one.counter(),
            one.hops(),
            one.kemKey(),
            one.encapsulation(),
            one.sealed(),
            other.signature());
    assertFalse(PairwiseReceiver.isSigned(Sealer.CRYPTO, mixed), "another grant's");
  }

  @Test
  void grantOutOfOrder_opensOnce_andOldOnesCanNotBeTold() throws Exception {
    KemKey annsKey = kem(KemSuite.X25519, 10);
    PairwiseSender toAnn = sender(KemSuite.X25519, ann.id, annsKey, 5);
    Grant first = toAnn.seal(NOTE, true, null, 3);
    List<Grant> later = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      later.add(toAnn.seal(NOTE, false, null, 3));
    }
    PairwiseReceiver atAnn = PairwiseReceiver.accept(first, annsKey, null);
    assertArrayEquals(NOTE, atAnn.open(later.get(90)));
    for (int i = 0; i < 100; i++) {
      Grant grant = later.get(i);
      if (i == 90 || i <= 90 - Long.SIZE) {
        assertThrows(CryptoException.class, () -> atAnn.open(grant), "number " + i);
      } else {
        assertArrayEquals(NOTE, atAnn.open(grant), "number " + i);
      }
    }
    for (Grant grant : later) {
      assertThrows(CryptoException.class, () -> atAnn.open(grant));
    }
  }

  /** A rekey for ann and bob, and what opens it. */
  private final class Room {
    final PairwiseSender toAnn;
    final PairwiseSender toBob;
    final PairwiseReceiver atAnn;
    final PairwiseReceiver atBob;

    Room() throws CryptoException {
      KemKey annsKey = kem(KemSuite.X25519, 10);
      KemKey bobsKey = kem(KemSuite.X25519, 11);
      toAnn = sender(KemSuite.X25519, ann.id, annsKey, 5);
      toBob = sender(KemSuite.X25519, bob.id, bobsKey, 6);
      Grant forAnn = toAnn.seal(NOTE, true, null, 3);
      Grant forBob = toBob.seal(NOTE, true, null, 3);
      atAnn = PairwiseReceiver.accept(forAnn, annsKey, null);
      atBob = PairwiseReceiver.accept(forBob, bobsKey, null);
      atAnn.open(forAnn);
      atBob.open(forBob);
    }

    Rekey rekey(int epoch, long sequence, ChainKey key) {
      List<PairwiseSender> members = List.of(toAnn, toBob);
      byte[] slots = RekeySlots.seal(Sealer.TOPIC, author.id, epoch, sequence, key, members);
      return new Rekey(Sealer.TOPIC, author.id, epoch, sequence, 3, slots);
    }

    byte[] opened(Rekey rekey) throws CryptoException {
      return atAnn.open(rekey, RekeySlots.find(rekey.slots(), ann.id));
    }

    byte[] openedByBob(Rekey rekey) throws CryptoException {
      return atBob.open(rekey, RekeySlots.find(rekey.slots(), bob.id));
    }
  }

  @Test
  void rekey_opensForItsRoomAuthorEpochAndNumberAlone() throws Exception {
    Room room = new Room();
    Rekey right = room.rekey(3, 70, senderKey);
    byte[] slots = right.slots();
    for (Rekey other :
        List.of(
            new Rekey(ELSEWHERE, author.id, 3, 70, 3, slots),
            new Rekey(Sealer.TOPIC, bob.id, 3, 70, 3, slots),
            new Rekey(Sealer.TOPIC, author.id, 2, 70, 3, slots),
            new Rekey(Sealer.TOPIC, author.id, 4, 70, 3, slots),
            new Rekey(Sealer.TOPIC, author.id, 3, 69, 3, slots),
            new Rekey(Sealer.TOPIC, author.id, 3, 71, 3, slots))) {
      assertThrows(CryptoException.class, () -> room.opened(other), other::toString);
    }
    assertArrayEquals(senderKey.exposeForGrant(), room.opened(right));
    assertArrayEquals(senderKey.exposeForGrant(), room.openedByBob(right));
  }

  @Test
  void slotOfOneMember_underTheIdOfAnother_doesNotOpen() throws Exception {
    Room room = new Room();
    Rekey right = room.rekey(3, 70, senderKey);
    byte[] swapped = right.slots().clone();
    int second = Frame.Rekey.SLOT_SIZE;
    for (int i = 0; i < ID_SIZE; i++) {
      byte kept = swapped[i];
      swapped[i] = swapped[second + i];
      swapped[second + i] = kept;
    }
    Rekey moved = new Rekey(right.topic(), right.from(), 3, 70, 3, swapped);
    assertThrows(CryptoException.class, () -> room.opened(moved));
    assertThrows(CryptoException.class, () -> room.openedByBob(moved));
    assertArrayEquals(senderKey.exposeForGrant(), room.opened(right));
  }

  @Test
  void anyFlippedBitOfASlot_doesNotOpen() throws Exception {
    Room room = new Room();
    Rekey right = room.rekey(3, 70, senderKey);
    for (int bit = 8 * ID_SIZE; bit < 8 * Frame.Rekey.SLOT_SIZE; bit++) {
      byte[] slots = right.slots().clone();
      slots[bit / 8] ^= (byte) (1 << (bit % 8));
      Rekey altered = new Rekey(right.topic(), right.from(), 3, 70, 3, slots);
      assertThrows(CryptoException.class, () -> room.opened(altered), "bit " + bit);
    }
    assertArrayEquals(senderKey.exposeForGrant(), room.opened(right));
  }

  /** Nothing is gained by an old one: it gives the key that it gave before, or none any more. */
  @Test
  void olderRekey_afterLaterOnes_givesWhatItGaveOrNothing() throws Exception {
    Room room = new Room();
    Rekey old = room.rekey(3, 70, senderKey);
    assertArrayEquals(senderKey.exposeForGrant(), room.opened(old));
    ChainKey later = Sealer.chain(5);
    Rekey newer = room.rekey(4, 80, later);
    assertArrayEquals(later.exposeForGrant(), room.opened(newer));
    assertArrayEquals(senderKey.exposeForGrant(), room.opened(old));
    room.toAnn.step();
    ChainKey third = Sealer.chain(6);
    assertArrayEquals(third.exposeForGrant(), room.opened(room.rekey(5, 90, third)));
    assertArrayEquals(senderKey.exposeForGrant(), room.opened(old), "one generation back");
    room.toAnn.step();
    assertArrayEquals(third.exposeForGrant(), room.opened(room.rekey(6, 91, third)));
    assertThrows(CryptoException.class, () -> room.opened(old), "two generations back");
    room.atAnn.step();
    assertThrows(CryptoException.class, () -> room.opened(newer));
  }

  @Test
  void generationFarAhead_isRefused_andOneThatIsNot_opens() throws Exception {
    Room room = new Room();
    for (int i = 0; i < PairwiseReceiver.MAX_AHEAD; i++) {
      room.toAnn.step();
      room.toBob.step();
    }
    assertArrayEquals(senderKey.exposeForGrant(), room.opened(room.rekey(1, 1, senderKey)));
    assertEquals(PairwiseReceiver.MAX_AHEAD, room.atAnn.generation());
    room.toBob.step();
    Rekey tooFar = room.rekey(2, 1, senderKey);
    CryptoException refused = assertThrows(CryptoException.class, () -> room.openedByBob(tooFar));
    assertTrue(refused.getMessage().contains("generation 65"), refused::getMessage);
    assertEquals(0, room.atBob.generation());
  }

  @Test
  void generationThatIsClaimed_movesNothingOn() throws Exception {
    Room room = new Room();
    Rekey right = room.rekey(1, 1, senderKey);
    int slot = RekeySlots.find(right.slots(), ann.id);
    for (int claimed : new int[] {1, 2, 63, 64, 65, 1_000, 32_767, 65_535}) {
      byte[] slots = right.slots().clone();
      slots[slot + ID_SIZE] = (byte) (claimed >>> 8);
      slots[slot + ID_SIZE + 1] = (byte) claimed;
      Rekey claims = new Rekey(right.topic(), right.from(), 1, 1, 3, slots);
      assertThrows(CryptoException.class, () -> room.opened(claims), "generation " + claimed);
      assertEquals(0, room.atAnn.generation());
    }
    Grant grant = room.toAnn.seal(NOTE, false, null, 3);
    for (int claimed : new int[] {1, 64, 65, Integer.MAX_VALUE}) {
      Grant claims =
          copy(grant, grant.topic(), grant.from(), grant.to(), 5, claimed, grant.counter());
      assertThrows(CryptoException.class, () -> room.atAnn.open(claims));
      assertEquals(0, room.atAnn.generation());
    }
    assertArrayEquals(senderKey.exposeForGrant(), room.opened(right));
    assertArrayEquals(NOTE, room.atAnn.open(grant));
  }

  /** The number on the wire has 16 bits; a pair may live for longer. */
  @Test
  void generations_areTold_beyondTheirSixteenBits() throws Exception {
    Room room = new Room();
    int generations = 70_000;
    for (int i = 1; i <= generations; i++) {
      room.toAnn.step();
      if (i % 50 == 0 || i == generations) {
        assertArrayEquals(senderKey.exposeForGrant(), room.opened(room.rekey(i, i, senderKey)));
      }
    }
    assertEquals(generations, room.atAnn.generation());
  }
}
