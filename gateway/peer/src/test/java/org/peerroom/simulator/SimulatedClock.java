package org.peerroom.simulator;

import org.peerroom.internal.protocol.Now;

/** A peer's own clocks: wrong by an offset, and running a little too fast or too slow. */
final class SimulatedClock {

  /** When simulations begin, by a clock that is right: the first of January 2026. */
  static final long BEGIN_MILLIS = 1_767_225_600_000L;

  private final VirtualTime time;
  private final double rate;
  private final long tickOrigin;
  private long offsetMillis;

  /**
   * @param offsetMillis how far the wall clock is ahead
   * @param driftPpm how many millionths both clocks run too fast
   * @param tickOrigin what the clock for timers shows at the beginning
   */
  SimulatedClock(VirtualTime time, long offsetMillis, int driftPpm, long tickOrigin) {
    this.time = time;
    this.offsetMillis = offsetMillis;
    this.rate = 1 + driftPpm / 1e6;
    this.tickOrigin = tickOrigin;
  }

  Now now() {
    long elapsed = (long) Math.floor(time.nowMicros() * rate / 1000);
    return new Now(BEGIN_MILLIS + offsetMillis + elapsed, tickOrigin + elapsed);
  }

  /** The first moment at which this clock's ticks show the given number. */
  long microsOf(long tickMillis) {
    return (long) Math.ceil((tickMillis - tickOrigin) * 1000 / rate);
  }

  /** Sets the wall clock ahead, or back. */
  void jump(long millis) {
    offsetMillis += millis;
  }
}
