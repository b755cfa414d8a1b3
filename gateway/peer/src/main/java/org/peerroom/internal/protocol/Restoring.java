package org.peerroom.internal.protocol;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.crypto.SegmentKey;
import org.peerroom.internal.sealing.SegmentSealing;
import org.peerroom.internal.wire.KeyDeposit;
import org.peerroom.internal.wire.Segment;
import org.peerroom.internal.wire.SegmentHeader;

/**
 * Puts back what was kept of a room: as if a member had passed it on that is believed to have
 * verified it. Who is not admitted any more gets nothing back.
 */
final class Restoring {

  private final Replica replica;
  private final Admissions admissions;
  private final Now now;

  Restoring(Replica replica, Admissions admissions, Now now) {
    this.replica = replica;
    this.admissions = admissions;
    this.now = now;
  }

  /** Puts all of it back; returns the feeds that are there again. */
  List<Feed> restore(Restored kept) {
    List<Feed> feeds = new ArrayList<>();
    kept.feeds()
        .forEach(
            (author, feed) -> {
              Feed restored = restore(author, feed);
              if (restored != null) {
                feeds.add(restored);
              }
            });
    return feeds;
  }

  private @Nullable Feed restore(PeerId author, Restored.KeptFeed kept) {
    admissions.vouched(author, kept.chain, now);
    boolean welcome = kept.own || admissions.of(author).publish();
    Feed feed = welcome && !kept.segments.isEmpty() ? replica.open(author, author, now) : null;
    if (feed == null) {
      return null;
    }
    feed.own(kept.own);
    long first = kept.segments.get(0).sequence();
    feed.continueAt(first, null);
    feed.keptFrom(first);
    feed.kept(admissions.of(author).chain());
    for (Segment segment : kept.segments) {
      append(feed, segment, kept.chainKey(segment.sequence()));
    }
    for (KeyDeposit deposit : kept.deposits) {
      if (feed.mayDeposit(deposit.epoch())) {
        replica.restored(feed, deposit);
      }
    }
    feed.synced(feed.next());
    feed.admit();
    return feed;
  }

  private void append(Feed feed, Segment segment, @Nullable ChainKey opens) {
    SegmentHeader header = segment.header();
    byte[] hash = SegmentSealing.hash(segment);
    long expires = replica.expiryOf(header, now);
    if (expires <= now.wallMillis()) {
      replica.changed(feed, () -> feed.pass(segment, hash, expires));
      destroy(opens);
      return;
    }
    SegmentKey key = feed.keys.keyFor(header);
    if (key == null && opens != null) {
      PeerId by = feed.author;
      KeyEntry entry = new KeyEntry(by, header.epoch(), header.step(), header.sequence(), opens);
      key = feed.keys.offer(by, entry) ? feed.keys.keyFor(header) : null;
    } else {
      destroy(opens);
    }
    replica.restored(feed, feed.append(segment, hash, expires, key));
  }

  private static void destroy(@Nullable ChainKey key) {
    if (key != null) {
      key.destroy();
    }
  }
}
