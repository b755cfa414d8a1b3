package org.peerroom.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.peerroom.RoomPolicy;
import org.peerroom.internal.crypto.ProviderCrypto;

/**
 * Fifty peers that found each other through one of them publish at random, while the network is
 * divided twice, links break, and every clock is wrong by up to a minute: in the end every retained
 * message has reached every member once, in its author's order, with the right bytes.
 */
class MeshSeedsTest {

  private static final RoomPolicy POLICY = RoomPolicy.DEFAULT;

  @Test
  void everyRetainedMessage_reachesEveryMember() {
    Seeds.run("mesh", Seeds.count(25), seed -> run(new Simulation(seed), 50, 100));
  }

  @Test
  void everyRetainedMessage_reachesEveryMember_withRealCryptography() {
    Seeds.run(
        "real mesh",
        Math.min(4, Seeds.count(4)),
        seed -> {
          Conditions all = Conditions.DEFAULT.withDecodeShare(1);
          Simulation world = new Simulation(seed, ProviderCrypto.create(), all);
          run(world, 12, 60);
        });
  }

  private static void run(Simulation world, int members, int messages) {
    world.withClocks(Duration.ofMinutes(1), 100);
    Gathering all = Gathering.mesh(world, members, POLICY);
    all.chatter(messages, Duration.ofSeconds(40));
    all.resets(30, Duration.ofSeconds(35));
    long first = world.random().between(500, 5_000);
    all.partition(
        Duration.ofMillis(first), Duration.ofMillis(world.random().between(1_000, 12_000)));
    all.partition(Duration.ofSeconds(20), Duration.ofMillis(world.random().between(1_000, 35_000)));
    world.run(Duration.ofSeconds(40));
    all.expectComplete(Duration.ofMinutes(2));
    assertEquals(messages, all.member(0).journal().size());
    assertTrue(world.runUntil(all::fullyLinked, Duration.ofSeconds(90)), "not fully linked");
  }
}
