package org.peerroom.internal.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** The keys that seal: the ratchet, a segment's key, a pair's key. */
class SealingTest {

  private static final byte[] AAD = "header".getBytes(StandardCharsets.UTF_8);
  private static final byte[] CONTEXT = {1, 2, 3};

  @Test
  void segment_opensWithTheSameStepAndContext() throws CryptoException {
    for (int size : new int[] {0, 1, 15, 16, 17, 1000, 65536}) {
      byte[] plaintext = Bits.seeded(size, size);
      byte[] sealed = chain(1).segmentKey(CONTEXT).seal(AAD, plaintext, 0, size);
      assertEquals(size + SegmentKey.OVERHEAD, sealed.length);
      assertArrayEquals(plaintext, chain(1).segmentKey(CONTEXT).open(AAD, sealed));
    }
  }

  @Test
  void segment_refusesEveryFlippedBit() {
    byte[] sealed = chain(1).segmentKey(CONTEXT).seal(AAD, Bits.seeded(50, 3), 0, 50);
    SegmentKey key = chain(1).segmentKey(CONTEXT);
    for (int bit = 0; bit < 8 * sealed.length; bit++) {
      byte[] altered = Bits.flipped(sealed, bit);
      assertThrows(CryptoException.class, () -> key.open(AAD, altered), "bit " + bit);
    }
    for (int bit = 0; bit < 8 * AAD.length; bit++) {
      byte[] altered = Bits.flipped(AAD, bit);
      assertThrows(
          CryptoException.class, () -> key.open(altered, sealed), "bit " + bit + " of the header");
    }
  }

  @Test
  void segment_refusesEveryTruncationAndAnAddedByte() {
    byte[] sealed = chain(1).segmentKey(CONTEXT).seal(AAD, Bits.seeded(50, 3), 0, 50);
    SegmentKey key = chain(1).segmentKey(CONTEXT);
    for (int size = 0; size <= sealed.length + 1; size++) {
      byte[] other = Arrays.copyOf(sealed, size);
      if (size != sealed.length) {
        assertThrows(CryptoException.class, () -> key.open(AAD, other), size + " bytes");
      }
    }
  }

  @Test
  void segment_refusesAnotherStepChainOrContext() {
    byte[] sealed = chain(1).segmentKey(CONTEXT).seal(AAD, Bits.seeded(50, 3), 0, 50);
    assertThrows(
        CryptoException.class, () -> chain(1).next().segmentKey(CONTEXT).open(AAD, sealed));
    assertThrows(CryptoException.class, () -> chain(2).segmentKey(CONTEXT).open(AAD, sealed));
    assertThrows(
        CryptoException.class, () -> chain(1).segmentKey(new byte[] {1, 2}).open(AAD, sealed));
    assertThrows(CryptoException.class, () -> chain(1).segmentKey(new byte[0]).open(AAD, sealed));
  }

  @Test
  void segmentKey_sealsOnce() {
    SegmentKey key = chain(1).segmentKey(CONTEXT);
    key.seal(AAD, new byte[5], 0, 5);
    assertThrows(IllegalStateException.class, () -> key.seal(AAD, new byte[5], 0, 5));
  }

  @Test
  void segmentKey_sealsThePartItIsGiven() throws CryptoException {
    byte[] array = Bits.seeded(20, 4);
    byte[] sealed = chain(1).segmentKey(CONTEXT).seal(AAD, array, 5, 10);
    assertArrayEquals(
        Arrays.copyOfRange(array, 5, 15), chain(1).segmentKey(CONTEXT).open(AAD, sealed));
    byte[] around = new byte[40];
    System.arraycopy(sealed, 0, around, 7, sealed.length);
    assertArrayEquals(
        Arrays.copyOfRange(array, 5, 15),
        chain(1).segmentKey(CONTEXT).open(AAD, around, 7, sealed.length));
  }

  @Test
  void segmentKey_isNotSpentByAPartThatIsNotThere() {
    SegmentKey key = chain(1).segmentKey(CONTEXT);
    assertThrows(IndexOutOfBoundsException.class, () -> key.seal(AAD, new byte[5], 1, 5));
    assertEquals(5 + SegmentKey.OVERHEAD, key.seal(AAD, new byte[5], 0, 5).length);
  }

  @Test
  void commitment_differsForEveryChainStepAndContext() {
    Set<String> seen = new HashSet<>();
    int keys = 0;
    for (int seed = 0; seed < 50; seed++) {
      ChainKey step = ChainKey.of(Bits.seeded(ChainKey.SIZE, seed));
      for (int i = 0; i < 20; i++) {
        for (byte context = 0; context < 5; context++) {
          SegmentKey key = step.segmentKey(new byte[] {context});
          assertEquals(SegmentKey.COMMITMENT_SIZE, key.commitment().length);
          seen.add(HexFormat.of().formatHex(key.commitment()));
          keys++;
        }
        step = step.next();
      }
    }
    assertEquals(keys, seen.size());
  }

  @Test
  void commitment_changesWithEveryBitOfTheChainKey() {
    byte[] seed = Bits.seeded(ChainKey.SIZE, 5);
    byte[] commitment = ChainKey.of(seed).segmentKey(CONTEXT).commitment();
    for (int bit = 0; bit < 8 * seed.length; bit++) {
      byte[] other = ChainKey.of(Bits.flipped(seed, bit)).segmentKey(CONTEXT).commitment();
      assertFalse(Digests.constantTimeEquals(commitment, other), "bit " + bit);
    }
  }

  @Test
  void commitment_isACopyAndOutlivesTheKey() {
    SegmentKey key = chain(1).segmentKey(CONTEXT);
    byte[] commitment = key.commitment();
    key.commitment()[0] ^= 1;
    key.destroy();
    assertArrayEquals(commitment, key.commitment());
  }

  /** What is derived from a step is none of what leads back to it or sideways to its segment. */
  @Test
  void ratchet_stepsNeverRepeatAndDifferFromSegmentKeys() {
    Set<String> seen = new HashSet<>();
    ChainKey step = chain(1);
    int steps = 1000;
    for (int i = 0; i < steps; i++) {
      seen.add(HexFormat.of().formatHex(step.exposeForGrant()));
      seen.add(HexFormat.of().formatHex(step.segmentKey(CONTEXT).commitment()));
      step = step.next();
    }
    assertEquals(2 * steps, seen.size());
  }

  @Test
  void ratchet_doesNotOpenWhatWasSealedBeforeAGrant() throws CryptoException {
    ChainKey author = chain(1);
    byte[] before = author.segmentKey(CONTEXT).seal(AAD, new byte[9], 0, 9);
    author = author.next();
    ChainKey member = ChainKey.of(author.exposeForGrant());
    byte[] after = author.segmentKey(CONTEXT).seal(AAD, new byte[9], 0, 9);
    assertArrayEquals(new byte[9], member.segmentKey(CONTEXT).open(AAD, after));
    ChainKey step = member;
    for (int i = 0; i < 100; i++) {
      SegmentKey key = step.segmentKey(CONTEXT);
      assertThrows(CryptoException.class, () -> key.open(AAD, before));
      step = step.next();
    }
  }

  @Test
  void chainKey_leavesTheCallersBytesAlone() {
    byte[] bytes = Bits.seeded(ChainKey.SIZE, 6);
    ChainKey key = ChainKey.of(bytes);
    byte[] granted = key.exposeForGrant();
    granted[0] ^= 1;
    bytes[1] ^= 1;
    assertArrayEquals(Bits.seeded(ChainKey.SIZE, 6), key.exposeForGrant());
  }

  @Test
  void chainKey_nextLeavesTheStepUsableUntilItIsDestroyed() {
    ChainKey step = chain(1);
    ChainKey next = step.next();
    step.segmentKey(CONTEXT);
    step.destroy();
    assertThrows(IllegalStateException.class, step::next);
    assertEquals(ChainKey.SIZE, next.exposeForGrant().length);
  }

  @Test
  void pairwiseKey_opensWhatTheOtherSideSealed() throws CryptoException {
    PairwiseKey mine = PairwiseKey.of(Bits.filled(32, 1));
    PairwiseKey theirs = PairwiseKey.of(Bits.filled(32, 1));
    for (long counter : new long[] {0, 1, 2, 255, 1L << 40, Long.MAX_VALUE}) {
      byte[] note = Bits.seeded(48, counter);
      assertArrayEquals(note, theirs.open(counter, AAD, mine.seal(counter, AAD, note)));
    }
  }

  @Test
  void pairwiseKey_refusesEveryFlippedBitAnotherCounterAndAnotherKey() {
    byte[] sealed = PairwiseKey.of(Bits.filled(32, 1)).seal(7, AAD, Bits.seeded(48, 1));
    PairwiseKey key = PairwiseKey.of(Bits.filled(32, 1));
    for (int bit = 0; bit < 8 * sealed.length; bit++) {
      byte[] altered = Bits.flipped(sealed, bit);
      assertThrows(CryptoException.class, () -> key.open(7, AAD, altered), "bit " + bit);
    }
    for (int bit = 0; bit < 8 * AAD.length; bit++) {
      byte[] altered = Bits.flipped(AAD, bit);
      assertThrows(CryptoException.class, () -> key.open(7, altered, sealed), "bit " + bit);
    }
    for (int bit = 0; bit < 63; bit++) {
      long counter = 7 ^ (1L << bit);
      assertThrows(
          CryptoException.class, () -> key.open(counter, AAD, sealed), "counter " + counter);
    }
    assertThrows(
        CryptoException.class, () -> PairwiseKey.of(Bits.filled(32, 2)).open(7, AAD, sealed));
  }

  @Test
  void pairwiseKey_neverSealsTwiceUnderOneCounter() {
    PairwiseKey key = PairwiseKey.of(Bits.filled(32, 1));
    key.seal(5, AAD, new byte[1]);
    assertThrows(IllegalStateException.class, () -> key.seal(5, AAD, new byte[1]));
    assertThrows(IllegalStateException.class, () -> key.seal(4, AAD, new byte[1]));
    assertThrows(IllegalArgumentException.class, () -> key.seal(-1, AAD, new byte[1]));
    assertEquals(1 + PairwiseKey.OVERHEAD, key.seal(6, AAD, new byte[1]).length);
  }

  @Test
  void pairwiseKey_neverSealsTwoSenderKeysForOneEpoch() throws CryptoException {
    PairwiseKey key = PairwiseKey.of(Bits.filled(32, 1));
    byte[] out = new byte[2 * (32 + PairwiseKey.OVERHEAD)];
    key.sealRekey(5, AAD, new byte[32], out, 0);
    byte[] first = out.clone();
    for (int epoch : new int[] {5, 4, 0}) {
      assertThrows(
          IllegalStateException.class, () -> key.sealRekey(epoch, AAD, new byte[32], out, 0));
      assertArrayEquals(first, out, "epoch " + epoch + " has left something behind");
    }
    assertThrows(
        IllegalArgumentException.class, () -> key.sealRekey(-1, AAD, new byte[32], out, 0));
    key.sealRekey(6, AAD, new byte[32], out, 48);
    assertArrayEquals(new byte[32], key.openRekey(6, AAD, out, 48, 48));
    assertThrows(CryptoException.class, () -> key.openRekey(5, AAD, out, 48, 48));
    key.destroy();
    assertThrows(IllegalStateException.class, () -> key.sealRekey(7, AAD, new byte[32], out, 0));
  }

  /** A note and a sender key under one number are sealed under different nonces. */
  @Test
  void pairwiseKey_notesAndSenderKeys_haveNumbersOfTheirOwn() throws CryptoException {
    PairwiseKey key = PairwiseKey.of(Bits.filled(32, 1));
    byte[] note = key.seal(5, AAD, new byte[32]);
    byte[] senderKey = new byte[48];
    key.sealRekey(5, AAD, new byte[32], senderKey, 0);
    assertFalse(Arrays.equals(note, senderKey));
    assertThrows(CryptoException.class, () -> key.open(5, AAD, senderKey));
    assertThrows(CryptoException.class, () -> key.openRekey(5, AAD, note, 0, 48));
    PairwiseKey next = key.next();
    next.sealRekey(5, AAD, new byte[32], senderKey, 0);
    assertThrows(CryptoException.class, () -> key.openRekey(5, AAD, senderKey, 0, 48));
    assertArrayEquals(new byte[32], next.openRekey(5, AAD, senderKey, 0, 48));
  }

  @Test
  void pairwiseKey_refusalLeavesItUsable() throws CryptoException {
    PairwiseKey key = PairwiseKey.of(Bits.filled(32, 1));
    byte[] sealed = key.seal(0, AAD, new byte[3]);
    assertThrows(CryptoException.class, () -> key.open(0, AAD, new byte[30]));
    assertArrayEquals(new byte[3], key.open(0, AAD, sealed));
    assertThrows(IllegalArgumentException.class, () -> key.open(-1, AAD, sealed));
  }

  @Test
  void keys_moveBetweenThreads() throws Exception {
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      PairwiseKey pair = PairwiseKey.of(Bits.filled(32, 1));
      ChainKey chain = chain(1);
      for (int i = 0; i < 20; i++) {
        int counter = i;
        Callable<byte[]> seal = () -> pair.seal(counter, AAD, new byte[10]);
        byte[] sealed = i % 2 == 0 ? other.submit(seal).get() : seal.call();
        assertArrayEquals(new byte[10], pair.open(i, AAD, sealed));
        ChainKey step = chain;
        chain = other.submit(step::next).get();
        SegmentKey key = chain.segmentKey(CONTEXT);
        byte[] segment = other.submit(() -> key.seal(AAD, new byte[10], 0, 10)).get();
        assertArrayEquals(new byte[10], key.open(AAD, segment));
      }
    } finally {
      other.shutdown();
    }
  }

  @Test
  void keys_refuseToWorkOnceDestroyed() {
    ChainKey chain = chain(1);
    SegmentKey segment = chain.segmentKey(CONTEXT);
    PairwiseKey pair = PairwiseKey.of(new byte[32]);
    PreSharedKey psk = PreSharedKey.of(new byte[32]);
    for (int i = 0; i < 2; i++) {
      chain.destroy();
      segment.destroy();
      pair.destroy();
      psk.destroy();
    }
    assertThrows(IllegalStateException.class, chain::next);
    assertThrows(IllegalStateException.class, chain::exposeForGrant);
    assertThrows(IllegalStateException.class, () -> chain.segmentKey(CONTEXT));
    assertThrows(IllegalStateException.class, () -> segment.seal(AAD, new byte[1], 0, 1));
    assertThrows(IllegalStateException.class, () -> segment.open(AAD, new byte[20]));
    assertThrows(IllegalStateException.class, () -> pair.seal(0, AAD, new byte[1]));
    assertThrows(IllegalStateException.class, () -> pair.open(0, AAD, new byte[20]));
    assertThrows(IllegalStateException.class, psk::exposeForKeyAgreement);
  }

  @Test
  void keys_failWithAnotherSize() {
    for (int size : new int[] {0, 16, 31, 33, 64}) {
      byte[] bytes = new byte[size];
      assertThrows(IllegalArgumentException.class, () -> ChainKey.of(bytes));
      assertThrows(IllegalArgumentException.class, () -> PairwiseKey.of(bytes));
      assertThrows(IllegalArgumentException.class, () -> PreSharedKey.of(bytes));
    }
  }

  @Test
  void keys_printAndCompareNothing() {
    byte[] bytes = Bits.filled(32, 0x5a);
    assertTrue(ChainKey.of(bytes).toString().contains("redacted"));
    assertTrue(PairwiseKey.of(bytes).toString().contains("redacted"));
    assertTrue(PreSharedKey.of(bytes).toString().contains("redacted"));
    assertTrue(KeyMaterial.copyOf("key", bytes).toString().contains("redacted"));
    assertTrue(ChainKey.of(bytes).segmentKey(CONTEXT).toString().contains("redacted"));
    assertNotEquals(ChainKey.of(bytes), ChainKey.of(bytes));
    assertNotEquals(PairwiseKey.of(bytes), PairwiseKey.of(bytes));
    assertNotEquals(PreSharedKey.of(bytes), PreSharedKey.of(bytes));
  }

  @Test
  void keyMaterial_isNeverSerialised() throws IOException {
    KeyMaterial key = KeyMaterial.copyOf("key", new byte[32]);
    try (var out = new ObjectOutputStream(new ByteArrayOutputStream())) {
      assertThrows(NotSerializableException.class, () -> out.writeObject(key));
    }
  }

  private static ChainKey chain(int value) {
    return ChainKey.of(Bits.filled(ChainKey.SIZE, value));
  }
}
