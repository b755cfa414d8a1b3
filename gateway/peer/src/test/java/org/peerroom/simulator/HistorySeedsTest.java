package org.peerroom.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.peerroom.History;
import org.peerroom.MessageId;
import org.peerroom.PeerId;
import org.peerroom.RoomEvent;
import org.peerroom.RoomPolicy;

/** What those can read who come later, and what stays of those who go. */
class HistorySeedsTest {

  @Test
  void lateJoiner_getsWhatIsRetained_alsoOfAuthorsWhoAreGone() {
    Seeds.run(
        "late joiner",
        Seeds.count(50),
        seed -> {
          Simulation world = new Simulation(seed).withClocks(Duration.ofMinutes(1), 100);
          Gathering all = Gathering.mesh(world, 6, RoomPolicy.DEFAULT);
          world.run(Duration.ofSeconds(3));
          all.chatter(40, Duration.ofSeconds(10));
          world.run(Duration.ofSeconds(12));
          all.member(1).publish("of one who leaves");
          all.member(2).publish("of one who crashes");
          world.run(Duration.ofSeconds(2));
          all.member(1).peer().leave(all.member(1));
          all.member(2).peer().crash(world.random().chance(0.5));
          world.run(Duration.ofSeconds(world.random().between(1, 400)));
          all.join(world.peer("late").start(all.member(0).peer()));
          all.expectComplete(Duration.ofMinutes(1));
          assertEquals(List.of(), all.member(6).events(RoomEvent.Gap.class));
        });
  }

  @Test
  void historyNone_givesOnlyWhatFollows_andThatWithoutLoss() {
    Seeds.run(
        "no history",
        Seeds.count(50),
        seed -> {
          Simulation world = new Simulation(seed).withClocks(Duration.ofMinutes(1), 100);
          RoomPolicy policy = RoomPolicy.DEFAULT.withHistory(History.NONE);
          Gathering all = Gathering.mesh(world, 5, policy);
          world.run(Duration.ofSeconds(5));
          all.chatter(30, Duration.ofSeconds(10));
          world.run(Duration.ofSeconds(12));
          SimulatedRoom late = all.join(world.peer("late").start(all.member(0).peer()));
          world.run(Duration.ofSeconds(5));
          assertEquals(0, late.subscriber().count(), "read what was sent before it came");
          all.resets(8, Duration.ofSeconds(10));
          List<MessageId> after = new ArrayList<>();
          for (int i = 0; i < 40; i++) {
            world.after(
                Duration.ofMillis(world.random().between(0, 10_000)),
                () -> after.add(all.anyone().publish(all.payload(200))));
          }
          world.run(Duration.ofSeconds(40));
          assertEquals(List.of(), world.faults());
          for (MessageId id : after) {
            for (SimulatedRoom room : all.rooms()) {
              var entry = room.journal().find(id);
              assertTrue(entry != null && room.subscriber().has(entry), room.peer() + " lacks one");
            }
          }
        });
  }

  @Test
  void crashedAuthor_whatAnyoneHolds_spreadsToAll() {
    Seeds.run(
        "crashed author",
        Seeds.count(50),
        seed -> {
          Simulation world = new Simulation(seed).withClocks(Duration.ofMinutes(1), 100);
          Gathering all = Gathering.mesh(world, 8, RoomPolicy.DEFAULT);
          world.run(Duration.ofSeconds(5));
          SimulatedRoom author = all.member(3);
          PeerId id = author.peer().id();
          List<SimulatedPeer> others = new ArrayList<>(world.peers());
          others.remove(author.peer());
          SimulatedPeer witness = others.remove(world.random().nextInt(others.size()));
          world.divide(List.of(author.peer(), witness));
          for (int i = 0; i < 10; i++) {
            author.publish(all.payload(300));
          }
          world.run(Duration.ofSeconds(2));
          author.peer().crash(true);
          world.run(Duration.ofSeconds(world.random().between(1, 60)));
          world.heal();
          all.expectComplete(Duration.ofSeconds(90));
          all.rooms().forEach(room -> assertEquals(10, room.subscriber().countOf(id)));
        });
  }

  @Test
  void peerThatJoinsAgain_goesOnWithItsFeed() {
    Seeds.run(
        "joins again",
        Seeds.count(50),
        seed -> {
          Simulation world = new Simulation(seed);
          Gathering all = Gathering.mesh(world, 3, RoomPolicy.DEFAULT);
          world.run(Duration.ofSeconds(3));
          SimulatedPeer peer = all.member(1).peer();
          for (int round = 0; round < 3; round++) {
            SimulatedRoom room = peer.rooms().get(0);
            room.publish(all.payload(100));
            room.publish(all.payload(100));
            world.run(Duration.ofMillis(world.random().between(200, 3_000)));
            peer.leave(room);
            world.run(Duration.ofMillis(world.random().between(0, 3_000)));
            all.join(peer);
            world.run(Duration.ofSeconds(2));
          }
          all.member(0).publish(all.payload(100));
          peer.rooms().get(0).publish(all.payload(100));
          world.run(Duration.ofSeconds(10));
          assertEquals(List.of(), world.faults());
          assertEquals(8, all.member(0).subscriber().count());
          assertEquals(8, all.member(2).subscriber().count());
          assertEquals(List.of(), all.member(0).events(RoomEvent.Refused.class));
        });
  }
}
