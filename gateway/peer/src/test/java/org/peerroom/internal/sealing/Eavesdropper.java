package org.peerroom.internal.sealing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.crypto.ForwardingCrypto;
import org.peerroom.internal.crypto.KemKey;
import org.peerroom.internal.crypto.KemSuite;
import org.peerroom.internal.crypto.PairwiseKey;
import org.peerroom.internal.crypto.PublicKeyCrypto;
import org.peerroom.internal.crypto.SegmentKey;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.Frame.Grant;
import org.peerroom.internal.wire.Frame.Rekey;
import org.peerroom.internal.wire.Limits;
import org.peerroom.internal.wire.Segment;

/**
 * The memory of a peer that has never wiped anything, and tries every key that it ever had on
 * whatever it hears, whoever it is for: each private key on each encapsulation, each pairwise key
 * in each of its generations on each note and on every slot of every rekey, each sender key in each
 * of its steps on each segment.
 */
public final class Eavesdropper {

  private static final int GENERATIONS = 80;
  private static final int OTHER_STEPS = 4;

  private final PublicKeyCrypto real;
  private final List<KemKey> kemKeys = new ArrayList<>();
  private final List<PairwiseKey> pairwise = new ArrayList<>();
  private final List<Chain> chains = new ArrayList<>();
  private final List<SegmentKey> segmentKeys = new ArrayList<>();

  public Eavesdropper(PublicKeyCrypto real) {
    this.real = real;
  }

  /** How many sender keys it has. */
  public int senderKeys() {
    return chains.size();
  }

  /** A sender key that it got, at this step. */
  public void learn(int step, byte[] senderKey) {
    chains.add(new Chain(step, ChainKey.of(senderKey)));
  }

  /** A sender key as it was given, and the steps that follow from it as far as they were tried. */
  private static final class Chain {
    final int step;
    final List<ChainKey> keys = new ArrayList<>();

    Chain(int step, ChainKey key) {
      this.step = step;
      keys.add(key);
    }

    ChainKey after(int steps) {
      while (keys.size() <= steps) {
        keys.add(keys.get(keys.size() - 1).next());
      }
      return keys.get(steps);
    }

    /** How many steps on it is to be tried: the number that would fit, and a few others. */
    Set<Integer> stepsTo(int wanted) {
      Set<Integer> steps = new TreeSet<>();
      for (int i = 0; i < OTHER_STEPS; i++) {
        steps.add(i);
      }
      if (wanted >= step) {
        steps.add(wanted - step);
      }
      return steps;
    }
  }

  /** A grant that is addressed to it: takes the pairwise key that it sets up. */
  public void hear(Grant grant) {
    Pair pair = new Pair(grant.topic(), grant.from(), grant.to(), grant.setup());
    for (KemKey kem : kemKeys) {
      try {
        PairwiseKey at = kem.decapsulate(grant.encapsulation(), pair.info(), null);
        for (int i = 0; i < GENERATIONS; i++) {
          pairwise.add(at);
          at = at.next();
        }
      } catch (CryptoException e) {
        // not to this key
      }
    }
  }

  /** What is in a grant, if any key opens it. */
  public byte @Nullable [] open(Grant grant) {
    Pair pair = new Pair(grant.topic(), grant.from(), grant.to(), grant.setup());
    byte[] context =
        pair.context(grant.generation(), grant.counter(), grant.kemKey(), grant.encapsulation());
    for (PairwiseKey key : pairwise) {
      try {
        return key.open(grant.counter(), context, grant.sealed());
      } catch (CryptoException e) {
        // the next one
      }
    }
    for (KemKey kem : kemKeys) {
      try {
        return PairwiseReceiver.accept(grant, kem, null).open(grant);
      } catch (CryptoException e) {
        // the next one
      }
    }
    return null;
  }

  /** The sender key in a rekey, if any key opens any slot. */
  public byte @Nullable [] open(Rekey rekey) {
    byte[] context =
        RekeySlots.context(rekey.topic(), rekey.from(), rekey.epoch(), rekey.sequence());
    for (int at = 0; at < rekey.slots().length; at += Frame.Rekey.SLOT_SIZE) {
      for (PairwiseKey key : pairwise) {
        try {
          return key.openRekey(rekey.epoch(), context, rekey.slots(), RekeySlots.sealedAt(at), 48);
        } catch (CryptoException e) {
          // the next one
        }
      }
    }
    return null;
  }

  /** The plaintext of a segment, if any key opens it. */
  public byte @Nullable [] open(Segment segment) {
    byte[] wrapped = unwrap(segment);
    if (wrapped != null) {
      learn(0, wrapped);
    }
    for (Chain chain : chains) {
      for (int steps : chain.stepsTo(segment.header().step())) {
        byte[] opened = opened(segment, chain.after(steps));
        if (opened != null) {
          return opened;
        }
      }
    }
    for (SegmentKey key : segmentKeys) {
      try {
        return SegmentSealing.open(segment, key);
      } catch (CryptoException e) {
        // the next one
      }
    }
    return null;
  }

  private byte @Nullable [] opened(Segment segment, ChainKey step) {
    SegmentKey key = SegmentSealing.keyOf(segment.header(), step);
    if (key == null) {
      return null;
    }
    try {
      byte[] plaintext = SegmentSealing.open(segment, key);
      segmentKeys.add(key);
      return plaintext;
    } catch (CryptoException e) {
      throw new IllegalStateException("the key is right, but it does not open", e);
    }
  }

  /** The sender key of a segment, if any private key opens the slot of anyone. */
  private byte @Nullable [] unwrap(Segment segment) {
    byte[] wraps = segment.wraps();
    KeyWraps slots =
        KeyWraps.ofSegment(
            segment.header().topic(), segment.author(), segment.header().epoch(), null);
    int size = KeyWraps.slotSize(KemSuite.X25519);
    for (int at = 0; at + size <= wraps.length; at += size) {
      byte[] id = Arrays.copyOfRange(wraps, at, at + Limits.KEM_KEY_ID);
      byte[] slot = Arrays.copyOfRange(wraps, at, at + size);
      for (KemKey kem : kemKeys) {
        if (kem.suite() == KemSuite.X25519) {
          try {
            ChainKey key = slots.open(slot, kem, id);
            return key == null ? null : key.exposeForGrant();
          } catch (CryptoException e) {
            // the next one
          }
        }
      }
    }
    return null;
  }

  /** Does what the real one does, and remembers each private key for key agreement. */
  public PublicKeyCrypto crypto() {
    return new ForwardingCrypto(real) {
      @Override
      public KemKey kemKey(KemSuite suite, byte[] seed) {
        kemKeys.add(real.kemKey(suite, seed));
        return real.kemKey(suite, seed);
      }
    };
  }
}
