package org.peerroom.internal.protocol;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import org.peerroom.SealingSuite;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.crypto.KemKey;
import org.peerroom.internal.crypto.KemSuite;
import org.peerroom.internal.sealing.KemKeyId;
import org.peerroom.internal.sealing.KeyWraps;

/**
 * The private keys to which the members of one room set up pairwise keys with this peer: a new one
 * with each of its records, kept until that record is void everywhere and then wiped. So what
 * somebody has recorded of a key agreement can't be opened later, whatever is found in this peer's
 * memory by then.
 */
final class KemKeys {

  private static final long LIFE_MILLIS = Membership.RECORD_MILLIS + Membership.MAX_SKEW_MILLIS;

  /** A peer makes a new record every 40 seconds, and when its addresses change. */
  private static final int MAX_HELD = 32;

  private final PeerContext context;
  private final KemSuite suite;
  private final Deque<Held> held = new ArrayDeque<>();

  KemKeys(PeerContext context, SealingSuite suite) {
    this.context = context;
    this.suite = kemOf(suite);
  }

  /** With which key encapsulation the pairwise keys of a room are set up. */
  static KemSuite kemOf(SealingSuite suite) {
    return suite == SealingSuite.X_WING ? KemSuite.X_WING : KemSuite.X25519;
  }

  private static final class Held {
    final KemKey key;
    final byte[] id;
    final long voidTick;

    Held(KemKey key, long voidTick) {
      this.key = key;
      this.id = KemKeyId.of(key.publicKey());
      this.voidTick = voidTick;
    }
  }

  KemSuite suite() {
    return suite;
  }

  /** The public half of a new key, for a new record. */
  byte[] fresh(Now now) {
    byte[] seed = context.entropy.next(32);
    KemKey key = context.crypto.kemKey(suite, seed);
    Arrays.fill(seed, (byte) 0);
    if (held.size() >= MAX_HELD) {
      held.removeFirst().key.destroy();
    }
    held.addLast(new Held(key, now.tickMillis() + LIFE_MILLIS));
    return key.publicKey();
  }

  /** The key with this id; null if it is none of this peer's, or forgotten. */
  @Nullable KemKey find(byte[] id) {
    for (Held one : held) {
      if (Arrays.equals(one.id, id)) {
        return one.key;
      }
    }
    return null;
  }

  /**
   * The key that is wrapped for one of these keys.
   *
   * @return null if there is none
   * @throws CryptoException as {@link KeyWraps#open}
   */
  @Nullable ChainKey unwrap(KeyWraps slots, byte[] wraps) throws CryptoException {
    for (Iterator<Held> newestFirst = held.descendingIterator(); newestFirst.hasNext(); ) {
      Held one = newestFirst.next();
      ChainKey key = slots.open(wraps, one.key, one.id);
      if (key != null) {
        return key;
      }
    }
    return null;
  }

  /** Wipes those whose records are void. */
  void expire(Now now) {
    while (!held.isEmpty() && held.getFirst().voidTick <= now.tickMillis()) {
      held.removeFirst().key.destroy();
    }
  }

  /** Wipes all. */
  void destroy() {
    held.forEach(one -> one.key.destroy());
    held.clear();
  }
}
