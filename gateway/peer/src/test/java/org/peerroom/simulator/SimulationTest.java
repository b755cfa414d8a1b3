package org.peerroom.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The simulator itself: that it replays, and that it fails in the ways it says. */
class SimulationTest {

  @Test
  void twoPeers_exchangeMessages() {
    Simulation world = new Simulation(1);
    SimulatedPeer ann = world.peer("ann").start();
    SimulatedPeer bob = world.peer("bob").start(ann);
    SimulatedRoom annsRoom = ann.join("orders");
    SimulatedRoom bobsRoom = bob.join("orders");
    annsRoom.publish("before they met");
    world.run(Duration.ofSeconds(2));
    bobsRoom.publish("one espresso");
    world.run(Duration.ofSeconds(2));
    assertEquals(List.of(), world.lacking());
    assertEquals(List.of(), world.faults());
    assertEquals(2, annsRoom.subscriber().count());
    assertEquals(1, world.network().linkCount(ann.id(), bob.id()));
  }

  @Test
  void sameSeed_givesTheSameRunToTheLastFrame() {
    EventTrace first = restlessRun(7).trace();
    EventTrace again = restlessRun(7).trace();
    EventTrace other = restlessRun(8).trace();
    assertTrue(first.events() > 1_000, "too little happened: " + first.events());
    assertEquals(first.events(), again.events());
    assertEquals(first.digest(), again.digest());
    assertNotEquals(first.digest(), other.digest());
  }

  private static Simulation restlessRun(long seed) {
    Simulation world =
        new Simulation(seed, new SimulatedCrypto(), Conditions.DEFAULT.withLoss(0.01, 0.01))
            .withClocks(Duration.ofMinutes(1), 100);
    SimulatedPeer first = world.peer("p0").start();
    first.join("room");
    for (int i = 1; i < 10; i++) {
      world.peer("p" + i).start(first).join("room");
    }
    for (int i = 0; i < 30; i++) {
      int number = i;
      world.after(
          Duration.ofMillis(world.random().between(0, 20_000)),
          () -> {
            List<SimulatedPeer> peers = world.peers();
            SimulatedPeer peer = peers.get(world.random().nextInt(peers.size()));
            peer.rooms().get(0).publish("message " + number);
          });
    }
    world.after(Duration.ofSeconds(5), () -> world.divide(world.peers().subList(0, 4)));
    world.after(Duration.ofSeconds(12), world::heal);
    world.after(Duration.ofSeconds(15), () -> world.get("p3").crash(true));
    world.run(Duration.ofSeconds(40));
    return world;
  }

  @Test
  void dividedNetwork_carriesNothingAcrossUntilItHeals() {
    Simulation world = new Simulation(3);
    SimulatedPeer ann = world.peer("ann").start();
    SimulatedPeer bob = world.peer("bob").start(ann);
    SimulatedRoom annsRoom = ann.join("orders");
    bob.join("orders");
    world.run(Duration.ofSeconds(2));
    world.divide(List.of(ann));
    annsRoom.publish("into the void");
    world.run(Duration.ofMinutes(1));
    assertEquals(1, world.lacking().size());
    assertEquals(0, world.network().linkCount(ann.id(), bob.id()));
    world.heal();
    world.run(Duration.ofMinutes(1));
    assertEquals(List.of(), world.lacking());
  }
}
