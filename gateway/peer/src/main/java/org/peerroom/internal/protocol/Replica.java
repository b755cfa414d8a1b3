package org.peerroom.internal.protocol;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.RoomPolicy;
import org.peerroom.internal.wire.KeyDeposit;
import org.peerroom.internal.wire.SegmentHeader;

/**
 * This peer's copy of the feeds of a room, bounded by time and bytes. Over the byte bound the feed
 * that takes the most gives up its oldest segment, and none that has not more than its fair share:
 * an author who floods a room pushes out itself.
 */
final class Replica {

  /** How many feeds are held at the most; further authors are refused. */
  static final int MAX_FEEDS = 10_000;

  /** How many of them one peer may have vouched for that are not its own. */
  static final int MAX_VOUCHED_FOR = 2_000;

  /** How many are kept free for members that come themselves. */
  private static final int RESERVED = 2_000;

  /** A feed that nothing has been heard of for this long is forgotten. */
  private static final long EMPTY_FEED_MILLIS = 120_000;

  /** The last deposit outlives what it opens by this much: the author's clock may be behind. */
  private static final long DEPOSIT_MILLIS = 2 * Membership.MAX_SKEW_MILLIS;

  private final RoomPolicy policy;
  private final Lifetime lifetime;
  private final ToLongFunction<Feed> readUpTo;
  private final ToLongFunction<Feed> pinnedFrom;
  private final Keeping keeping;
  private final Map<PeerId, Feed> feeds = new LinkedHashMap<>();
  private final KeyBudget keyBudget = new KeyBudget();

  /** How many feeds each peer has vouched for that are not its own. */
  private final Map<PeerId, Integer> vouchedFor = new HashMap<>();

  private long bytes;
  private int active;

  /**
   * @param readUpTo one more than the newest segment of a feed that nobody waits for any more
   * @param pinnedFrom the first segment of a feed that is not given up before it expires
   */
  Replica(
      RoomPolicy policy,
      ToLongFunction<Feed> readUpTo,
      ToLongFunction<Feed> pinnedFrom,
      Keeping keeping) {
    this.policy = policy;
    this.lifetime = new Lifetime(policy);
    this.readUpTo = readUpTo;
    this.pinnedFrom = pinnedFrom;
    this.keeping = keeping;
  }

  @Nullable Feed get(PeerId author) {
    return feeds.get(author);
  }

  Collection<Feed> feeds() {
    return feeds.values();
  }

  /** How many sender keys are held. */
  int keys() {
    return keyBudget.held();
  }

  /** The bytes of all segments held. */
  long bytes() {
    return bytes;
  }

  /**
   * The feed of this author, made if it was not known; null if there are too many.
   *
   * @param voucher who granted a key for it: the author or another member
   */
  @Nullable Feed open(PeerId author, PeerId voucher, Now now) {
    Feed feed = feeds.get(author);
    if (feed != null) {
      return feed;
    }
    boolean vouched = !voucher.equals(author);
    int already = vouchedFor.getOrDefault(voucher, 0);
    if (feeds.size() >= (vouched ? MAX_FEEDS - RESERVED : MAX_FEEDS)
        || (vouched && already >= MAX_VOUCHED_FOR)) {
      return null;
    }
    if (vouched) {
      vouchedFor.put(voucher, already + 1);
    }
    Feed fresh = new Feed(author, voucher, keyBudget, now.tickMillis());
    if (keeping.isOn()) {
      fresh.syncs();
    }
    feeds.put(author, fresh);
    return fresh;
  }

  /** When a segment that comes now is forgotten here. See {@link Lifetime#endOf}. */
  long expiryOf(SegmentHeader header, Now now) {
    return lifetime.endOf(header, now.wallMillis());
  }

  /** Whether nothing is kept but what is on its way. */
  boolean isLiveOnly() {
    return lifetime.isLiveOnly();
  }

  /** Gives up the segments of a feed before this one. */
  void giveUpBefore(Feed feed, long sequence) {
    if (feed.first() < Math.min(sequence, feed.next())) {
      changed(
          feed,
          () -> {
            while (feed.first() < sequence && feed.removeFirst()) {
              // each removal wipes its key
            }
          });
    }
  }

  /**
   * Counts what was appended, and while there is too much gives up the oldest segment, or deposits
   * that open none, of the largest feed that has more than its fair share: of one whose oldest
   * nobody waits for any more, if there is such a feed. Honest authors wait for their readers
   * before they have filled half of their share, so that of their feeds the oldest is read by then.
   * What is pinned stays.
   */
  void appended(Feed to, Feed.Stored stored) {
    keeping.appended(to, stored);
    restored(to, stored);
    trim();
  }

  /** Counts a segment that is kept already. */
  void restored(Feed to, Feed.Stored stored) {
    bytes += stored.segment.size();
    if (to.held() == 1) {
      active++;
      changed(to, to::forgetOldDeposits);
    }
  }

  /** Keeps what is deposited beside a feed, which counts as its bytes. */
  void deposited(Feed with, KeyDeposit deposit) {
    keeping.deposited(deposit);
    restored(with, deposit);
    trim();
  }

  /** Counts a deposit that is kept already. */
  void restored(Feed with, KeyDeposit deposit) {
    changed(with, () -> with.deposit(deposit));
  }

  /** Whether it holds all it may, and nothing of that can be given up now. */
  boolean isFull() {
    if (keeping.isBehind()) {
      return true;
    }
    if (!keeping.isOn() || bytes <= policy.retentionBytes()) {
      return false;
    }
    trim();
    return bytes > policy.retentionBytes();
  }

  private void trim() {
    while (bytes > policy.retentionBytes()) {
      long fairShare = policy.retentionBytes() / Math.max(1, active);
      Feed victim = largest(fairShare, true);
      if (victim == null) {
        victim = largest(0, false);
      }
      if (victim == null) {
        return;
      }
      if (victim.held() == 0) {
        changed(victim, victim::forgetDeposits);
      } else {
        changed(victim, victim::removeFirst);
      }
    }
  }

  private @Nullable Feed largest(long moreThan, boolean onlyRead) {
    Feed largest = null;
    for (Feed feed : feeds.values()) {
      boolean larger = feed.bytes() > (largest == null ? moreThan : largest.bytes());
      boolean read = feed.held() == 0 || feed.first() < readUpTo.applyAsLong(feed);
      boolean free = feed.held() == 0 || feed.first() < pinnedFrom.applyAsLong(feed);
      if (larger && free && (!onlyRead || read)) {
        largest = feed;
      }
    }
    return largest;
  }

  /** How many feeds hold anything. */
  int activeFeeds() {
    return active;
  }

  /** Changes what a feed holds, and keeps the count of bytes right. */
  void changed(Feed feed, Runnable change) {
    long before = feed.bytes();
    long heldBefore = feed.held();
    long firstBefore = feed.first();
    change.run();
    if (feed.first() != firstBefore || feed.bytes() < before) {
      keeping.shortened(feed);
    }
    bytes += feed.bytes() - before;
    if (heldBefore > 0 && feed.held() == 0) {
      active--;
    }
  }

  /** Forgets what has expired of a feed. */
  void expire(Feed feed, Now now) {
    if (feed.hasExpired(now.wallMillis())) {
      changed(feed, () -> feed.expire(now.wallMillis()));
    }
  }

  /**
   * Forgets what has expired, and feeds of which nothing is left anywhere unless they are spared;
   * returns the forgotten authors.
   */
  List<PeerId> expire(Now now, Collection<PeerId> spared) {
    List<PeerId> forgotten = new ArrayList<>();
    if (policy.isUnlimited()) {
      giveUpOldestAuthors(spared);
    }
    for (Iterator<Feed> i = feeds.values().iterator(); i.hasNext(); ) {
      Feed feed = i.next();
      expire(feed, now);
      if (feed.held() == 0 && feed.lastExpiresMillis() + DEPOSIT_MILLIS <= now.wallMillis()) {
        changed(feed, feed::forgetDeposits);
      }
      boolean stale = now.tickMillis() - feed.knownSinceTick > EMPTY_FEED_MILLIS;
      boolean over =
          feed.held() == 0
              && (feed.lastExpiresMillis() <= now.wallMillis() || policy.isUnlimited());
      if (over && stale && !spared.contains(feed.author)) {
        feed.keys.destroy();
        bytes -= feed.bytes();
        i.remove();
        keeping.forgotten(feed.author);
        forgotten.add(feed.author);
        if (!feed.voucher.equals(feed.author)) {
          vouchedFor.computeIfPresent(feed.voucher, (v, count) -> count == 1 ? null : count - 1);
        }
      }
    }
    return forgotten;
  }

  /**
   * What has no end still leaves room for new authors: those that have gone and were silent longest
   * give up their feeds.
   */
  private void giveUpOldestAuthors(Collection<PeerId> spared) {
    int over = feeds.size() - (MAX_FEEDS - RESERVED);
    if (over <= 0) {
      return;
    }
    List<Feed> gone = new ArrayList<>();
    for (Feed feed : feeds.values()) {
      if (feed.held() > 0 && !spared.contains(feed.author)) {
        gone.add(feed);
      }
    }
    gone.sort(Comparator.comparingLong(Feed::newestCreatedMillis));
    for (Feed feed : gone.subList(0, Math.min(over, gone.size()))) {
      changed(feed, feed::clear);
    }
  }

  /** Wipes everything. */
  void destroy() {
    for (Feed feed : feeds.values()) {
      feed.clear();
      feed.keys.destroy();
    }
    feeds.clear();
    vouchedFor.clear();
    bytes = 0;
    active = 0;
  }
}
