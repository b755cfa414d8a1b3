package org.peerroom.simulator;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.peerroom.RoomPolicy;

/**
 * Links that lose frames and let them overtake each other, which real ones don't: replicas are
 * repaired all the same.
 */
class LossySeedsTest {

  @Test
  void lostAndOvertakingFrames_areMadeUpFor() {
    Seeds.run(
        "lossy",
        Seeds.count(25),
        seed -> {
          Conditions bad = Conditions.DEFAULT.withLoss(0.05, 0.05);
          Simulation world = new Simulation(seed, new SimulatedCrypto(), bad);
          world.withClocks(Duration.ofMinutes(1), 100);
          Gathering all = Gathering.mesh(world, 10, RoomPolicy.DEFAULT);
          all.chatter(100, Duration.ofSeconds(30));
          all.resets(5, Duration.ofSeconds(30));
          world.run(Duration.ofSeconds(30));
          all.expectComplete(Duration.ofMinutes(5));
        });
  }
}
