package org.peerroom.internal.sealing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.crypto.KemKey;
import org.peerroom.internal.crypto.KemSuite;
import org.peerroom.internal.crypto.SegmentKey;
import org.peerroom.internal.wire.Segment;
import org.peerroom.internal.wire.WireException;

/**
 * A million sealed segments with one bit flipped, of which none opens, with real cryptography.
 *
 * <p>To verify a signature takes 80 microseconds, so that a million of them would take more than a
 * minute. By default all million go to the layers below it, commitment and authenticated
 * encryption, as if the attacker could sign; and a sample goes through the signature. {@code
 * -Dpeerroom.flips.signed=1000000} sends this many through the signature.
 */
class FlippedBitsTest {

  private static final int FLIPS = 1_000_000;
  private static final int SIGNED = Integer.getInteger("peerroom.flips.signed", 20_000);
  private static final int FLIPS_OF_ONE = 1_000;

  private final Sealer author = new Sealer(1);
  private final SplittableRandom random = new SplittableRandom(7);
  private int opened;
  private int unshaped;

  private static byte[] flipped(Segment segment, int bit) {
    byte[] bytes = segment.encoded().clone();
    bytes[bit / 8] ^= (byte) (1 << (bit % 8));
    return bytes;
  }

  private SealedSegment sealed(int number, ChainKey chain) {
    int epoch = random.nextInt(1_000);
    int step = random.nextInt(1_000);
    SegmentPlace place = author.place(number, epoch, step);
    byte[] text = Sealer.bytes(random.nextInt(1, 200), number);
    return author.seal(place, chain, SegmentSealing.NO_WRAPS, text);
  }

  /** Opens it as a reader does who has the right key, and takes the signature for granted. */
  private void tryToOpen(byte[] bytes, ChainKey chain) {
    try {
      Segment segment = Segment.decode(bytes);
      SegmentKey key = SegmentSealing.keyOf(segment.header(), chain);
      if (key != null) {
        SegmentSealing.open(segment, key);
        opened++;
      }
    } catch (WireException e) {
      unshaped++;
    } catch (CryptoException e) {
      // as it should be
    }
  }

  @Test
  void oneFlippedBit_openFails_evenIfItWereSigned() throws Exception {
    for (int number = 0; number < FLIPS / FLIPS_OF_ONE; number++) {
      ChainKey chain = Sealer.chain(number);
      Segment segment = sealed(number, chain).segment();
      SegmentKey key = SegmentSealing.keyOf(segment.header(), chain);
      assertNotNull(key);
      SegmentSealing.open(segment, key);
      int bits = 8 * segment.ciphertextEnd();
      for (int i = 0; i < FLIPS_OF_ONE; i++) {
        tryToOpen(flipped(segment, random.nextInt(bits)), chain);
      }
    }
    assertEquals(0, opened);
    assertTrue(unshaped < FLIPS / 5, "too few got as far as the cryptography: -" + unshaped);
  }

  @Test
  void everyBitOfOneSegment_openFails_evenIfItWereSigned() {
    ChainKey chain = Sealer.chain(3);
    Segment segment = author.seal(1, chain, Sealer.bytes(300, 4)).segment();
    for (int bit = 0; bit < 8 * segment.ciphertextEnd(); bit++) {
      tryToOpen(flipped(segment, bit), chain);
    }
    assertEquals(0, opened);
  }

  @Test
  void oneFlippedBit_anywhere_isNotSigned() {
    KemKey ann = Sealer.CRYPTO.kemKey(KemSuite.X25519, Sealer.bytes(32, 11));
    KemKey bob = Sealer.CRYPTO.kemKey(KemSuite.X25519, Sealer.bytes(32, 12));
    KeyWraps slots = KeyWraps.ofSegment(Sealer.TOPIC, author.id, 0, null);
    ChainKey chain = Sealer.chain(5);
    List<byte[]> both = List.of(ann.publicKey(), bob.publicKey());
    byte[] wraps = slots.seal(Sealer.CRYPTO, both, chain);
    Segment wrapped =
        author.seal(author.place(0, 0, 0), chain, wraps, Sealer.bytes(100, 6)).segment();
    Segment plain = author.seal(0, chain, Sealer.bytes(100, 6)).segment();
    for (int i = 0; i < SIGNED; i++) {
      Segment segment = i % 2 == 0 ? wrapped : plain;
      // The first flips are all of the signature.
      int bits = 8 * segment.size();
      int bit = i < 1_024 ? bits - 1 - i / 2 : random.nextInt(bits);
      try {
        Segment altered = Segment.decode(flipped(segment, bit));
        boolean signed =
            SegmentSealing.isSigned(Sealer.CRYPTO, altered, SegmentSealing.hash(altered));
        opened += signed ? 1 : 0;
      } catch (WireException e) {
        unshaped++;
      }
    }
    assertEquals(0, opened);
    assertTrue(unshaped < SIGNED / 5, "too few got as far as the signature");
  }

  @Test
  void everyBitOfARecipientsSlot_givesNoKey() throws Exception {
    KemKey ann = Sealer.CRYPTO.kemKey(KemSuite.X25519, Sealer.bytes(32, 11));
    byte[] id = KemKeyId.of(ann.publicKey());
    KeyWraps slots = KeyWraps.ofSegment(Sealer.TOPIC, author.id, 0, null);
    ChainKey chain = Sealer.chain(5);
    byte[] wraps = slots.seal(Sealer.CRYPTO, List.of(ann.publicKey()), chain);
    ChainKey right = slots.open(wraps, ann, id);
    assertNotNull(right);
    assertArrayEquals(chain.exposeForGrant(), right.exposeForGrant());
    for (int bit = 0; bit < 8 * wraps.length; bit++) {
      byte[] altered = wraps.clone();
      altered[bit / 8] ^= (byte) (1 << (bit % 8));
      // RFC 7748, section 5: the last bit of an X25519 public key is not part of it. HPKE puts the
      // encapsulation as it was sent into the key, so that it counts all the same.
      try {
        opened += slots.open(altered, ann, id) == null ? 0 : 1;
      } catch (CryptoException e) {
        // as it should be
      }
    }
    assertEquals(0, opened);
  }
}
