package org.peerroom.internal.sealing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.crypto.KemKey;
import org.peerroom.internal.crypto.KemSuite;
import org.peerroom.internal.crypto.SegmentKey;
import org.peerroom.internal.wire.Segment;
import org.peerroom.internal.wire.SegmentHeader;
import org.peerroom.internal.wire.Topic;
import org.peerroom.internal.wire.WireWriter;

/**
 * An author wants two members to read one signed segment differently: it makes a ciphertext that
 * AES-GCM opens under two keys, and gives each member another one. The commitment in the header is
 * what stands against that.
 */
class KeyCommitmentTest {

  private static final byte[] YES =
      text("the answer that one of them sees is yes, pay the invoice");
  private static final byte[] NO = text("the answer that one of them sees is no, do not pay that");

  private final Sealer mallory = new Sealer(1);
  private final byte[] secretOne = Sealer.bytes(32, 2);
  private final byte[] secretTwo = Sealer.bytes(32, 3);
  private final ChainKey one = ChainKey.of(secretOne);
  private final ChainKey two = ChainKey.of(secretTwo);
  private final byte[] context =
      new WireWriter(72).topic(Sealer.TOPIC).peer(mallory.id).i32(0).i32(0).finish();

  private static byte[] text(String text) {
    return Arrays.copyOf(text.getBytes(StandardCharsets.UTF_8), 64);
  }

  /** HKDF-Expand by hand: what an attacker computes for itself. */
  private byte[] rawKey(byte[] chain) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(chain, "RAW"));
    mac.update("peerroom/1 segment".getBytes(StandardCharsets.UTF_8));
    mac.update((byte) 0);
    mac.update(context);
    mac.update((byte) 1);
    return mac.doFinal();
  }

  /** Signed by its author, opens under both keys, commits to this one. */
  private Segment twoFaced(byte[] wraps, byte[] commitment) throws GeneralSecurityException {
    SegmentHeader header =
        new SegmentHeader(
            Sealer.TOPIC, mallory.id, 0, new byte[32], 1_000, 601_000, 0, 0, commitment);
    byte[] headerBytes = Segment.encodeHeader(header, wraps.length, YES.length + NO.length + 32);
    byte[] ciphertext =
        new GcmCollision(rawKey(secretOne), rawKey(secretTwo), headerBytes).of(YES, NO);
    byte[] unsigned = new byte[64];
    Segment draft = Segment.assemble(header, headerBytes, wraps, ciphertext, unsigned);
    byte[] signature = mallory.signing.sign(SegmentSealing.hash(draft));
    return Segment.assemble(header, headerBytes, wraps, ciphertext, signature);
  }

  private static byte[] ciphertext(Segment segment) {
    return Arrays.copyOfRange(
        segment.encoded(), segment.ciphertextBegin(), segment.ciphertextEnd());
  }

  private static void assertSigned(Segment segment) {
    assertTrue(SegmentSealing.isSigned(Sealer.CRYPTO, segment, SegmentSealing.hash(segment)));
  }

  @Test
  void ciphertextThatOpensUnderTwoKeys_isReadByTheHolderOfTheOneItCommitsToAlone()
      throws Exception {
    for (ChainKey committed : List.of(one, two)) {
      ChainKey other = committed == one ? two : one;
      byte[] commitment = committed.segmentKey(context).commitment();
      Segment segment = twoFaced(SegmentSealing.NO_WRAPS, commitment);
      assertSigned(segment);

      byte[] underOne = one.segmentKey(context).open(segment.headerBytes(), ciphertext(segment));
      byte[] underTwo = two.segmentKey(context).open(segment.headerBytes(), ciphertext(segment));
      assertArrayEquals(YES, Arrays.copyOf(underOne, YES.length), "no collision: a weak test");
      assertArrayEquals(
          NO, Arrays.copyOfRange(underTwo, YES.length, 2 * YES.length), "a weak test");
      assertFalse(Arrays.equals(underOne, underTwo));

      SegmentKey key = SegmentSealing.keyOf(segment.header(), committed);
      assertNotNull(key);
      assertArrayEquals(committed == one ? underOne : underTwo, SegmentSealing.open(segment, key));
      assertNull(SegmentSealing.keyOf(segment.header(), other), "read in two ways");
    }
  }

  @Test
  void twoRecipientsWithDifferentKeysInOneSegment_areNotBothServed() throws Exception {
    KemKey ann = Sealer.CRYPTO.kemKey(KemSuite.X25519, Sealer.bytes(32, 11));
    KemKey bob = Sealer.CRYPTO.kemKey(KemSuite.X25519, Sealer.bytes(32, 12));
    KeyWraps slots = KeyWraps.ofSegment(Sealer.TOPIC, mallory.id, 0, null);
    byte[] forAnn = slots.seal(Sealer.CRYPTO, List.of(ann.publicKey()), one);
    byte[] forBob = slots.seal(Sealer.CRYPTO, List.of(bob.publicKey()), two);
    byte[] wraps = new WireWriter(256).raw(forAnn).raw(forBob).toBytes();
    Segment segment = twoFaced(wraps, one.segmentKey(context).commitment());
    assertSigned(segment);

    assertArrayEquals(wraps, segment.wraps());
    ChainKey annsKey = slots.open(segment.wraps(), ann, KemKeyId.of(ann.publicKey()));
    ChainKey bobsKey = slots.open(segment.wraps(), bob, KemKeyId.of(bob.publicKey()));
    assertNotNull(annsKey);
    assertNotNull(bobsKey);
    assertArrayEquals(secretTwo, bobsKey.exposeForGrant(), "he was given another key");
    SegmentKey key = SegmentSealing.keyOf(segment.header(), annsKey);
    assertNotNull(key);
    assertArrayEquals(YES, Arrays.copyOf(SegmentSealing.open(segment, key), YES.length));
    assertNull(SegmentSealing.keyOf(segment.header(), bobsKey), "he reads something else");
  }

  @Test
  void commitmentToNeitherKey_isReadByNobody() throws Exception {
    Segment segment = twoFaced(SegmentSealing.NO_WRAPS, Sealer.bytes(32, 99));
    assertNull(SegmentSealing.keyOf(segment.header(), one));
    assertNull(SegmentSealing.keyOf(segment.header(), two));
  }

  /** A commitment is for one place: the same step elsewhere has another. */
  @Test
  void commitmentOfAnotherPlace_isRefused() {
    Segment segment = mallory.seal(0, one, YES).segment();
    SegmentHeader h = segment.header();
    for (int what = 0; what < 5; what++) {
      SegmentHeader moved =
          new SegmentHeader(
              what == 0 ? Topic.of(Sealer.bytes(32, 8)) : h.topic(),
              what == 1 ? new Sealer(9).id : h.author(),
              what == 2 ? 7 : h.sequence(),
              h.previous(),
              h.createdMillis(),
              h.expiresMillis(),
              what == 3 ? 1 : h.epoch(),
              what == 4 ? 1 : h.step(),
              h.commitment());
      SegmentKey key = SegmentSealing.keyOf(moved, one);
      if (what != 2) {
        assertNull(key, "field " + what);
      } else {
        assertNotNull(key); // the number is bound by the header as additional data
        byte[] headerBytes = Segment.encodeHeader(moved, 0, ciphertext(segment).length);
        assertThrows(CryptoException.class, () -> key.open(headerBytes, ciphertext(segment)));
      }
    }
  }
}
