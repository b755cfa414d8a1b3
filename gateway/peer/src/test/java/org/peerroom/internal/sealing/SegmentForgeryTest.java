package org.peerroom.internal.sealing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.crypto.KemKey;
import org.peerroom.internal.crypto.KemSuite;
import org.peerroom.internal.crypto.PreSharedKey;
import org.peerroom.internal.crypto.SegmentKey;
import org.peerroom.internal.wire.Segment;
import org.peerroom.internal.wire.Topic;
import org.peerroom.internal.wire.WireException;
import org.peerroom.internal.wire.WireWriter;

/**
 * A member has the author's sender key, as every member has, and wants to write in its name. What
 * it makes opens; that it is not the author's, the signature alone says.
 */
class SegmentForgeryTest {

  private static final byte[] TEXT = Sealer.bytes(64, 50);

  private final Sealer author = new Sealer(1);
  private final Sealer member = new Sealer(2);
  private final ChainKey senderKey = Sealer.chain(3);

  /** Sealed for the author's place by another one's signing key. */
  private Segment inTheAuthorsName(byte[] wraps) {
    WireWriter out = new WireWriter(64).raw(TEXT);
    return SegmentSealing.seal(author.place(5, 0, 0), senderKey, wraps, out, member.signing)
        .segment();
  }

  private static Segment withSignature(Segment segment, byte[] signature) {
    byte[] bytes = segment.encoded().clone();
    System.arraycopy(signature, 0, bytes, bytes.length - signature.length, signature.length);
    try {
      return Segment.decode(bytes);
    } catch (WireException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean signed(Segment segment) {
    return SegmentSealing.isSigned(Sealer.CRYPTO, segment, SegmentSealing.hash(segment));
  }

  private void assertOpensButIsNotTheAuthors(Segment forged) throws CryptoException {
    SegmentKey key = SegmentSealing.keyOf(forged.header(), senderKey);
    assertNotNull(key, "it has not the right key: a weak test");
    assertArrayEquals(TEXT, SegmentSealing.open(forged, key));
    assertFalse(signed(forged));
  }

  @Test
  void memberWithTheSenderKey_doesNotWriteAsTheAuthor() throws Exception {
    Segment real = author.seal(4, senderKey.next(), TEXT).segment();
    assertTrue(signed(real));
    Segment forged = inTheAuthorsName(SegmentSealing.NO_WRAPS);
    assertOpensButIsNotTheAuthors(forged);
    List<byte[]> signatures = new ArrayList<>();
    signatures.add(new byte[64]);
    signatures.add(real.signature());
    signatures.add(author.signing.sign(SegmentSealing.hash(real)));
    signatures.add(author.signing.sign(forged.encoded()));
    signatures.add(author.signing.sign(new byte[0]));
    signatures.add(member.signing.sign(forged.encoded()));
    byte[] withAuthorsR = forged.signature();
    System.arraycopy(real.signature(), 0, withAuthorsR, 0, 32);
    signatures.add(withAuthorsR);
    for (byte[] signature : signatures) {
      assertOpensButIsNotTheAuthors(withSignature(forged, signature));
    }
  }

  @Test
  void memberWhoKeepsTheAuthorsSignature_cannotChangeAnythingBesides() throws Exception {
    Segment real = author.seal(5, senderKey, Sealer.bytes(64, 51)).segment();
    Segment forged = inTheAuthorsName(SegmentSealing.NO_WRAPS);
    byte[] mixed = real.encoded().clone();
    int from = real.ciphertextBegin();
    System.arraycopy(forged.encoded(), from, mixed, from, real.ciphertextEnd() - from);
    assertFalse(signed(Segment.decode(mixed)));
  }

  @Test
  void recipientOfAWrappedKey_doesNotWriteAsTheAuthor_norWrapForOthers() throws Exception {
    KemKey ann = Sealer.CRYPTO.kemKey(KemSuite.X25519, Sealer.bytes(32, 11));
    KemKey bob = Sealer.CRYPTO.kemKey(KemSuite.X25519, Sealer.bytes(32, 12));
    KeyWraps slots = KeyWraps.ofSegment(Sealer.TOPIC, author.id, 0, null);
    byte[] forAnn = slots.seal(Sealer.CRYPTO, List.of(ann.publicKey()), senderKey);
    Segment real = author.seal(author.place(5, 0, 0), senderKey, forAnn, TEXT).segment();
    assertTrue(signed(real));

    assertOpensButIsNotTheAuthors(inTheAuthorsName(forAnn));
    byte[] forBob = slots.seal(Sealer.CRYPTO, List.of(bob.publicKey()), senderKey);
    byte[] both = new WireWriter(256).raw(forAnn).raw(forBob).toBytes();
    for (byte[] wraps : List.of(forBob, both)) {
      byte[] headerBytes =
          Segment.encodeHeader(
              real.header(), wraps.length, real.ciphertextEnd() - real.ciphertextBegin());
      byte[] ciphertext =
          Arrays.copyOfRange(real.encoded(), real.ciphertextBegin(), real.ciphertextEnd());
      Segment rewrapped =
          Segment.assemble(real.header(), headerBytes, wraps, ciphertext, real.signature());
      assertFalse(signed(rewrapped), "for whom it is sealed can be changed");
    }
  }

  @Test
  void wrapOfAnotherRoomAuthorOrEpoch_doesNotOpen() throws Exception {
    KemKey ann = Sealer.CRYPTO.kemKey(KemSuite.X25519, Sealer.bytes(32, 11));
    byte[] id = KemKeyId.of(ann.publicKey());
    KeyWraps right = KeyWraps.ofSegment(Sealer.TOPIC, author.id, 3, null);
    byte[] wraps = right.seal(Sealer.CRYPTO, List.of(ann.publicKey()), senderKey);
    assertNotNull(right.open(wraps, ann, id));
    Topic elsewhere = Topic.of(Sealer.bytes(32, 8));
    for (KeyWraps other :
        List.of(
            KeyWraps.ofSegment(elsewhere, author.id, 3, null),
            KeyWraps.ofSegment(Sealer.TOPIC, member.id, 3, null),
            KeyWraps.ofSegment(Sealer.TOPIC, author.id, 4, null),
            KeyWraps.ofSegment(Sealer.TOPIC, author.id, 3, PreSharedKey.of(new byte[32])))) {
      assertThrows(CryptoException.class, () -> other.open(wraps, ann, id));
    }
    byte[] underAnotherId = wraps.clone();
    KemKey bob = Sealer.CRYPTO.kemKey(KemSuite.X25519, Sealer.bytes(32, 12));
    byte[] bobsId = KemKeyId.of(bob.publicKey());
    System.arraycopy(bobsId, 0, underAnotherId, 0, bobsId.length);
    assertThrows(CryptoException.class, () -> right.open(underAnotherId, bob, bobsId));
    assertNull(right.open(wraps, bob, bobsId), "a segment that is not for him");
    assertNull(right.open(new byte[0], ann, id));
  }
}
