package org.peerroom.internal.protocol;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.identity.SignatureChain;
import org.peerroom.internal.crypto.SegmentKey;
import org.peerroom.internal.wire.KeyDeposit;
import org.peerroom.internal.wire.Segment;
import org.peerroom.internal.wire.SegmentContent.Item;
import org.peerroom.internal.wire.SegmentHeader;

/**
 * The retained part of one author's log: consecutive segments, each of which names the hash of the
 * one before it. What gets in has been verified by the caller.
 */
final class Feed {

  /** One retained segment; its key is wiped with it. */
  static final class Stored {
    final Segment segment;

    /** How many bytes of this feed lie before it, counted from when this replica began. */
    final long bytesBefore;

    /** When this replica forgets it, by this peer's wall clock. */
    final long expiresMillis;

    @Nullable SegmentKey key;

    /** Whether it was opened and has nothing in it but what follows of streams. */
    private boolean followsStream;

    Stored(Segment segment, long bytesBefore, long expiresMillis, @Nullable SegmentKey key) {
      this.segment = segment;
      this.bytesBefore = bytesBefore;
      this.expiresMillis = expiresMillis;
      this.key = key;
    }

    boolean followsStream() {
      return followsStream;
    }

    /** It was opened, and this is in it. */
    void followsStream(List<Item> items) {
      followsStream =
          items.stream()
              .allMatch(i -> i instanceof Item.OfStream || i instanceof Item.WrittenUnder);
    }
  }

  final PeerId author;
  final FeedKeys keys;

  /** When this feed became known; one that stays empty is forgotten again. */
  final long knownSinceTick;

  /** Who passed on its first key; the author itself in most cases. */
  final PeerId voucher;

  private @Nullable Stored[] ring = new Stored[8];

  /**
   * Those held segments behind which none expires earlier, oldest first: the first is the next to
   * expire. In most feeds these are all.
   */
  private final Deque<Stored> expiring = new ArrayDeque<>();

  /** What is deposited for durable recipients, by epoch. */
  private final TreeMap<Integer, KeyDeposit> deposits = new TreeMap<>();

  private long depositBytes;
  private long first;
  private long next;
  private byte @Nullable [] headHash;
  private long bytesAppended;
  private long bytesRemoved;
  private long lastExpiresMillis = Long.MIN_VALUE;
  private int unkeyed;
  private boolean admitted;
  private boolean quarantined;
  private boolean closed;
  private boolean own;

  /** One more than the newest segment that is on disk; only where the room is persistent. */
  private long synced;

  private boolean syncs;
  private boolean kept;
  private @Nullable SignatureChain keptChain;
  private long keptFrom;
  private final List<Integer> forgottenDeposits = new ArrayList<>();

  /** One more than the newest segment that any other member has ever said it holds. */
  private long heldElsewhere;

  Feed(PeerId author, PeerId voucher, KeyBudget budget, long knownSinceTick) {
    this.author = author;
    this.voucher = voucher;
    this.keys = new FeedKeys(author, budget);
    this.knownSinceTick = knownSinceTick;
  }

  /** The oldest segment held. */
  long first() {
    return first;
  }

  /** One more than the newest segment held; {@link #first()} if none is. */
  long next() {
    return next;
  }

  /** How many segments are held. */
  long held() {
    return next - first;
  }

  /** Whether this very peer writes it, or wrote it before it was restarted. */
  boolean isOwn() {
    return own;
  }

  void own(boolean value) {
    own = value;
  }

  /** Its segments count as held when they are on disk. */
  void syncs() {
    syncs = true;
  }

  /** On disk is everything before this segment. */
  void synced(long upTo) {
    synced = Math.max(synced, upTo);
  }

  /** One more than the newest segment that a crash of this peer would not take. */
  long durableNext() {
    return syncs ? Math.max(first, Math.min(next, synced)) : next;
  }

  /** Another member says that it holds everything before this segment. */
  void heldElsewhere(long upTo) {
    // A claim to what is still to come must not release it in advance.
    heldElsewhere = Math.max(heldElsewhere, Math.min(upTo, next));
  }

  /** One more than the newest segment that any other member has ever said it holds. */
  long heldElsewhere() {
    return heldElsewhere;
  }

  /** Whether it is on disk whose feed this is. */
  boolean isKept() {
    return kept;
  }

  /** It is on disk whose feed this is, and who vouches for the author. */
  void kept(@Nullable SignatureChain chain) {
    kept = true;
    keptChain = chain;
  }

  @Nullable SignatureChain keptChain() {
    return keptChain;
  }

  /** The oldest segment that is on disk. */
  long keptFrom() {
    return keptFrom;
  }

  void keptFrom(long sequence) {
    keptFrom = sequence;
  }

  /** The epochs of which deposits were given up since this was asked last. */
  List<Integer> takeForgottenDeposits() {
    List<Integer> taken = List.copyOf(forgottenDeposits);
    forgottenDeposits.clear();
    return taken;
  }

  /** How many bytes of segments and deposits are held. */
  long bytes() {
    return bytesAppended - bytesRemoved + depositBytes;
  }

  /** Whether its segments are stored: its author is known to belong here. */
  boolean admitted() {
    return admitted;
  }

  void admit() {
    admitted = true;
  }

  /**
   * Whether a deposit for this epoch is one to keep: for no segment that is gone, and not for more
   * epochs than there can be: one for each segment, the one before, and the one that begins.
   */
  boolean mayDeposit(int epoch) {
    Stored oldest = get(first);
    boolean late = oldest != null && epoch < oldest.segment.header().epoch();
    return !late && !deposits.containsKey(epoch) && deposits.size() <= held() + 1;
  }

  /** Keeps a deposit for as long as there is anything that it opens. */
  void deposit(KeyDeposit deposit) {
    if (deposits.put(deposit.epoch(), deposit) == null) {
      depositBytes += deposit.size();
    }
  }

  /** What is deposited for this epoch; null if nothing is. */
  @Nullable KeyDeposit deposit(int epoch) {
    return deposits.get(epoch);
  }

  List<KeyDeposit> deposits() {
    return List.copyOf(deposits.values());
  }

  /** Gives up all deposits: the author has begun another sender key since, or will. */
  void forgetDeposits() {
    noteForgotten(deposits.keySet());
    deposits.clear();
    depositBytes = 0;
  }

  private void forgetBefore(int epoch, int step) {
    keys.forgetBefore(epoch, step);
    forgetDepositsBefore(epoch);
  }

  /** Gives up deposits that are older than all that is held. */
  void forgetOldDeposits() {
    Stored oldest = get(first);
    if (oldest != null) {
      forgetDepositsBefore(oldest.segment.header().epoch());
    }
  }

  private void forgetDepositsBefore(int epoch) {
    for (Iterator<KeyDeposit> i = deposits.headMap(epoch, false).values().iterator();
        i.hasNext(); ) {
      KeyDeposit forgotten = i.next();
      depositBytes -= forgotten.size();
      noteForgotten(List.of(forgotten.epoch()));
      i.remove();
    }
  }

  private void noteForgotten(Collection<Integer> epochs) {
    if (syncs) {
      forgottenDeposits.addAll(epochs);
    }
  }

  /** The hash that the next segment must name; null where this replica has seen none yet. */
  byte @Nullable [] headHash() {
    return headHash;
  }

  /** The hash of a segment that is held; null if it is not. */
  byte @Nullable [] hashOf(long sequence) {
    Stored after = get(sequence + 1);
    return sequence == next - 1 && sequence >= first
        ? headHash
        : after == null || sequence < first ? null : after.segment.header().previous();
  }

  /** Whether nothing more is taken: the author was caught, or is no longer admitted. */
  boolean takesNothing() {
    return quarantined || closed;
  }

  /** Whether its author is no longer admitted. */
  boolean closed() {
    return closed;
  }

  void close(boolean value) {
    closed = value;
  }

  /** The author was caught writing two different segments with one number. */
  void quarantine() {
    quarantined = true;
  }

  /** The segment with this number, or null if it is not held. */
  @Nullable Stored get(long sequence) {
    return sequence < first || sequence >= next ? null : ring[index(sequence)];
  }

  /**
   * Appends the segment that is due.
   *
   * @param expiresMillis when this replica forgets it
   */
  Stored append(Segment segment, byte[] hash, long expiresMillis, @Nullable SegmentKey key) {
    if (segment.sequence() != next) {
      throw new IllegalStateException("segment " + segment.sequence() + " is not due, but " + next);
    }
    if (next - first == ring.length) {
      grow();
    }
    Stored stored = new Stored(segment, bytesAppended, expiresMillis, key);
    ring[index(next)] = stored;
    next++;
    bytesAppended += segment.size();
    headHash = hash;
    lastExpiresMillis = Math.max(lastExpiresMillis, expiresMillis);
    unkeyed += key == null ? 1 : 0;
    while (!expiring.isEmpty() && expiring.getLast().expiresMillis >= expiresMillis) {
      expiring.removeLast();
    }
    expiring.addLast(stored);
    return stored;
  }

  /** Whether something is held that has expired. */
  boolean hasExpired(long wallMillis) {
    Stored soonest = expiring.peekFirst();
    return soonest != null && soonest.expiresMillis <= wallMillis;
  }

  /** Removes what has expired, and what lies before it. */
  void expire(long wallMillis) {
    while (hasExpired(wallMillis)) {
      long last = expiring.getFirst().segment.sequence();
      while (first <= last && removeFirst()) {
        // each removal wipes its key
      }
    }
  }

  /** When the newest segment held was made, as its author says; 0 if none is held. */
  long newestCreatedMillis() {
    Stored newest = get(next - 1);
    return newest == null ? 0 : newest.segment.header().createdMillis();
  }

  /** When all that was ever held here has expired. */
  long lastExpiresMillis() {
    return lastExpiresMillis;
  }

  /** A held segment can be opened from now on. */
  void keyed(Stored stored, SegmentKey key) {
    if (stored.key == null) {
      unkeyed--;
    }
    stored.key = key;
  }

  /** How many held segments can't be opened. */
  int unkeyed() {
    return unkeyed;
  }

  /**
   * Goes on behind a segment that is valid but has expired: its place in the chain counts, its
   * content does not.
   */
  void pass(Segment segment, byte[] hash, long expiresMillis) {
    clear();
    lastExpiresMillis = Math.max(lastExpiresMillis, expiresMillis);
    first = segment.sequence() + 1;
    next = first;
    headHash = hash;
  }

  /** Gives up what is held and goes on with this number, whatever it names as its predecessor. */
  void jumpTo(long sequence) {
    clear();
    first = sequence;
    next = sequence;
    headHash = null;
  }

  /** Goes on where this very peer left off, as the author of this feed. */
  void continueAt(long sequence, byte @Nullable [] hash) {
    first = sequence;
    next = sequence;
    headHash = hash;
  }

  /** Removes the oldest segment and wipes its key; false if none is held. */
  boolean removeFirst() {
    Stored stored = get(first);
    if (stored == null) {
      return false;
    }
    if (stored.key == null) {
      unkeyed--;
    } else {
      stored.key.destroy();
    }
    if (expiring.peekFirst() == stored) {
      expiring.removeFirst();
    }
    ring[index(first)] = null;
    first++;
    bytesRemoved += stored.segment.size();
    Stored oldest = get(first);
    SegmentHeader last = stored.segment.header();
    if (oldest == null) {
      forgetBefore(last.epoch(), last.step() + 1);
    } else {
      SegmentHeader header = oldest.segment.header();
      forgetBefore(header.epoch(), header.step());
    }
    return true;
  }

  /** How many bytes of this feed lie from this segment on. */
  long bytesFrom(long sequence) {
    if (sequence >= next) {
      return 0;
    }
    Stored stored = get(Math.max(sequence, first));
    return stored == null ? 0 : bytesAppended - stored.bytesBefore;
  }

  /** Removes everything. */
  void clear() {
    while (removeFirst()) {
      // each removal wipes its key
    }
  }

  private int index(long sequence) {
    return (int) (sequence & (ring.length - 1));
  }

  private void grow() {
    @Nullable Stored[] larger = Arrays.copyOf(ring, ring.length * 2);
    Arrays.fill(larger, null);
    for (long s = first; s < next; s++) {
      larger[(int) (s & (larger.length - 1))] = ring[index(s)];
    }
    ring = larger;
  }
}
