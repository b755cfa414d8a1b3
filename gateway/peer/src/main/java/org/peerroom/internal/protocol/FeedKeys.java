package org.peerroom.internal.protocol;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.crypto.Digests;
import org.peerroom.internal.crypto.SegmentKey;
import org.peerroom.internal.wire.SegmentHeader;
import org.peerroom.internal.wire.Topic;
import org.peerroom.internal.wire.WireWriter;

/**
 * The sender keys of one feed that this peer holds: for each epoch the chain key of the oldest step
 * that is still retained, from which every later step of that epoch follows and no earlier one.
 *
 * <p>Whether a key is right is decided by the commitment in a signed header, so a wrong key that a
 * member passed on is found out and dropped; a few candidates for one epoch can stand beside each
 * other until then.
 */
final class FeedKeys {

  /** A jump of more steps than this inside an epoch is refused, not computed. */
  static final int MAX_JUMP = 2000;

  private static final int MAX_CANDIDATES = 3;
  private static final int MAX_EPOCHS = 4096;

  /** Of these only so many by others than the author, so that none of them can crowd it out. */
  private static final int MAX_PASSED_ON_EPOCHS = 2048;

  private final Topic topic;
  private final PeerId author;
  private final TreeMap<Integer, List<Chain>> epochs = new TreeMap<>();

  FeedKeys(Topic topic, PeerId author) {
    this.topic = topic;
    this.author = author;
  }

  /** One epoch's chain: where its retained part begins, and how far it has been computed. */
  private static final class Chain {
    final PeerId grantor;
    int baseStep;
    long baseSequence;
    ChainKey base;
    int headStep;
    ChainKey head;
    boolean proved;

    Chain(PeerId grantor, KeyEntry entry) {
      this.grantor = grantor;
      baseStep = entry.step;
      baseSequence = entry.sequence;
      base = entry.key;
      headStep = entry.step;
      head = entry.key;
    }

    /**
     * Takes an older step to reach back further, or a newer one to jump ahead; the same grantor's
     * word only.
     */
    boolean extend(KeyEntry entry) {
      if (entry.step < baseStep) {
        if (head != base) {
          base.destroy();
        }
        baseStep = entry.step;
        baseSequence = entry.sequence;
        base = entry.key;
        return true;
      }
      if (entry.step > headStep) {
        if (head != base) {
          head.destroy();
        }
        head = entry.key;
        headStep = entry.step;
        return true;
      }
      return false;
    }

    void destroy() {
      base.destroy();
      if (head != base) {
        head.destroy();
      }
    }

    void advanceBase(int step, long sequence) {
      while (baseStep < step) {
        ChainKey next = base.next();
        if (base != head) {
          base.destroy();
        }
        base = next;
        baseStep++;
        if (headStep < baseStep) {
          head.destroy();
          head = base;
          headStep = baseStep;
        }
      }
      baseSequence = sequence;
    }

    void advanceHead(int step) {
      while (headStep < step) {
        ChainKey next = head.next();
        if (head != base) {
          head.destroy();
        }
        head = next;
        headStep++;
      }
    }
  }

  /** Whether any key is held: whether this feed has been admitted. */
  boolean isEmpty() {
    return epochs.isEmpty();
  }

  /**
   * Takes a key that was granted; the author's own word wins over what others pass on. A key that
   * is of no use is wiped.
   *
   * @return whether anything new can be read with it
   */
  boolean offer(PeerId grantor, KeyEntry entry) {
    boolean taken = take(grantor, entry);
    if (!taken) {
      entry.key.destroy();
    }
    return taken;
  }

  private boolean take(PeerId grantor, KeyEntry entry) {
    boolean byAuthor = grantor.equals(author);
    List<Chain> chains = epochs.get(entry.epoch);
    if (chains == null) {
      if (epochs.size() >= (byAuthor ? MAX_EPOCHS : MAX_PASSED_ON_EPOCHS)) {
        return false;
      }
      chains = new ArrayList<>(1);
      epochs.put(entry.epoch, chains);
    }
    for (Chain chain : chains) {
      if (chain.grantor.equals(grantor)) {
        return chain.extend(entry);
      }
    }
    if (chains.size() >= MAX_CANDIDATES) {
      if (!byAuthor) {
        return false;
      }
      chains.remove(chains.size() - 1).destroy();
    }
    chains.add(byAuthor ? 0 : chains.size(), new Chain(grantor, entry));
    return true;
  }

  /**
   * The key of a segment whose signature has been verified; null if it is not held, or not computed
   * because the jump is too large.
   */
  @Nullable SegmentKey keyFor(SegmentHeader header) {
    List<Chain> chains = epochs.get(header.epoch());
    if (chains == null) {
      return null;
    }
    for (Iterator<Chain> i = chains.iterator(); i.hasNext(); ) {
      Chain chain = i.next();
      SegmentKey key = derive(chain, header.epoch(), header.step());
      if (key == null) {
        continue;
      }
      if (Digests.constantTimeEquals(key.commitment(), header.commitment())) {
        chain.proved = true;
        return key;
      }
      key.destroy();
      if (!chain.proved && !chain.grantor.equals(author)) {
        chain.destroy();
        i.remove();
      }
    }
    if (chains.isEmpty()) {
      epochs.remove(header.epoch());
    }
    return null;
  }

  private @Nullable SegmentKey derive(Chain chain, int epoch, int step) {
    if (step < chain.baseStep) {
      return null;
    }
    if (step < chain.headStep) {
      if (step - chain.baseStep > MAX_JUMP) {
        return null;
      }
      ChainKey at = ChainKey.of(chain.base.exposeForGrant());
      for (int s = chain.baseStep; s < step; s++) {
        ChainKey next = at.next();
        at.destroy();
        at = next;
      }
      SegmentKey key = at.segmentKey(context(topic, author, epoch, step));
      at.destroy();
      return key;
    }
    if (step - chain.headStep > MAX_JUMP) {
      return null;
    }
    chain.advanceHead(step);
    return chain.head.segmentKey(context(topic, author, epoch, step));
  }

  /** What a segment key is derived for, besides its chain key. */
  static byte[] context(Topic topic, PeerId author, int epoch, int step) {
    return new WireWriter(128).topic(topic).peer(author).i32(epoch).i32(step).toBytes();
  }

  /** Wipes what opens only segments before this place of the feed. */
  void forgetBefore(int epoch, int step, long sequence) {
    for (Iterator<Map.Entry<Integer, List<Chain>>> i =
            epochs.headMap(epoch, false).entrySet().iterator();
        i.hasNext(); ) {
      i.next().getValue().forEach(Chain::destroy);
      i.remove();
    }
    for (Chain chain : epochs.getOrDefault(epoch, List.of())) {
      if (step > chain.baseStep) {
        int reached = Math.min(step, chain.baseStep + MAX_JUMP);
        chain.advanceBase(reached, sequence - (step - reached));
      }
    }
  }

  /** What can be passed on: for each epoch the oldest retained step. */
  List<KeyEntry> entries() {
    return entriesFrom(0);
  }

  /** What can be passed on of this epoch and those that follow. */
  List<KeyEntry> entriesFrom(int firstEpoch) {
    List<KeyEntry> all = new ArrayList<>();
    epochs
        .tailMap(firstEpoch)
        .forEach(
            (epoch, chains) -> {
              Chain chain = chains.get(0);
              all.add(new KeyEntry(author, epoch, chain.baseStep, chain.baseSequence, chain.base));
            });
    return all;
  }

  /**
   * The sequence number of the oldest segment that can be read; {@link Long#MAX_VALUE} if none can.
   */
  long readableFrom() {
    long first = Long.MAX_VALUE;
    for (List<Chain> chains : epochs.values()) {
      for (Chain chain : chains) {
        first = Math.min(first, chain.baseSequence);
      }
    }
    return first;
  }

  /** Wipes all keys. */
  void destroy() {
    epochs.values().forEach(chains -> chains.forEach(Chain::destroy));
    epochs.clear();
  }
}
