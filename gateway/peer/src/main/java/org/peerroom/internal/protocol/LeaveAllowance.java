package org.peerroom.internal.protocol;

import java.time.Duration;

/**
 * How often this peer begins a new sender key because members have left by themselves. Usually at
 * once; but each key is kept by every member for as long as it opens anything, so that someone who
 * joins and leaves without end must not bring about one each time. When the allowance is used up,
 * all who leave until there is more share one new key.
 */
final class LeaveAllowance {

  private static final int MOST = 64;

  /** In one retention there come this many more. */
  private static final int A_RETENTION = 4_096;

  private static final long MIN_MILLIS = 1_000;

  /** Where messages live longer, or without limit, there come as many as in a month. */
  private static final long MAX_RETENTION_MILLIS = Duration.ofDays(30).toMillis();

  private final long millisForOne;
  private int left = MOST;
  private long sinceTick;

  LeaveAllowance(Duration retention, Now now) {
    this.sinceTick = now.tickMillis();
    this.millisForOne =
        Math.max(MIN_MILLIS, Math.min(MAX_RETENTION_MILLIS, retention.toMillis()) / A_RETENTION);
  }

  /** Whether there may be one now; it is used up then. */
  boolean take(Now now) {
    long more = (now.tickMillis() - sinceTick) / millisForOne;
    if (left + more >= MOST) {
      left = MOST;
      sinceTick = now.tickMillis();
    } else {
      left += (int) more;
      sinceTick += more * millisForOne;
    }
    if (left == 0) {
      return false;
    }
    left--;
    return true;
  }
}
