package org.peerroom.simulator;

import java.util.SplittableRandom;
import org.peerroom.internal.protocol.Entropy;

/** The one source of randomness of a simulation: the same seed gives the same of everything. */
public final class SeededEntropy implements Entropy {

  private final SplittableRandom random;

  /** Begins with this seed. */
  public SeededEntropy(long seed) {
    random = new SplittableRandom(seed);
  }

  @Override
  public byte[] next(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  @Override
  public int nextInt(int bound) {
    return random.nextInt(bound);
  }

  /** A number from {@code from} to {@code to}, both included. */
  public long between(long from, long to) {
    return from == to ? from : random.nextLong(from, to + 1);
  }

  /** True with this probability. */
  public boolean chance(double probability) {
    return probability > 0 && random.nextDouble() < probability;
  }
}
