package org.peerroom.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.peerroom.PeerAddress;
import org.peerroom.PeerEvent;
import org.peerroom.PeerId;
import org.peerroom.RoomPolicy;

/** Rooms in which not everyone can link with everyone. */
class TopologySeedsTest {

  @Test
  void star_ofPeersThatOnlyDial_carriesEverythingThroughItsHub() {
    Seeds.run(
        "star",
        Seeds.count(25),
        seed -> {
          Simulation world = new Simulation(seed).withClocks(Duration.ofMinutes(1), 100);
          Gathering all = new Gathering(world, "room", RoomPolicy.DEFAULT);
          SimulatedPeer hub = world.peer("hub").start();
          all.join(hub);
          for (int i = 1; i < 15; i++) {
            all.join(world.dialOnlyPeer("p" + i).start(hub));
          }
          all.chatter(60, Duration.ofSeconds(20));
          all.resets(10, Duration.ofSeconds(20));
          world.run(Duration.ofSeconds(20));
          all.expectComplete(Duration.ofMinutes(1));
          for (SimulatedRoom room : all.rooms()) {
            assertEquals(14, room.machine().members().size(), "members of " + room.peer());
          }
        });
  }

  @Test
  void line_passesEverythingOn() {
    Seeds.run(
        "line",
        Seeds.count(25),
        seed -> {
          Simulation world = new Simulation(seed).withClocks(Duration.ofMinutes(1), 100);
          Gathering all = new Gathering(world, "room", RoomPolicy.DEFAULT);
          Map<PeerId, Integer> places = new HashMap<>();
          world
              .network()
              .topology(
                  (a, b) -> Math.abs(places.getOrDefault(a, 0) - places.getOrDefault(b, 0)) <= 1);
          SimulatedPeer before = null;
          for (int i = 0; i < 4; i++) {
            SimulatedPeer peer = world.peer("p" + i);
            places.put(peer.id(), i);
            before = before == null ? peer.start() : peer.start(before);
            all.join(before);
          }
          all.chatter(60, Duration.ofSeconds(20));
          all.resets(6, Duration.ofSeconds(20));
          world.run(Duration.ofSeconds(20));
          all.expectComplete(Duration.ofSeconds(90));
          assertEquals(
              0, world.network().linkCount(all.member(0).peer().id(), all.member(2).peer().id()));
        });
  }

  @Test
  void dialsAtTheSameTime_settleOnOneLink() {
    Seeds.run(
        "both dial",
        Seeds.count(100),
        seed -> {
          Simulation world = new Simulation(seed);
          SimulatedPeer ann = world.peer("ann");
          SimulatedPeer bob = world.peer("bob");
          ann.start(bob);
          bob.start(ann);
          SimulatedRoom annsRoom = ann.join("room");
          SimulatedRoom bobsRoom = bob.join("room");
          world.run(Duration.ofSeconds(5));
          assertEquals(1, world.network().linkCount(ann.id(), bob.id()));
          assertEquals(1, linksUp(ann) - linksDown(ann));
          assertEquals(1, linksUp(bob) - linksDown(bob));
          annsRoom.publish("hello");
          bobsRoom.publish("hello");
          world.run(Duration.ofSeconds(5));
          assertEquals(java.util.List.of(), world.lacking());
          long dials = linksUp(ann) + linksUp(bob);
          assertTrue(dials <= 4, "links came and went: " + dials);
        });
  }

  @Test
  void twoWaysToOnePeer_settleOnOneLink() {
    Seeds.run(
        "two ways",
        Seeds.count(100),
        seed -> {
          Simulation world = new Simulation(seed);
          SimulatedPeer bob = world.peer("bob").start();
          SimulatedPeer ann = world.peer("ann");
          ann.start(
              new PeerAddress("bob", SimulatedNetwork.PORT, null),
              new PeerAddress("bob", SimulatedNetwork.PORT, bob.id()));
          ann.join("room");
          bob.join("room");
          world.run(Duration.ofSeconds(3));
          assertEquals(1, world.network().linkCount(ann.id(), bob.id()));
          assertEquals(1, linksUp(ann) - linksDown(ann));
          assertTrue(world.network().dials() <= 2, "dialled again: " + world.network().dials());
        });
  }

  private static long linksUp(SimulatedPeer peer) {
    return peer.events().stream().filter(e -> e instanceof PeerEvent.LinkUp).count();
  }

  private static long linksDown(SimulatedPeer peer) {
    return peer.events().stream().filter(e -> e instanceof PeerEvent.LinkDown).count();
  }

  @Test
  void peerThatDialsItself_doesSoOnce() {
    Simulation world = new Simulation(5);
    SimulatedPeer ann = world.peer("ann");
    ann.start(ann);
    long before = world.trace().events();
    world.run(Duration.ofMinutes(1));
    assertTrue(world.trace().events() - before < 20, "it keeps dialling itself");
  }
}
