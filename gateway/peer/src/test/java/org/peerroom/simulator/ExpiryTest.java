package org.peerroom.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.peerroom.PeerId;
import org.peerroom.RoomEvent;
import org.peerroom.RoomPolicy;
import org.peerroom.internal.wire.Frame;

/** What has expired is gone, whoever still has it; what has no end is not. */
class ExpiryTest {

  private static final RoomPolicy BRIEF = RoomPolicy.DEFAULT.withRetention(Duration.ofSeconds(20));
  private static final Duration DAYS = Duration.ofDays(400);

  private final Simulation world = new Simulation(91);

  /** Who has sent segments of this author since. */
  private Set<PeerId> senders(PeerId of) {
    Set<PeerId> senders = new HashSet<>();
    world
        .network()
        .tap(
            (from, to, frame, bytes) -> {
              if (frame instanceof Frame.Sealed sealed && sealed.segment().author().equals(of)) {
                senders.add(from);
              }
            });
    return senders;
  }

  @Test
  void replicaThatComesBackWithAClockBehind_revivesNothing() {
    Gathering all = Gathering.mesh(world, 3, BRIEF);
    world.run(Duration.ofSeconds(3));
    SimulatedRoom author = all.member(1);
    SimulatedRoom late = all.member(2);
    for (int i = 0; i < 10; i++) {
      author.publish("soon gone");
    }
    world.run(Duration.ofSeconds(1));
    PeerId gone = author.peer().id();
    world.divide(List.of(late.peer()));
    late.peer().jumpClock(-110_000);
    author.peer().crash(false);
    world.run(Duration.ofSeconds(60));
    assertEquals(0, all.member(0).machine().gauges().bytes());
    assertTrue(late.machine().gauges().bytes() > 0, "by its clock nothing has expired");
    Set<PeerId> senders = senders(gone);
    world.heal();
    SimulatedRoom newcomer = all.join(world.peer("new").start(all.member(0).peer()));
    world.run(Duration.ofSeconds(30));
    assertTrue(newcomer.machine().members().contains(late.peer().id()));
    assertEquals(0, newcomer.subscriber().count(), "delivered what had expired");
    assertEquals(0, newcomer.machine().gauges().bytes(), "kept what had expired");
    assertEquals(0, all.member(0).machine().gauges().bytes());
    assertFalse(senders.contains(all.member(0).peer().id()), "passed on what had expired");
    assertFalse(senders.contains(newcomer.peer().id()), "passed on what had expired");
    assertEquals(List.of(), world.faults());
  }

  @Test
  void whatClaimsTheFuture_isRefused() {
    Gathering all = Gathering.mesh(world, 3, BRIEF);
    world.run(Duration.ofSeconds(3));
    SimulatedRoom ahead = all.member(1);
    ahead.peer().jumpClock(100_000);
    ahead.publish("within two minutes");
    world.run(Duration.ofSeconds(1));
    assertEquals(1, all.member(0).subscriber().count());
    ahead.peer().jumpClock(30_000);
    ahead.publish("beyond");
    world.run(Duration.ofSeconds(1));
    assertEquals(1, all.member(0).subscriber().count());
    assertTrue(
        all.member(0).events(RoomEvent.Refused.class).stream()
            .anyMatch(refused -> refused.reason().contains("from the future")));
  }

  @Test
  void unlimited_keepsWhatIsOlderThanAnyOtherRetention() {
    List<Long> ends = new ArrayList<>();
    Gathering all =
        Gathering.mesh(world, 3, RoomPolicy.DEFAULT.withRetention(RoomPolicy.UNLIMITED));
    world
        .network()
        .tap(
            (from, to, frame, bytes) -> {
              if (frame instanceof Frame.Sealed sealed) {
                ends.add(sealed.segment().header().expiresMillis());
              }
            });
    world.run(Duration.ofSeconds(3));
    for (int i = 0; i < 10; i++) {
      all.member(2).publish("for ever");
    }
    world.run(Duration.ofSeconds(1));
    all.member(2).peer().crash(false);
    all.member(0).peer().jumpClock(DAYS.toMillis());
    all.member(1).peer().jumpClock(DAYS.toMillis());
    world.run(Duration.ofMinutes(5));
    SimulatedPeer late = world.peer("late");
    late.jumpClock(DAYS.toMillis());
    SimulatedRoom newcomer = all.join(late.start(all.member(0).peer()));
    world.run(Duration.ofSeconds(10));
    assertEquals(10, newcomer.subscriber().count());
    assertEquals(1, Set.copyOf(ends).size(), "the end of a segment tells something: " + ends);
    assertEquals(List.of(), world.faults());
  }
}
