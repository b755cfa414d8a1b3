package org.peerroom.internal.sealing;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.crypto.Digests;
import org.peerroom.internal.crypto.Encapsulation;
import org.peerroom.internal.crypto.KemSuite;
import org.peerroom.internal.crypto.PairwiseKey;
import org.peerroom.internal.crypto.PreSharedKey;
import org.peerroom.internal.crypto.PublicKeyCrypto;
import org.peerroom.internal.crypto.SigningKey;
import org.peerroom.internal.wire.Frame.Grant;

/**
 * The sealing side of one ordered pair of peers. One key agreement (HPKE, RFC 9180; in PSK mode
 * where the room has a secret), after which each grant is one small AEAD.
 *
 * <p>The key moves forward by {@link #step()}, which whoever keeps this calls some time after it
 * was used: what was sealed before can't be opened with what is in memory then.
 *
 * <p>HPKE's base and PSK modes do not say who the sender is: the link that a grant comes over does,
 * or else the sender's signature over the grant that sets the key up.
 */
public final class PairwiseSender {

  private static final byte[] NONE = {};

  private final Pair pair;
  private final byte[] slotId;
  private final byte[] kemKey;
  private final byte[] encapsulation;
  private PairwiseKey key;
  private int generation;
  private long counter;

  private PairwiseSender(Pair pair, byte[] kemKey, Encapsulation encapsulation) {
    this.pair = pair;
    this.slotId = Arrays.copyOf(pair.to().bytes(), RekeySlots.ID_SIZE);
    this.kemKey = kemKey;
    this.encapsulation = encapsulation.encapsulation();
    this.key = encapsulation.key();
  }

  /**
   * Agrees on a key with the holder of this public key.
   *
   * @throws CryptoException if the public key is of no use
   */
  public static PairwiseSender setUp(
      PublicKeyCrypto crypto,
      KemSuite suite,
      Pair pair,
      byte[] publicKey,
      @Nullable PreSharedKey psk)
      throws CryptoException {
    Encapsulation agreed = crypto.encapsulate(suite, publicKey, pair.info(), psk);
    return new PairwiseSender(pair, KemKeyId.of(publicKey), agreed);
  }

  /** Whether the key was set up with this public key. */
  public boolean isFor(byte[] publicKey) {
    return Arrays.equals(kemKey, KemKeyId.of(publicKey));
  }

  /**
   * Seals a note for the other side alone.
   *
   * @param introduce whether the other side may not have the key yet: the grant then sets it up
   * @param signing signs a grant that sets the key up; null where the link vouches for it
   */
  public Grant seal(byte[] plaintext, boolean introduce, @Nullable SigningKey signing, int hops) {
    byte[] named = introduce ? kemKey : NONE;
    byte[] enclosed = introduce ? encapsulation : NONE;
    long number = ++counter;
    byte[] context = pair.context(generation, number, named, enclosed);
    byte[] sealed = key.seal(number, context, plaintext);
    byte[] signature =
        introduce && signing != null
            ? signing.sign(Digests.sha256(Labels.GRANT, context, sealed))
            : NONE;
    return new Grant(
        pair.topic(),
        pair.from(),
        pair.to(),
        pair.setup(),
        generation,
        number,
        hops,
        named,
        enclosed,
        sealed,
        signature);
  }

  /** Writes the slot of a rekey for the other side. */
  void sealRekey(int epoch, byte[] context, byte[] senderKey, byte[] slots, int at) {
    System.arraycopy(slotId, 0, slots, at, RekeySlots.ID_SIZE);
    int said = at + RekeySlots.ID_SIZE;
    slots[said] = (byte) (generation >>> 8);
    slots[said + 1] = (byte) generation;
    key.sealRekey(epoch, context, senderKey, slots, RekeySlots.sealedAt(at));
  }

  /** How often the key has moved forward. */
  public int generation() {
    return generation;
  }

  /** Moves the key forward: nothing that was sealed until now can be opened with what is left. */
  public void step() {
    PairwiseKey next = key.next();
    key.destroy();
    key = next;
    generation++;
  }

  /** Wipes the key. */
  public void destroy() {
    key.destroy();
  }
}
