package org.peerroom.internal.protocol;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  private final Map<PeerId, Feed> feeds = new LinkedHashMap<>();
  private long bytes;

  Replica(Topic topic, RoomPolicy policy) {
    this.topic = topic;
    this.policy = policy;
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
   * Counts what was appended, and gives up the oldest of the largest feeds while there is too much.
   */
  void appended(Feed.Stored stored) {
    bytes += stored.segment.size();
    while (bytes > policy.retentionBytes()) {
      Feed largest = null;
      for (Feed feed : feeds.values()) {
        if (largest == null || feed.bytes() > largest.bytes()) {
          largest = feed;
        }
      }
      if (largest == null) {
        return;
      }
      changed(largest, largest::removeFirst);
    }
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
