package org.peerroom.gateway.soak;

import java.util.Random;

/**
 * How long a soak is. Each number can be set by a system property, {@code peerroom.soak.messages},
 * {@code peerroom.soak.kills} and {@code peerroom.soak.seed}.
 *
 * @param messages how many go in
 * @param kills how often a gateway is killed meanwhile
 * @param seed decides which gateway is killed and when
 */
record SoakPlan(int messages, int kills, long seed) {

  static SoakPlan of(int messages) {
    return new SoakPlan(
        Integer.getInteger("peerroom.soak.messages", messages),
        Integer.getInteger("peerroom.soak.kills", 100),
        Long.getLong("peerroom.soak.seed", new Random().nextLong(1_000_000)));
  }

  /** How many may be under way, so that both sides have work at every moment of the run. */
  int ahead() {
    return Math.max(50, Math.min(2_000, messages / 20));
  }
}
