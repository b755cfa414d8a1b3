package org.peerroom.internal.sealing;

import org.jspecify.annotations.Nullable;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.crypto.Digests;
import org.peerroom.internal.crypto.KemKey;
import org.peerroom.internal.crypto.PairwiseKey;
import org.peerroom.internal.crypto.PreSharedKey;
import org.peerroom.internal.crypto.PublicKeyCrypto;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.Frame.Grant;

/**
 * The opening side of one ordered pair of peers. Holds the key of the newest generation that was
 * heard of and of the one before it; each note opens once.
 */
public final class PairwiseReceiver {

  /** How many generations a grant may be ahead; one that is further is not computed. */
  public static final int MAX_AHEAD = 64;

  private final Pair pair;
  private PairwiseKey key;
  private @Nullable PairwiseKey previous;
  private int generation;
  private long newest;

  /** Which of the 64 counters up to the newest were seen: the lowest bit is the newest. */
  private long seen;

  private PairwiseReceiver(Pair pair, PairwiseKey key) {
    this.pair = pair;
    this.key = key;
  }

  /**
   * Takes the key that a grant sets up; nothing is known of who sent it but what the link it came
   * over says, or {@link #isSigned}.
   *
   * @param kem the private key that the grant names
   * @throws CryptoException if the encapsulation can't be one to this key
   */
  public static PairwiseReceiver accept(Grant grant, KemKey kem, @Nullable PreSharedKey psk)
      throws CryptoException {
    Pair pair = new Pair(grant.topic(), grant.from(), grant.to(), grant.setup());
    return new PairwiseReceiver(pair, kem.decapsulate(grant.encapsulation(), pair.info(), psk));
  }

  /** Whether the peer that a grant names as its sender has signed it. */
  public static boolean isSigned(PublicKeyCrypto crypto, Grant grant) {
    Pair pair = new Pair(grant.topic(), grant.from(), grant.to(), grant.setup());
    byte[] signed = Digests.sha256(Labels.GRANT, context(pair, grant), grant.sealed());
    return crypto.verify(grant.from().bytes(), signed, grant.signature());
  }

  private static byte[] context(Pair pair, Grant grant) {
    return pair.context(grant.generation(), grant.counter(), grant.kemKey(), grant.encapsulation());
  }

  /** The number of the key. */
  public long setup() {
    return pair.setup();
  }

  /** How often the key has moved forward. */
  public int generation() {
    return generation;
  }

  /** Whether a note with this counter was opened before, or is too old to tell. */
  public boolean saw(long counter) {
    long age = newest - counter;
    return age >= 0 && (age >= Long.SIZE || (seen >>> age & 1) == 1);
  }

  private void see(long counter) {
    if (counter > newest) {
      long ahead = counter - newest;
      seen = ahead >= Long.SIZE ? 1 : seen << ahead | 1;
      newest = counter;
    } else {
      seen |= 1L << (newest - counter);
    }
  }

  /**
   * Opens a note that was not opened before.
   *
   * @return the plaintext, to be wiped by the caller
   * @throws CryptoException if it was altered, opened before, is of a generation that is forgotten
   *     or too far ahead, or sealed for someone else
   */
  public byte[] open(Grant grant) throws CryptoException {
    if (saw(grant.counter())) {
      throw new CryptoException("it was seen before");
    }
    byte[] context = context(pair, grant);
    byte[] plaintext =
        opened(grant.generation(), at -> at.open(grant.counter(), context, grant.sealed()));
    see(grant.counter());
    return plaintext;
  }

  /**
   * Opens the slot for this side in a rekey.
   *
   * @param slot where {@link RekeySlots#find} found it
   * @return the sender key, to be wiped by the caller
   * @throws CryptoException as {@link #open}
   */
  public byte[] open(Frame.Rekey rekey, int slot) throws CryptoException {
    byte[] context =
        RekeySlots.context(rekey.topic(), rekey.from(), rekey.epoch(), rekey.sequence());
    int low = RekeySlots.generation(rekey.slots(), slot);
    // The nearest number with these low bits that is not before the generation before this one.
    int base = Math.max(0, generation - 1);
    int said = base + ((low - base) & 0xffff);
    int sealed = RekeySlots.sealedAt(slot);
    int length = Frame.Rekey.SLOT_SIZE - (sealed - slot);
    return opened(said, at -> at.openRekey(rekey.epoch(), context, rekey.slots(), sealed, length));
  }

  private interface Opening {
    byte[] with(PairwiseKey key) throws CryptoException;
  }

  private byte[] opened(int said, Opening opening) throws CryptoException {
    if (said == generation) {
      return opening.with(key);
    }
    PairwiseKey before = previous;
    if (said == generation - 1 && before != null) {
      return opening.with(before);
    }
    if (said < generation || said - generation > MAX_AHEAD) {
      throw new CryptoException(
          "it is of generation " + said + ", and this peer is at " + generation);
    }
    return ahead(said, opening);
  }

  /** Nothing is forgotten before something has opened: anyone can say any number. */
  private byte[] ahead(int said, Opening opening) throws CryptoException {
    PairwiseKey last = key;
    PairwiseKey at = key.next();
    for (int g = generation + 1; g < said; g++) {
      PairwiseKey next = at.next();
      forgetUnless(last == key, last);
      last = at;
      at = next;
    }
    try {
      byte[] plaintext = opening.with(at);
      forgetUnless(last == key, key);
      become(said, at, last);
      return plaintext;
    } catch (CryptoException e) {
      at.destroy();
      forgetUnless(last == key, last);
      throw e;
    }
  }

  private static void forgetUnless(boolean kept, PairwiseKey key) {
    if (!kept) {
      key.destroy();
    }
  }

  private void become(int said, PairwiseKey at, @Nullable PairwiseKey last) {
    if (previous != null) {
      previous.destroy();
    }
    previous = last;
    key = at;
    generation = said;
  }

  /**
   * Moves on: nothing that was opened until now can be opened again with what is left. To be called
   * some time after something was opened, when the sender has moved on too.
   */
  public void step() {
    PairwiseKey old = key;
    become(generation + 1, key.next(), null);
    old.destroy();
  }

  /** Wipes the keys. */
  public void destroy() {
    key.destroy();
    if (previous != null) {
      previous.destroy();
    }
  }
}
