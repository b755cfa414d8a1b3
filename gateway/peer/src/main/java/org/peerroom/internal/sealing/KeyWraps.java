package org.peerroom.internal.sealing;

import java.util.Arrays;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.crypto.Digests;
import org.peerroom.internal.crypto.Encapsulation;
import org.peerroom.internal.crypto.KemKey;
import org.peerroom.internal.crypto.KemSuite;
import org.peerroom.internal.crypto.PairwiseKey;
import org.peerroom.internal.crypto.PreSharedKey;
import org.peerroom.internal.crypto.PublicKeyCrypto;
import org.peerroom.internal.wire.Limits;
import org.peerroom.internal.wire.Topic;
import org.peerroom.internal.wire.WireWriter;

/**
 * One sender key wrapped for each of several recipients by public-key encryption (HPKE, RFC 9180,
 * anew for each), one slot a recipient: a mark 8 · encapsulation · the key sealed 48. The price of
 * not having agreed on anything before: so much work and so many bytes for each.
 *
 * <p>Guarantees that only the holder of a recipient's private key, and where there is one of the
 * room's secret, opens its slot, and only for this author and epoch. Does not say who wrapped it:
 * what carries the wraps must be signed.
 */
public final class KeyWraps {

  private static final int SEALED_SIZE = ChainKey.SIZE + PairwiseKey.OVERHEAD;
  private static final byte[] NO_AAD = {};

  private final String label;
  private final KemSuite suite;
  private final Topic topic;
  private final PeerId author;
  private final int epoch;
  private final @Nullable PreSharedKey psk;

  private KeyWraps(
      String label,
      KemSuite suite,
      Topic topic,
      PeerId author,
      int epoch,
      @Nullable PreSharedKey psk) {
    this.label = label;
    this.suite = suite;
    this.topic = topic;
    this.author = author;
    this.epoch = epoch;
    this.psk = psk;
  }

  /** Those in a segment, for the members that are there. */
  public static KeyWraps ofSegment(
      Topic topic, PeerId author, int epoch, @Nullable PreSharedKey psk) {
    return new KeyWraps(Labels.SEGMENT_WRAP, KemSuite.X25519, topic, author, epoch, psk);
  }

  /** Those in a deposit, for the room's durable recipients. */
  public static KeyWraps ofDeposit(
      Topic topic, PeerId author, int epoch, @Nullable PreSharedKey psk) {
    return new KeyWraps(Labels.DEPOSIT_WRAP, KemSuite.X_WING, topic, author, epoch, psk);
  }

  /** How many bytes one recipient takes. */
  public static int slotSize(KemSuite suite) {
    return Limits.KEM_KEY_ID + suite.encapsulationSize() + SEALED_SIZE;
  }

  /**
   * Wraps a key for each of these recipients.
   *
   * @param publicKeys theirs; one that is of no use gets a slot that nobody can open
   */
  public byte[] seal(PublicKeyCrypto crypto, Collection<byte[]> publicKeys, ChainKey senderKey) {
    WireWriter out = new WireWriter(publicKeys.size() * slotSize(suite));
    byte[] plaintext = senderKey.exposeForGrant();
    for (byte[] publicKey : publicKeys) {
      byte[] id = KemKeyId.of(publicKey);
      out.raw(mark(id));
      try {
        Encapsulation wrapped = crypto.encapsulate(suite, publicKey, info(id), psk);
        out.raw(wrapped.encapsulation()).raw(wrapped.key().seal(0, NO_AAD, plaintext));
        wrapped.key().destroy();
      } catch (CryptoException e) {
        out.zeros(suite.encapsulationSize() + SEALED_SIZE);
      }
    }
    Arrays.fill(plaintext, (byte) 0);
    return out.finish();
  }

  /**
   * The key in the slot for this recipient.
   *
   * @return null if there is none
   * @throws CryptoException if there is, but it does not open, or the wraps have not the shape of
   *     any
   */
  public @Nullable ChainKey open(byte[] wraps, KemKey recipient, byte[] id) throws CryptoException {
    int size = slotSize(suite);
    if (wraps.length % size != 0) {
      throw new CryptoException(wraps.length + " bytes are no wrapped keys of " + suite);
    }
    byte[] mark = mark(id);
    for (int at = 0; at < wraps.length; at += size) {
      int enc = at + Limits.KEM_KEY_ID;
      if (Arrays.equals(wraps, at, enc, mark, 0, mark.length)) {
        int sealed = enc + suite.encapsulationSize();
        byte[] encapsulation = Arrays.copyOfRange(wraps, enc, sealed);
        PairwiseKey key = recipient.decapsulate(encapsulation, info(id), psk);
        byte[] opened = new byte[0];
        try {
          opened = key.open(0, NO_AAD, Arrays.copyOfRange(wraps, sealed, at + size));
          return ChainKey.of(opened);
        } finally {
          Arrays.fill(opened, (byte) 0);
          key.destroy();
        }
      }
    }
    return null;
  }

  /**
   * What shows a recipient its slot. A key that lives long has another mark in each deposit, so
   * that nobody who does not know the key sees where else it is a recipient.
   */
  private byte[] mark(byte[] id) {
    return label.equals(Labels.DEPOSIT_WRAP)
        ? Arrays.copyOf(Digests.sha256(Labels.DEPOSIT_SLOT, info(id)), Limits.KEM_KEY_ID)
        : id;
  }

  private byte[] info(byte[] id) {
    byte[] number = new WireWriter(4).i32(epoch).finish();
    return Digests.sha256(label, topic.bytes(), author.bytes(), number, id);
  }
}
