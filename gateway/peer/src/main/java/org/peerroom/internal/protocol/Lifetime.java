package org.peerroom.internal.protocol;

import java.time.Instant;
import org.peerroom.RoomPolicy;
import org.peerroom.internal.wire.SegmentHeader;

/**
 * How long segments live under a policy.
 *
 * <p>In a live-only room a segment is given up as soon as everyone who is linked has taken it, and
 * ten seconds after it came at the latest; what is signed allows for clocks that are apart besides.
 * In an unlimited one the signed time is the end of the year 9999, the same for all.
 */
final class Lifetime {

  /** How long a segment of a live-only room waits for those who are linked. */
  static final long TRANSIT_MILLIS = 10_000;

  /** What stands for never. */
  static final long NEVER_MILLIS = Instant.parse("9999-12-31T23:59:59Z").toEpochMilli();

  private final RoomPolicy policy;

  Lifetime(RoomPolicy policy) {
    this.policy = policy;
  }

  /** Whether nothing is kept but what is on its way. */
  boolean isLiveOnly() {
    return policy.isLiveOnly();
  }

  /** What an author signs as the end of a segment that it makes now. */
  long signedEnd(long createdMillis) {
    if (isLiveOnly()) {
      return createdMillis + TRANSIT_MILLIS + Membership.MAX_SKEW_MILLIS;
    }
    return end(createdMillis);
  }

  private long end(long createdMillis) {
    return policy.isUnlimited() ? NEVER_MILLIS : createdMillis + policy.retention().toMillis();
  }

  /**
   * When a segment is forgotten here: when it says so, and no later than this peer's own retention
   * allows.
   *
   * @param arrivedMillis when it came here, by this peer's wall clock
   */
  long endOf(SegmentHeader header, long arrivedMillis) {
    long allowed = isLiveOnly() ? arrivedMillis + TRANSIT_MILLIS : end(header.createdMillis());
    return Math.min(header.expiresMillis(), allowed);
  }
}
