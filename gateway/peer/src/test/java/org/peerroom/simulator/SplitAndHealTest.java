package org.peerroom.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.peerroom.PeerId;
import org.peerroom.RoomEvent;
import org.peerroom.RoomPolicy;
import org.peerroom.internal.wire.Frame;

/** What a divided network holds on its two sides becomes one again, soon after it is healed. */
class SplitAndHealTest {

  private static final Duration APART = Duration.ofSeconds(60);
  private static final long WITHIN_MILLIS = 10_000;

  /** Both sides go on publishing all the time: before, during and after the division. */
  @Test
  void twoAndTwo_apartForAMinute_haveEqualReplicasWithinTenSeconds() {
    AtomicLong worst = new AtomicLong();
    Seeds.run(
        "2+2 split and healed",
        Seeds.count(20),
        seed -> {
          long millis = splitAndHeal(seed);
          worst.accumulateAndGet(millis, Math::max);
          assertTrue(millis <= WITHIN_MILLIS, millis + " ms after healing");
        });
    System.out.println("2+2 split for 60 s: replicas equal " + worst + " ms after, at worst");
  }

  private static long splitAndHeal(long seed) {
    Simulation world = new Simulation(seed).withClocks(Duration.ofSeconds(1), 100);
    Gathering all = Gathering.mesh(world, 4, RoomPolicy.DEFAULT);
    world.run(Duration.ofSeconds(3));
    all.chatter(200, Duration.ofSeconds(66));
    world.run(Duration.ofMillis(world.random().between(500, 3_000)));
    List<SimulatedPeer> some = new ArrayList<>();
    int first = world.random().nextInt(4);
    some.add(all.member(first).peer());
    some.add(all.member((first + 1 + world.random().nextInt(3)) % 4).peer());
    world.divide(some);
    world.run(APART);
    List<SimulatedRoom> rooms = all.rooms();
    int known = rooms.get(0).subscriber().count();
    assertTrue(known < rooms.get(0).journal().size(), "the division divided nothing");
    List<Journal.Entry> unequal = new ArrayList<>();
    Journal journal = rooms.get(0).journal();
    journal.authors().forEach(author -> unequal.addAll(journal.of(author)));
    world.heal();
    long healed = world.nowMillis();
    boolean equal = world.runUntil(() -> allHave(rooms, unequal), Duration.ofSeconds(30));
    long took = world.nowMillis() - healed;
    assertTrue(equal, () -> "still not equal: " + world.lacking());
    all.expectComplete(Duration.ofSeconds(10));
    world.run(Duration.ofSeconds(2));
    long bytes = rooms.get(0).machine().gauges().bytes();
    for (SimulatedRoom room : rooms) {
      assertEquals(bytes, room.machine().gauges().bytes());
      assertEquals(List.of(), room.events(RoomEvent.Gap.class));
      assertEquals(List.of(), room.events(RoomEvent.Forked.class));
    }
    return took;
  }

  /** Forgets of these what every member holds; whether nothing is left. */
  private static boolean allHave(List<SimulatedRoom> rooms, List<Journal.Entry> entries) {
    entries.removeIf(entry -> rooms.stream().allMatch(room -> room.subscriber().has(entry)));
    return entries.isEmpty();
  }

  /**
   * Feeds whose authors are gone come from several of those that hold them at once, each segment
   * once; a single feed comes in one piece, because each segment is checked against the one before.
   */
  @Test
  void feedsOfThoseWhoAreGone_comeFromSeveralReplicasAtOnce() {
    Simulation world = new Simulation(17);
    Gathering all = Gathering.mesh(world, 20, RoomPolicy.DEFAULT);
    assertTrue(world.runUntil(all::fullyLinked, Duration.ofSeconds(30)));
    all.chatter(400, Duration.ofSeconds(10));
    world.run(Duration.ofSeconds(12));
    all.expectComplete(Duration.ofSeconds(5));
    for (int i = 4; i < 20; i++) {
      all.member(i).peer().crash(false);
    }
    world.run(Duration.ofSeconds(2));
    Map<PeerId, Integer> sentBy = new HashMap<>();
    SimulatedPeer late = world.peer("late");
    world
        .network()
        .tap(
            (from, to, frame, bytes) -> {
              if (frame instanceof Frame.Sealed && to.equals(late.id())) {
                sentBy.merge(from, 1, Integer::sum);
              }
            });
    SimulatedRoom newcomer = all.join(late.start(all.member(0).peer()));
    all.expectComplete(Duration.ofSeconds(10));
    int sent = sentBy.values().stream().mapToInt(Integer::intValue).sum();
    assertEquals(400, newcomer.subscriber().count());
    assertEquals(4, sentBy.size(), () -> "not all that hold them were asked: " + sentBy);
    assertTrue(sent <= 440, () -> "sent more than once: " + sentBy);
  }
}
