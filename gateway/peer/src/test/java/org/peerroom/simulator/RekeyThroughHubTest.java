package org.peerroom.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.peerroom.PeerId;
import org.peerroom.RoomPolicy;
import org.peerroom.SealingSuite;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.Frame.KeyRequest;
import org.peerroom.internal.wire.Frame.Rekey;

/**
 * Thirty peers that only dial, behind one hub: new sender keys reach all of them through it, and
 * nobody has to ask for one.
 */
class RekeyThroughHubTest {

  private static final int BEHIND = 30;

  private record Heard(PeerId from, PeerId to, Frame frame) {}

  private final List<Heard> heard = new ArrayList<>();

  @ParameterizedTest
  @EnumSource(
      value = SealingSuite.class,
      names = {"X_WING", "X25519"})
  void leave_bringsEveryoneTheNewKeys_throughTheHub(SealingSuite suite) {
    Simulation world = new Simulation(31).withClocks(Duration.ofMinutes(1), 100);
    Gathering all = new Gathering(world, "room", RoomPolicy.DEFAULT.withSuite(suite));
    SimulatedPeer hub = world.peer("hub").start();
    all.join(hub);
    for (int i = 0; i < BEHIND; i++) {
      all.join(world.dialOnlyPeer("p" + i).start(hub));
    }
    world.run(Duration.ofSeconds(20));
    all.rooms().forEach(room -> assertEquals(BEHIND, room.machine().members().size()));
    all.rooms().forEach(room -> room.publish(all.payload(50)));
    all.expectComplete(Duration.ofSeconds(30));

    SimulatedRoom leaver = all.member(BEHIND);
    PeerId left = leaver.peer().id();
    leaver.peer().leave(leaver);
    world.run(Duration.ofSeconds(2));
    world.network().tap((from, to, frame, bytes) -> heard.add(new Heard(from, to, frame)));
    all.rooms().forEach(room -> room.publish(all.payload(50)));
    world.run(Duration.ofSeconds(3));
    assertTrue(all.complete(), () -> "they lack something: " + world.lacking());
    assertEquals(List.of(), world.faults());

    long requests = heard.stream().filter(h -> h.frame() instanceof KeyRequest).count();
    assertTrue(requests <= BEHIND / 10, requests + " requests for keys");
    for (SimulatedRoom room : all.rooms()) {
      PeerId author = room.peer().id();
      Set<PeerId> reached = new HashSet<>();
      int frames = 0;
      for (Heard one : heard) {
        if (one.frame() instanceof Rekey rekey && rekey.from().equals(author)) {
          reached.add(one.to());
          frames += one.from().equals(author) ? 1 : 0;
        }
      }
      assertTrue(reached.size() >= BEHIND - 1, room.peer() + " reached " + reached.size());
      assertTrue(!reached.contains(left), "it reached who has left");
      int links = author.equals(hub.id()) ? BEHIND - 1 : 1;
      assertEquals(links, frames, "frames of " + room.peer() + ": one for each link");
    }
  }
}
