package org.peerroom.simulator;

/**
 * What links between simulated peers are like.
 *
 * <p>Real links are reliable and keep order, and so is the default; loss and reordering inside a
 * link are there to strain what repairs replicas.
 *
 * @param minDelayMicros the shortest time that a frame is on its way, microseconds
 * @param maxDelayMicros the longest such time; each frame draws its own
 * @param bytesPerSecond how much a link carries each way; 0 for no limit
 * @param loss the probability that a frame is lost, 0 to 1
 * @param reorder the probability that a frame may be overtaken by later ones, 0 to 1
 * @param decodeShare the share of frames that go through the codec on arrival, 0 to 1; others are
 *     handed over as objects, which is quicker
 */
public record Conditions(
    long minDelayMicros,
    long maxDelayMicros,
    long bytesPerSecond,
    double loss,
    double reorder,
    double decodeShare) {

  /**
   * 1 to 20 milliseconds, no limit, nothing lost, in order, one frame in eight through the codec.
   */
  public static final Conditions DEFAULT = new Conditions(1_000, 20_000, 0, 0, 0, 0.125);

  /**
   * @throws IllegalArgumentException if a delay is negative, or the longest is the shorter one
   */
  public Conditions {
    if (minDelayMicros < 0 || maxDelayMicros < minDelayMicros) {
      throw new IllegalArgumentException(
          "delays are from " + minDelayMicros + " to " + maxDelayMicros + " microseconds?");
    }
  }

  /** The same with other delays, in milliseconds. */
  public Conditions withDelay(long minMillis, long maxMillis) {
    return new Conditions(
        minMillis * 1000, maxMillis * 1000, bytesPerSecond, loss, reorder, decodeShare);
  }

  /** The same with this much carried in a second. */
  public Conditions withBytesPerSecond(long value) {
    return new Conditions(minDelayMicros, maxDelayMicros, value, loss, reorder, decodeShare);
  }

  /** The same with frames lost and overtaken. */
  public Conditions withLoss(double lost, double overtaken) {
    return new Conditions(
        minDelayMicros, maxDelayMicros, bytesPerSecond, lost, overtaken, decodeShare);
  }

  /** The same with another share of frames through the codec. */
  public Conditions withDecodeShare(double value) {
    return new Conditions(minDelayMicros, maxDelayMicros, bytesPerSecond, loss, reorder, value);
  }
}
