package org.peerroom.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.peerroom.PeerId;
import org.peerroom.RoomEvent;
import org.peerroom.RoomPolicy;
import org.peerroom.internal.protocol.PeerMachine;
import org.peerroom.internal.wire.Frame;

/**
 * A member that is gone for the others, but whose machine runs on with all the keys it had, and
 * gets everything that they send, opens nothing of it.
 */
class RemovalSeedsTest {

  private int lastEpoch;

  @Test
  void removedMember_opensNothingThatIsSentAfterwards() {
    for (long seed = 0; seed < Seeds.count(10); seed++) {
      lastEpoch = -1;
      removeAndListen(new Simulation(seed).withClocks(Duration.ofMinutes(1), 100));
    }
  }

  private void removeAndListen(Simulation world) {
    Gathering all = Gathering.mesh(world, 4, RoomPolicy.DEFAULT);
    world.run(Duration.ofSeconds(5));
    SimulatedRoom mallory = all.member(3);
    PeerId removed = mallory.peer().id();
    all.rooms().forEach(room -> room.publish(all.payload(100)));
    world.run(Duration.ofSeconds(5));
    assertEquals(4, mallory.subscriber().count());

    world.divide(List.of(mallory.peer()));
    assertTrue(
        world.runUntil(
            () -> mallory.peer().machine().linkedPeers().isEmpty(), Duration.ofMinutes(1)));
    listenIn(world, mallory);
    world.run(Duration.ofSeconds(45));
    all.member(0).publish("sent while it still was a member");
    world.run(Duration.ofSeconds(5));
    assertEquals(5, mallory.subscriber().count(), "it does not hear what is sent");
    int epochBefore = lastEpoch;
    assertTrue(
        world.runUntil(() -> goneFor(all, removed), Duration.ofMinutes(8)), "not found to be gone");
    world.run(Duration.ofSeconds(1));
    all.rooms().stream().filter(r -> r != mallory).forEach(r -> r.publish("not for it"));
    world.run(Duration.ofMinutes(1));

    assertTrue(lastEpoch > epochBefore, "the sender key was not changed");
    assertEquals(5, mallory.subscriber().count(), "it read what was sent after its removal");
    assertEquals(8, all.member(0).subscriber().count());
    assertEquals(List.of(), world.faults());
  }

  private static boolean goneFor(Gathering all, PeerId removed) {
    return all.rooms().stream()
        .filter(room -> !room.peer().id().equals(removed))
        .allMatch(
            room ->
                room.events(RoomEvent.MemberLeft.class).stream()
                    .anyMatch(left -> left.peer().equals(removed)));
  }

  /** Gives it whatever the others send, as if it had a link to each; nobody hears its answers. */
  private void listenIn(Simulation world, SimulatedRoom listener) {
    Map<PeerId, Long> taps = new HashMap<>();
    for (PeerId member : listener.machine().members()) {
      long link = 1_000_000_000L + taps.size();
      taps.put(member, link);
      listener.peer().linkUp(link, member, "a wire tap", null);
      listener.peer().frame(link, new Frame.Hello(PeerMachine.VERSION, Long.MAX_VALUE));
    }
    world
        .network()
        .tap(
            (from, to, frame, encoded) -> {
              Long link = taps.get(from);
              if (link != null && !(frame instanceof Frame.Hello)) {
                world.after(Duration.ZERO, () -> listener.peer().frame(link, frame));
              }
              if (frame instanceof Frame.Sealed sealed) {
                lastEpoch = Math.max(lastEpoch, sealed.segment().header().epoch());
              }
            });
  }
}
