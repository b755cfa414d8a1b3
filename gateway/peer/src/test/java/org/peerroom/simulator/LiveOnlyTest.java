package org.peerroom.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.peerroom.RoomEvent;
import org.peerroom.RoomPolicy;
import org.peerroom.SubscribeOptions;

/** Rooms that keep nothing: who is there gets everything, and nobody anything of before. */
class LiveOnlyTest {

  private static final RoomPolicy LIVE = RoomPolicy.DEFAULT.withRetention(Duration.ZERO);

  private final Simulation world = new Simulation(81).withClocks(Duration.ofSeconds(60), 100);
  private final Gathering all = Gathering.mesh(world, 4, LIVE);

  private void expectNothingHeld() {
    for (SimulatedRoom room : all.rooms()) {
      assertEquals(0, room.machine().gauges().bytes(), room.peer()::name);
    }
  }

  private void expectNoGaps() {
    for (SimulatedRoom room : all.rooms()) {
      assertEquals(List.of(), room.events(RoomEvent.Gap.class), room.peer()::name);
    }
  }

  @Test
  void everythingArrives_andNothingIsKept_howeverTheClocksAre() {
    world.run(Duration.ofSeconds(5));
    all.chatter(200, Duration.ofSeconds(20));
    world.run(Duration.ofSeconds(20));
    all.expectComplete(Duration.ofSeconds(1));
    world.run(Duration.ofSeconds(1));
    expectNothingHeld();
    expectNoGaps();
  }

  @Test
  void newcomer_getsNothingOfBefore_andAllFromThenOn() {
    world.run(Duration.ofSeconds(5));
    for (int i = 0; i < 50; i++) {
      all.member(i % 4).publish("before");
    }
    SimulatedRoom late = all.join(world.peer("late").start(all.member(0).peer()));
    assertTrue(world.runUntil(all::fullyLinked, Duration.ofSeconds(10)));
    world.run(Duration.ofSeconds(3));
    assertEquals(0, late.subscriber().count());
    for (int i = 0; i < 50; i++) {
      all.member(i % 5).publish("after");
    }
    world.run(Duration.ofSeconds(1));
    assertEquals(50, late.subscriber().count());
    assertEquals(100, all.member(1).subscriber().count());
    expectNoGaps();
    expectNothingHeld();
    assertEquals(List.of(), world.faults());
  }

  @Test
  void laterSubscription_beginsLive_whereverItAsksToBegin() {
    world.run(Duration.ofSeconds(5));
    SimulatedRoom reader = all.member(1);
    reader.pauseReading(true);
    all.member(0).publish("held for the first subscription");
    world.run(Duration.ofSeconds(1));
    assertTrue(reader.machine().gauges().bytes() > 0, "nothing waits for who is about to read");
    Subscriber second = reader.subscribe(SubscribeOptions.DEFAULT);
    assertEquals(0, second.count());
    all.member(0).publish("for both");
    reader.pauseReading(false);
    world.run(Duration.ofSeconds(1));
    assertEquals(1, second.count());
    assertEquals(2, reader.subscriber().count());
  }

  @Test
  void whoDoesNotRead_isWaitedForTenSeconds_andToldWhatItMissed() {
    world.run(Duration.ofSeconds(5));
    SimulatedRoom stuck = all.member(3);
    stuck.pauseReading(true);
    all.member(0).publish("one");
    world.run(Duration.ofSeconds(8));
    assertTrue(stuck.machine().gauges().bytes() > 0);
    assertTrue(all.member(0).machine().gauges().bytes() > 0, "its source does not wait for it");
    world.run(Duration.ofSeconds(4));
    expectNothingHeld();
    stuck.pauseReading(false);
    all.member(0).publish("two");
    world.run(Duration.ofSeconds(1));
    assertEquals(
        List.of(new RoomEvent.Gap(all.member(0).peer().id(), 0, 0)),
        stuck.events(RoomEvent.Gap.class));
    assertEquals(1, stuck.subscriber().count());
  }

  /** A link that breaks may lose what is on its way; then that is told. */
  @Test
  void brokenLinks_loseNothingInSilence() {
    Seeds.run(
        "live only, with resets",
        Seeds.count(10),
        seed -> {
          Simulation shaky = new Simulation(seed);
          Gathering some = Gathering.mesh(shaky, 3, LIVE);
          assertTrue(shaky.runUntil(some::fullyLinked, Duration.ofSeconds(10)));
          shaky.run(Duration.ofSeconds(3));
          some.chatter(100, Duration.ofSeconds(20));
          some.resets(10, Duration.ofSeconds(20));
          shaky.run(Duration.ofSeconds(60));
          some.rooms().forEach(room -> room.publish("the last"));
          shaky.run(Duration.ofSeconds(20));
          assertEquals(List.of(), shaky.faults());
          for (SimulatedRoom room : some.rooms()) {
            checkToldOrDelivered(room);
            assertEquals(0, room.machine().gauges().bytes());
          }
        });
  }

  private static void checkToldOrDelivered(SimulatedRoom room) {
    List<RoomEvent.Gap> gaps = room.events(RoomEvent.Gap.class);
    for (var author : room.journal().authors()) {
      for (Journal.Entry entry : room.journal().of(author)) {
        long sequence = entry.id().sequence();
        boolean told =
            gaps.stream()
                .anyMatch(
                    gap ->
                        gap.author().equals(author)
                            && gap.firstSequence() <= sequence
                            && sequence <= gap.lastSequence());
        assertTrue(
            told != room.subscriber().has(entry),
            () -> room.peer() + " at " + entry.id() + ": told " + told + ", " + gaps);
      }
    }
  }

  @Test
  void roomThatKeepsSomething_isAnotherRoom() {
    world.run(Duration.ofSeconds(2));
    SimulatedRoom other = world.peer("other").start(all.member(0).peer()).join("room");
    world.run(Duration.ofSeconds(3));
    String difference = other.events(RoomEvent.PolicyDiffers.class).get(0).difference();
    assertTrue(difference.contains("none, live only there"), difference);
  }
}
