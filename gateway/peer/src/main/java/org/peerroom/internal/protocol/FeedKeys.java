package org.peerroom.internal.protocol;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.crypto.SegmentKey;
import org.peerroom.internal.sealing.SegmentSealing;
import org.peerroom.internal.wire.SegmentHeader;

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
  private static final int MAX_EPOCHS = 8192;

  /** Of these only so many by others than the author, so that none of them can crowd it out. */
  private static final int MAX_PASSED_ON_EPOCHS = 2048;

  private final PeerId author;
  private final KeyBudget budget;
  private final TreeMap<Integer, List<Chain>> epochs = new TreeMap<>();

  FeedKeys(PeerId author, KeyBudget budget) {
    this.author = author;
    this.budget = budget;
  }

  /** One epoch's chain: where its retained part begins, and how far it has been computed. */
  private static final class Chain {
    final PeerId grantor;

    /** A segment's number less its step, the same for all segments of an epoch. */
    final long offset;

    int baseStep;
    ChainKey base;
    int headStep;
    ChainKey head;
    boolean proved;

    Chain(PeerId grantor, KeyEntry entry) {
      this.grantor = grantor;
      offset = entry.sequence - entry.step;
      baseStep = entry.step;
      base = entry.key;
      headStep = entry.step;
      head = entry.key;
    }

    long baseSequence() {
      return offset + baseStep;
    }

    boolean leadsTo(SegmentHeader header) {
      return header.sequence() - header.step() == offset;
    }

    /**
     * Takes an older step to reach back further, or a newer one to jump ahead; the same grantor's
     * word only.
     */
    boolean extend(KeyEntry entry) {
      if (entry.sequence - entry.step != offset) {
        return false;
      }
      if (entry.step < baseStep) {
        if (head != base) {
          base.destroy();
        }
        baseStep = entry.step;
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

    /**
     * Goes no further than one step past the head: a header may say any step, whether or not it
     * opens, and must not set off a walk for each segment that expires.
     */
    void forgetBefore(int step) {
      boolean nothingBetween = step >= headStep || step - baseStep > MAX_JUMP;
      if (step > baseStep && nothingBetween && base != head) {
        base.destroy();
        base = head;
        baseStep = headStep;
      }
      advanceBase(Math.min(step, headStep + 1));
    }

    private void advanceBase(int step) {
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

  /** Whether no key is held. */
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
    List<Chain> chains = epochs.getOrDefault(entry.epoch, List.of());
    for (Chain chain : chains) {
      if (chain.grantor.equals(grantor)) {
        return chain.extend(entry);
      }
    }
    if (chains.isEmpty()) {
      if (!hasRoom(byAuthor) && !(byAuthor && giveUpOldest(entry.epoch))) {
        return false;
      }
      chains = new ArrayList<>(1);
      epochs.put(entry.epoch, chains);
    }
    boolean full = !chains.isEmpty() && !budget.admits(epochs.size());
    if (chains.size() >= MAX_CANDIDATES || full) {
      if (!byAuthor) {
        return false;
      }
      destroy(chains.remove(chains.size() - 1));
    }
    chains.add(byAuthor ? 0 : chains.size(), new Chain(grantor, entry));
    budget.taken();
    return true;
  }

  private boolean hasRoom(boolean byAuthor) {
    int most = byAuthor ? MAX_EPOCHS : MAX_PASSED_ON_EPOCHS;
    return epochs.size() < most && budget.admits(epochs.size());
  }

  /**
   * Makes room for a newer key of the author. What is stored has been given its own keys already:
   * it stays readable here, only nobody else gets the old key from here any more.
   */
  private boolean giveUpOldest(int newer) {
    Map.Entry<Integer, List<Chain>> oldest = epochs.firstEntry();
    if (oldest == null || oldest.getKey() >= newer) {
      return false;
    }
    epochs.remove(oldest.getKey());
    oldest.getValue().forEach(this::destroy);
    return true;
  }

  private void destroy(Chain chain) {
    chain.destroy();
    budget.released(1);
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
      if (chain.leadsTo(header) && !isWithinReach(chain, header.step())) {
        continue;
      }
      SegmentKey key = chain.leadsTo(header) ? derive(chain, header) : null;
      if (key != null) {
        chain.proved = true;
        return key;
      }
      if (!chain.proved && !chain.grantor.equals(author)) {
        destroy(chain);
        i.remove();
      }
    }
    if (chains.isEmpty()) {
      epochs.remove(header.epoch());
    }
    return null;
  }

  /**
   * A copy of what opens a segment that {@link #keyFor} has given a key for, and those behind it in
   * its epoch; null if it is not held any more. The caller wipes it.
   */
  byte @Nullable [] exposeChainKey(SegmentHeader header) {
    for (Chain chain : epochs.getOrDefault(header.epoch(), List.of())) {
      if (!chain.leadsTo(header) || !isWithinReach(chain, header.step())) {
        continue;
      }
      chain.advanceHead(header.step());
      byte[] exposed = exposed(chain, header);
      if (exposed != null) {
        return exposed;
      }
    }
    return null;
  }

  private static byte @Nullable [] exposed(Chain chain, SegmentHeader header) {
    ChainKey at = header.step() < chain.headStep ? walk(chain, header.step()) : chain.head;
    SegmentKey key = SegmentSealing.keyOf(header, at);
    byte[] exposed = key == null ? null : at.exposeForGrant();
    if (key != null) {
      key.destroy();
    }
    release(chain, at);
    return exposed;
  }

  private static boolean isWithinReach(Chain chain, int step) {
    int from = step < chain.headStep ? chain.baseStep : chain.headStep;
    return step >= chain.baseStep && step - from <= MAX_JUMP;
  }

  /** Null if the segment was sealed with another key. */
  private static @Nullable SegmentKey derive(Chain chain, SegmentHeader header) {
    int step = header.step();
    if (step >= chain.headStep) {
      chain.advanceHead(step);
      return SegmentSealing.keyOf(header, chain.head);
    }
    ChainKey at = walk(chain, step);
    SegmentKey key = SegmentSealing.keyOf(header, at);
    release(chain, at);
    return key;
  }

  /** The chain's key at a step before its head; to be {@linkplain #release released}. */
  private static ChainKey walk(Chain chain, int step) {
    ChainKey at = chain.base;
    for (int s = chain.baseStep; s < step; s++) {
      ChainKey next = at.next();
      release(chain, at);
      at = next;
    }
    return at;
  }

  private static void release(Chain chain, ChainKey at) {
    if (at != chain.base && at != chain.head) {
      at.destroy();
    }
  }

  /** Wipes what opens only segments before this place of the feed. */
  void forgetBefore(int epoch, int step) {
    for (Iterator<Map.Entry<Integer, List<Chain>>> i =
            epochs.headMap(epoch, false).entrySet().iterator();
        i.hasNext(); ) {
      i.next().getValue().forEach(this::destroy);
      i.remove();
    }
    List<Chain> chains = epochs.getOrDefault(epoch, List.of());
    for (Iterator<Chain> i = chains.iterator(); i.hasNext(); ) {
      Chain chain = i.next();
      if (step - chain.headStep > MAX_JUMP) {
        destroy(chain); // it leads to nothing any more that would be computed
        i.remove();
      } else {
        chain.forgetBefore(step);
      }
    }
    if (chains.isEmpty()) {
      epochs.remove(epoch);
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
              all.add(
                  new KeyEntry(author, epoch, chain.baseStep, chain.baseSequence(), chain.base));
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
        first = Math.min(first, chain.baseSequence());
      }
    }
    return first;
  }

  /** Wipes all keys. */
  void destroy() {
    epochs.values().forEach(chains -> chains.forEach(this::destroy));
    epochs.clear();
  }
}
