package org.peerroom.internal.protocol;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.RoomPolicy;
import org.peerroom.internal.wire.Topic;

/**
 * This peer's copy of the feeds of a room, bounded by time and bytes. Over the byte bound the feed
 * that takes the most gives up its oldest segment, so that an author who floods a room pushes out
 * itself first.
 */
final class Replica {

  /** How many feeds are held at the most; further authors are refused. */
  static final int MAX_FEEDS = 10_000;

  /** A feed that nothing has been heard of for this long is forgotten. */
  private static final long EMPTY_FEED_MILLIS = 120_000;

  private final Topic topic;
  private final RoomPolicy policy;
  private final ToLongFunction<Feed> readUpTo;
  private final Map<PeerId, Feed> feeds = new LinkedHashMap<>();
  private long bytes;

  /**
   * @param readUpTo one more than the newest segment of a feed that nobody waits for any more
   */
  Replica(Topic topic, RoomPolicy policy, ToLongFunction<Feed> readUpTo) {
    this.topic = topic;
    this.policy = policy;
    this.readUpTo = readUpTo;
  }

  @Nullable Feed get(PeerId author) {
    return feeds.get(author);
  }

  Collection<Feed> feeds() {
    return feeds.values();
  }

  /** The bytes of all segments held. */
  long bytes() {
    return bytes;
  }

  /** The feed of this author, made if it was not known; null if there are too many. */
  @Nullable Feed open(PeerId author, Now now) {
    Feed feed = feeds.get(author);
    if (feed == null && feeds.size() < MAX_FEEDS) {
      feed = new Feed(topic, author, now.tickMillis());
      feeds.put(author, feed);
    }
    return feed;
  }

  /**
   * Counts what was appended, and while there is too much gives up the oldest segment of the
   * largest feed that has more than half of its fair share: of one whose oldest nobody waits for
   * any more, if there is such a feed.
   */
  void appended(Feed.Stored stored) {
    bytes += stored.segment.size();
    while (bytes > policy.retentionBytes()) {
      long halfShare = policy.retentionBytes() / (2L * Math.max(1, activeFeeds()));
      Feed victim = largest(halfShare, true);
      if (victim == null) {
        victim = largest(0, false);
      }
      if (victim == null) {
        return;
      }
      changed(victim, victim::removeFirst);
    }
  }

  private @Nullable Feed largest(long moreThan, boolean onlyRead) {
    Feed largest = null;
    for (Feed feed : feeds.values()) {
      boolean larger = feed.bytes() > (largest == null ? moreThan : largest.bytes());
      if (larger && (!onlyRead || feed.first() < readUpTo.applyAsLong(feed))) {
        largest = feed;
      }
    }
    return largest;
  }

  /** How many feeds hold anything. */
  int activeFeeds() {
    int active = 0;
    for (Feed feed : feeds.values()) {
      if (feed.bytes() > 0) {
        active++;
      }
    }
    return active;
  }

  /** Changes what a feed holds, and keeps the count of bytes right. */
  void changed(Feed feed, Runnable change) {
    long before = feed.bytes();
    change.run();
    bytes += feed.bytes() - before;
  }

  /**
   * Forgets what has expired, and feeds that stay empty unless they are spared; returns the
   * forgotten authors.
   */
  List<PeerId> expire(Now now, Collection<PeerId> spared) {
    List<PeerId> forgotten = new ArrayList<>();
    for (Iterator<Feed> i = feeds.values().iterator(); i.hasNext(); ) {
      Feed feed = i.next();
      while (true) {
        Feed.Stored oldest = feed.get(feed.first());
        if (oldest == null || oldest.segment.header().expiresMillis() > now.wallMillis()) {
          break;
        }
        changed(feed, feed::removeFirst);
      }
      boolean stale = now.tickMillis() - feed.knownSinceTick > EMPTY_FEED_MILLIS;
      if (feed.first() == feed.next() && stale && !spared.contains(feed.author)) {
        feed.keys.destroy();
        i.remove();
        forgotten.add(feed.author);
      }
    }
    return forgotten;
  }

  /** Wipes everything. */
  void destroy() {
    for (Feed feed : feeds.values()) {
      feed.clear();
      feed.keys.destroy();
    }
    feeds.clear();
    bytes = 0;
  }
}
