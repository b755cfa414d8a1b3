package org.peerroom.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.peerroom.History;
import org.peerroom.PeerId;
import org.peerroom.RoomEvent;
import org.peerroom.RoomPolicy;
import org.peerroom.internal.wire.Frame;

/** What replicas keep, and what happens to those who come too late for it. */
class RetentionTest {

  private static final long BOUND = 1 << 20;
  private static final RoomPolicy SMALL =
      RoomPolicy.DEFAULT.withMaxMessageSize(256 * 1024).withRetentionBytes(BOUND);

  @Test
  void nothingExpired_isServed() {
    Seeds.run(
        "expiry",
        Seeds.count(30),
        seed -> {
          Simulation world = new Simulation(seed).withClocks(Duration.ofMillis(500), 100);
          List<String> tooLate = new ArrayList<>();
          long slack = 1_100;
          world
              .network()
              .tap(
                  (from, to, frame, bytes) -> {
                    long now = SimulatedClock.BEGIN_MILLIS + world.nowMillis();
                    if (frame instanceof Frame.Sealed sealed
                        && sealed.segment().header().expiresMillis() + slack < now) {
                      tooLate.add(sealed.segment() + " at " + now);
                    }
                  });
          RoomPolicy brief = RoomPolicy.DEFAULT.withRetention(Duration.ofSeconds(5));
          Gathering all = Gathering.mesh(world, 4, brief);
          world.run(Duration.ofSeconds(2));
          all.chatter(40, Duration.ofSeconds(20));
          world.run(Duration.ofSeconds(10));
          SimulatedRoom late = all.join(world.peer("late").start(all.member(1).peer()));
          world.run(Duration.ofSeconds(18));
          SimulatedRoom tooLateForAll = all.join(world.peer("later").start(all.member(1).peer()));
          world.run(Duration.ofSeconds(10));
          assertEquals(List.of(), tooLate);
          assertEquals(List.of(), world.faults());
          assertTrue(late.subscriber().count() > 0, "got nothing at all");
          assertTrue(late.subscriber().count() < 40, "got what had expired");
          assertEquals(0, tooLateForAll.subscriber().count());
          all.rooms().forEach(room -> assertEquals(0, room.machine().gauges().bytes()));
        });
  }

  @Test
  void byteBound_holdsEverywhere_andReadersMissNothing() {
    Simulation world = new Simulation(11);
    Gathering all = Gathering.mesh(world, 4, SMALL);
    world.run(Duration.ofSeconds(3));
    for (int i = 0; i < 400; i++) {
      SimulatedRoom author = all.member(i % 4);
      world.after(Duration.ofMillis(i * 20L), () -> author.publish(all.payload(20_000)));
    }
    for (int i = 0; i < 100; i++) {
      world.run(Duration.ofMillis(100));
      all.rooms().forEach(room -> assertTrue(room.machine().gauges().bytes() <= BOUND));
    }
    all.expectComplete(Duration.ofSeconds(10));
    all.rooms().forEach(room -> assertEquals(List.of(), room.events(RoomEvent.Gap.class)));
  }

  /**
   * What a reader was cut off from is more than it would compute keys for, and who could give it
   * newer ones is gone: it is told of everything that it can't read, whatever has expired
   * meanwhile.
   */
  @ParameterizedTest
  @EnumSource(History.class)
  void readerThatMissedMoreThanOneJump_readsTheRestOrIsToldOfIt(History history) {
    Simulation world = new Simulation(12);
    RoomPolicy policy = SMALL.withHistory(history).withRetention(Duration.ofSeconds(60));
    Gathering all = Gathering.mesh(world, 3, policy);
    world.run(Duration.ofSeconds(3));
    SimulatedRoom author = all.member(1);
    SimulatedRoom reader = all.member(2);
    author.publish(all.payload(9));
    world.run(Duration.ofSeconds(1));
    world.divide(List.of(reader.peer()));
    int missed = 7_000;
    for (int i = 0; i < missed; i++) {
      author.publish(all.payload(9));
      if (i % 100 == 0) {
        world.run(Duration.ofMillis(50));
      }
    }
    world.run(Duration.ofSeconds(1));
    author.peer().crash(false);
    world.heal();
    world.run(Duration.ofMinutes(10));
    PeerId of = author.peer().id();
    List<RoomEvent.Gap> gaps = reader.events(RoomEvent.Gap.class);
    long told = gaps.stream().mapToLong(gap -> gap.lastSequence() - gap.firstSequence() + 1).sum();
    assertEquals(1 + missed, told + reader.subscriber().countOf(of), gaps::toString);
    if (history == History.RETAINED) {
      assertTrue(told < missed - 1_000, "it could have got keys: " + gaps);
    }
    assertEquals(List.of(), world.faults());
  }

  @Test
  void readerThatFallsBehind_isToldExactlyWhatItMissed() {
    Seeds.run(
        "slow reader",
        Seeds.count(30),
        seed -> {
          Simulation world = new Simulation(seed);
          Gathering all = Gathering.mesh(world, 3, SMALL);
          world.run(Duration.ofSeconds(3));
          SimulatedRoom slow = all.member(2);
          for (int round = 0; round < 3; round++) {
            slow.pauseReading(true);
            for (int i = 0; i < 150; i++) {
              SimulatedRoom author = all.member(world.random().nextInt(2));
              world.after(
                  Duration.ofMillis(world.random().between(0, 3_000)),
                  () -> author.publish(all.payload(20_000)));
            }
            world.run(Duration.ofSeconds(4));
            slow.pauseReading(false);
            world.run(Duration.ofSeconds(3));
          }
          assertEquals(List.of(), world.faults());
          checkGaps(slow);
          assertEquals(450, all.member(0).subscriber().count());
        });
  }

  /** Every message was delivered, or lies in a gap that was told; none both. */
  private static void checkGaps(SimulatedRoom room) {
    List<RoomEvent.Gap> gaps = room.events(RoomEvent.Gap.class);
    assertTrue(!gaps.isEmpty(), "nothing was missed");
    for (var author : room.journal().authors()) {
      for (Journal.Entry entry : room.journal().of(author)) {
        long sequence = entry.id().sequence();
        long missed =
            gaps.stream()
                .filter(gap -> gap.author().equals(author))
                .filter(gap -> gap.firstSequence() <= sequence && sequence <= gap.lastSequence())
                .count();
        assertEquals(1, missed + (room.subscriber().has(entry) ? 1 : 0), "segment " + sequence);
      }
    }
  }
}
