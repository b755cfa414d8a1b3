package org.peerroom.simulator;

import org.jspecify.annotations.Nullable;

/**
 * A digest of everything that happened, in order: two runs of one seed have the same. Prints what
 * happens where {@code -Dpeerroom.simulator.trace=true} is set.
 */
public final class EventTrace {

  private static final boolean PRINTED = Boolean.getBoolean("peerroom.simulator.trace");

  private long digest = 0x9e37_79b9_7f4a_7c15L;
  private long events;

  void add(long nowMicros, String what, long a, long b, @Nullable Object detail) {
    events++;
    mix(nowMicros);
    mix(what.hashCode());
    mix(a);
    mix(b);
    if (PRINTED) {
      System.out.printf("%12.3f ms  %-10s %d %d %s%n", nowMicros / 1e3, what, a, b, detail);
    }
  }

  void bytes(byte[] bytes) {
    long hash = bytes.length;
    for (int i = 0; i < Math.min(bytes.length, 256); i++) {
      hash = hash * 31 + bytes[i];
    }
    mix(hash);
  }

  private void mix(long value) {
    long z = (digest ^ value) * 0xbf58_476d_1ce4_e5b9L;
    digest = (z ^ (z >>> 29)) * 0x94d0_49bb_1331_11ebL;
  }

  /** The digest so far. */
  public long digest() {
    return digest;
  }

  /** How many events there were so far. */
  public long events() {
    return events;
  }
}
