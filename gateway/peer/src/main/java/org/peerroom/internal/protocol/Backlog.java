package org.peerroom.internal.protocol;

import java.util.HashMap;
import java.util.Map;
import org.peerroom.PeerId;
import org.peerroom.RoomPolicy;

/**
 * How far members are behind this peer's own feed. Publishing waits while someone who makes
 * progress has more still to read than this author's share of a replica: half of the retained
 * bytes, 32 MiB at most, divided by the number of feeds that hold anything. Who gives no sign of
 * progress for ten seconds is no longer waited for, until it has caught up or reads again, and may
 * find a gap; who has read nothing for that long when the share is used up gets three seconds for a
 * sign. So one that stands still holds everybody up once, and not for long.
 */
final class Backlog {

  private static final long MAX_BYTES = 32L << 20;
  private static final long PATIENCE_MILLIS = 10_000;
  private static final long LOST_MILLIS = 20_000;

  /** For who has read nothing for all of that time already; who is at work says so each second. */
  private static final long GRACE_MILLIS = 3_000;

  private final long share;
  private final Replica replica;
  private final Replication replication;
  private final Feed feed;
  private long localConsumed;
  private long localProgressTick;
  private long localReadTick;
  private boolean localSetAside;

  /** Who was reading when its link was lost. */
  private final Map<PeerId, Lost> lost = new HashMap<>();

  Backlog(RoomPolicy policy, Replica replica, Replication replication, Feed feed) {
    this.replica = replica;
    this.share = Math.min(MAX_BYTES, policy.retentionBytes() / 2);
    this.replication = replication;
    this.feed = feed;
  }

  private record Lost(long consumed, long sinceTick) {}

  /** The link to this neighbour is lost. */
  void lost(Neighbour neighbour, Now now) {
    Neighbour.Child child = neighbour.children.get(feed.author);
    if (child != null && !child.setAside) {
      lost.put(neighbour.peer, new Lost(child.consumed, now.tickMillis()));
    }
  }

  /** This peer does not come back. */
  void gone(PeerId peer) {
    lost.remove(peer);
  }

  /**
   * Whether a stream may go on, so far as those matter whose links are lost: who was reading gets
   * twenty seconds to come back and go on from there, in which it does not fall further behind than
   * others may. Messages do not wait for it: each is of use without the one before.
   */
  boolean openToLost(Now now) {
    if (lost.isEmpty()) {
      return true;
    }
    for (Neighbour neighbour : replication.neighbours()) {
      if (neighbour.children.containsKey(feed.author)) {
        lost.remove(neighbour.peer);
      }
    }
    lost.values().removeIf(one -> now.tickMillis() - one.sinceTick > LOST_MILLIS);
    long limit = share / Math.max(1, replica.activeFeeds());
    return lost.values().stream().allMatch(one -> feed.bytesFrom(one.consumed) <= limit);
  }

  /** Whether publishing may go on. */
  boolean open(long readLocally, Now now) {
    long limit = share / Math.max(1, replica.activeFeeds());
    boolean open = localOpen(readLocally, limit, now);
    for (Neighbour neighbour : replication.neighbours()) {
      Neighbour.Child child = neighbour.children.get(feed.author);
      if (child == null) {
        continue;
      }
      if (child.consumed >= feed.next()) {
        child.readTick = now.tickMillis();
      }
      if (feed.bytesFrom(child.consumed) <= limit) {
        child.setAside = false;
        child.progressTick = now.tickMillis();
        continue;
      }
      child.setAside |= isStandstill(child.progressTick, child.readTick, now);
      open &= child.setAside;
    }
    return open;
  }

  /** A local reader is at work, though it has not read another segment to its end. */
  void stillReading(Now now) {
    localProgressTick = now.tickMillis();
  }

  private boolean localOpen(long readLocally, long limit, Now now) {
    boolean within = feed.bytesFrom(readLocally) <= limit;
    boolean read = readLocally > Math.max(localConsumed, feed.first());
    if (read || readLocally >= feed.next()) {
      localReadTick = now.tickMillis();
    }
    if (read || within) {
      localProgressTick = now.tickMillis();
      localSetAside = false;
    }
    localConsumed = readLocally;
    localSetAside |= !within && isStandstill(localProgressTick, localReadTick, now);
    return within || localSetAside;
  }

  private static boolean isStandstill(long progressTick, long readTick, Now now) {
    boolean wasSilent = now.tickMillis() - readTick > PATIENCE_MILLIS;
    return now.tickMillis() - progressTick > (wasSilent ? GRACE_MILLIS : PATIENCE_MILLIS);
  }
}
