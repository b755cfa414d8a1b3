package org.peerroom.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.peerroom.RoomEvent;
import org.peerroom.RoomPolicy;

/** Publishers wait for those who are behind, though not for ever. */
class BackpressureTest {

  private static final RoomPolicy SMALL =
      RoomPolicy.DEFAULT.withMaxMessageSize(256 * 1024).withRetentionBytes(2 << 20);

  private final Simulation world = new Simulation(21);
  private final Gathering all = Gathering.mesh(world, 3, SMALL);

  /** Publishes while it may; returns how many messages that were. */
  private int publishWhileAllowed(SimulatedRoom author, int most) {
    int count = 0;
    while (count < most && author.publishable()) {
      author.publish(all.payload(20_000));
      count++;
    }
    return count;
  }

  @Test
  void publisher_waitsForASlowReader_andGoesOnWhenItHasRead() {
    world.run(Duration.ofSeconds(3));
    SimulatedRoom author = all.member(0);
    all.member(1).pauseReading(true);
    int published = publishWhileAllowed(author, 1_000);
    assertTrue(published > 10 && published < 1_000, "published " + published);
    world.run(Duration.ofSeconds(3));
    assertFalse(author.publishable());
    all.member(1).pauseReading(false);
    world.run(Duration.ofSeconds(1));
    assertTrue(author.publishable());
    all.expectComplete(Duration.ofSeconds(1));
  }

  @Test
  void publisher_waitsForASlowLink_andLosesNothing() {
    world.run(Duration.ofSeconds(3));
    SimulatedRoom author = all.member(0);
    world.network().stall(author.peer().id(), all.member(1).peer().id(), true);
    publishWhileAllowed(author, 1_000);
    world.run(Duration.ofSeconds(5));
    assertFalse(author.publishable());
    world.network().stall(author.peer().id(), all.member(1).peer().id(), false);
    assertTrue(world.runUntil(author::publishable, Duration.ofSeconds(2)));
    all.expectComplete(Duration.ofSeconds(2));
  }

  @Test
  void whoMakesNoProgress_isSetAsideAfterTenSeconds_andMayFindAGap() {
    world.run(Duration.ofSeconds(3));
    SimulatedRoom author = all.member(0);
    SimulatedRoom stuck = all.member(1);
    stuck.pauseReading(true);
    publishWhileAllowed(author, 1_000);
    world.run(Duration.ofSeconds(8));
    assertFalse(author.publishable());
    for (int i = 0; i < 4; i++) {
      world.run(Duration.ofSeconds(1));
      author.publishable();
    }
    assertTrue(author.publishable(), "still waits for one that does not read");
    for (int i = 0; i < 300; i++) {
      author.publish(all.payload(20_000));
      world.run(Duration.ofMillis(10));
    }
    world.run(Duration.ofSeconds(2));
    stuck.pauseReading(false);
    world.run(Duration.ofSeconds(2));
    assertFalse(stuck.events(RoomEvent.Gap.class).isEmpty());
    assertEquals(author.journal().size(), all.member(2).subscriber().count());
    assertEquals(List.of(), world.faults());
  }
}
