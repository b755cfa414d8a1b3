package org.peerroom.internal.protocol;

import org.peerroom.RoomPolicy;

/**
 * How far members are behind this peer's own feed. Publishing waits while someone who makes
 * progress has more than half of the retained bytes (32 MiB at most) still to read; who makes none
 * for ten seconds is no longer waited for, until it has caught up, and may find a gap.
 */
final class Backlog {

  private static final long MAX_BYTES = 32L << 20;
  private static final long PATIENCE_MILLIS = 10_000;

  private final long limit;
  private final Replication replication;
  private final Feed feed;
  private long localConsumed;
  private long localProgressTick;
  private boolean localSetAside;

  Backlog(RoomPolicy policy, Replication replication, Feed feed) {
    this.limit = Math.min(MAX_BYTES, policy.retentionBytes() / 2);
    this.replication = replication;
    this.feed = feed;
  }

  /** Whether publishing may go on. */
  boolean open(long readLocally, Now now) {
    boolean open = localOpen(readLocally, now);
    for (Neighbour neighbour : replication.neighbours()) {
      Neighbour.Child child = neighbour.children.get(feed.author);
      if (child == null) {
        continue;
      }
      if (feed.bytesFrom(child.consumed) <= limit) {
        child.setAside = false;
        child.progressTick = now.tickMillis();
        continue;
      }
      child.setAside |= now.tickMillis() - child.progressTick > PATIENCE_MILLIS;
      open &= child.setAside;
    }
    return open;
  }

  private boolean localOpen(long readLocally, Now now) {
    if (readLocally != localConsumed || feed.bytesFrom(readLocally) <= limit) {
      localConsumed = readLocally;
      localProgressTick = now.tickMillis();
      localSetAside = false;
    }
    if (feed.bytesFrom(readLocally) <= limit) {
      return true;
    }
    localSetAside |= now.tickMillis() - localProgressTick > PATIENCE_MILLIS;
    return localSetAside;
  }
}
