package org.peerroom.internal.protocol;

/** How many signatures others may bring about: so many a second, and some more at once. */
final class SigningBudget {

  private static final long THOUSAND = 1_000;

  private final long perSecond;
  private final long most;

  /** In thousandths of a signature: what a millisecond is worth. */
  private long left;

  private long tick = Long.MIN_VALUE;

  SigningBudget(int perSecond, int atOnce) {
    this.perSecond = perSecond;
    this.most = atOnce * THOUSAND;
    this.left = most;
  }

  /** Whether there is one left now. */
  boolean hasOne(Now now) {
    if (tick != Long.MIN_VALUE) {
      long millis = Math.min(Math.max(0, now.tickMillis() - tick), THOUSAND);
      left = Math.min(most, left + millis * perSecond);
    }
    tick = now.tickMillis();
    return left >= THOUSAND;
  }

  /** One is used up. */
  void take() {
    left -= THOUSAND;
  }
}
