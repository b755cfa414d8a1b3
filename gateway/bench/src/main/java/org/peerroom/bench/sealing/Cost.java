package org.peerroom.bench.sealing;

/**
 * What something takes.
 *
 * @param cpuNanos processor time of the one thread that does it; what the garbage collector and the
 *     compiler do beside it is not in it
 * @param wallNanos time by the clock
 * @param runs how often it was done; these are medians
 */
record Cost(double cpuNanos, double wallNanos, int runs) {

  Cost plus(Cost other, double times) {
    return new Cost(
        cpuNanos + times * other.cpuNanos,
        wallNanos + times * other.wallNanos,
        Math.min(runs, other.runs));
  }

  /** What this takes more than the other, never less than nothing. */
  Cost beyond(Cost other) {
    return new Cost(
        Math.max(0, cpuNanos - other.cpuNanos),
        Math.max(0, wallNanos - other.wallNanos),
        Math.min(runs, other.runs));
  }
}
