package org.peerroom.internal.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What holds for sealing whatever is sealed. */
class SealingPropertyTest {

  @Property
  void segment_opensToWhatWasSealed(
      @ForAll @Size(32) byte[] chainKey,
      @ForAll @Size(max = 100) byte[] context,
      @ForAll @Size(max = 100) byte[] aad,
      @ForAll @Size(max = 3000) byte[] plaintext)
      throws CryptoException {
    byte[] sealed =
        ChainKey.of(chainKey).segmentKey(context).seal(aad, plaintext, 0, plaintext.length);
    SegmentKey receivers = ChainKey.of(chainKey).segmentKey(context);
    assertArrayEquals(plaintext, receivers.open(aad, sealed));
  }

  @Property
  void segment_refusesAnyOneFlippedBit(
      @ForAll @Size(32) byte[] chainKey,
      @ForAll @Size(min = 1, max = 60) byte[] context,
      @ForAll @Size(min = 1, max = 60) byte[] aad,
      @ForAll @Size(max = 300) byte[] plaintext,
      @ForAll @IntRange(min = 0, max = 1 << 20) int where) {
    byte[] sealed =
        ChainKey.of(chainKey).segmentKey(context).seal(aad, plaintext, 0, plaintext.length);
    SegmentKey receivers = ChainKey.of(chainKey).segmentKey(context);
    assertThrows(
        CryptoException.class, () -> receivers.open(aad, flipped(sealed, where)), "ciphertext");
    assertThrows(
        CryptoException.class, () -> receivers.open(flipped(aad, where), sealed), "header");
    SegmentKey otherContext = ChainKey.of(chainKey).segmentKey(flipped(context, where));
    assertThrows(CryptoException.class, () -> otherContext.open(aad, sealed), "context");
    SegmentKey otherChain = ChainKey.of(flipped(chainKey, where)).segmentKey(context);
    assertThrows(CryptoException.class, () -> otherChain.open(aad, sealed), "chain");
    assertFalse(Digests.constantTimeEquals(receivers.commitment(), otherContext.commitment()));
    assertFalse(Digests.constantTimeEquals(receivers.commitment(), otherChain.commitment()));
  }

  @Property
  void note_opensOnlyUnderItsCounter(
      @ForAll @Size(32) byte[] key,
      @ForAll @Size(max = 200) byte[] plaintext,
      @ForAll @IntRange(min = 0) int counter,
      @ForAll @IntRange(min = 0) int other)
      throws CryptoException {
    byte[] sealed = PairwiseKey.of(key).seal(counter, new byte[0], plaintext);
    assertEquals(plaintext.length + PairwiseKey.OVERHEAD, sealed.length);
    assertArrayEquals(plaintext, PairwiseKey.of(key).open(counter, new byte[0], sealed));
    if (other != counter) {
      assertThrows(
          CryptoException.class, () -> PairwiseKey.of(key).open(other, new byte[0], sealed));
    }
  }

  @Property
  void digest_tellsAnyTwoCutsApart(
      @ForAll @Size(max = 40) byte[] bytes,
      @ForAll @IntRange(min = 0, max = 40) int first,
      @ForAll @IntRange(min = 0, max = 40) int second) {
    int a = Math.min(first, bytes.length);
    int b = Math.min(second, bytes.length);
    assertEquals(a == b, Arrays.equals(cutAt(bytes, a), cutAt(bytes, b)));
  }

  private static byte[] cutAt(byte[] bytes, int at) {
    return Digests.sha256(
        "peerroom/1 test", Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, at, bytes.length));
  }

  private static byte[] flipped(byte[] bytes, int where) {
    return Bits.flipped(bytes, where % (8 * bytes.length));
  }
}
