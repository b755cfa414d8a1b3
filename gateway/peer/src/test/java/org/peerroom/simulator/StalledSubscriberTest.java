package org.peerroom.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.peerroom.MessageId;
import org.peerroom.RoomEvent;
import org.peerroom.RoomPolicy;

/**
 * One member of many does not read for ten minutes: nobody else is slower for it, and nobody's
 * memory grows over the room's bound. With {@code -Dpeerroom.simulator.seeds=2} one of 50, and also
 * one whose link hangs.
 */
class StalledSubscriberTest {

  private static final boolean LONG = Seeds.count(1) > 1;
  private static final int MEMBERS = LONG ? 50 : 12;
  private static final long BOUND = 1 << 20;
  private static final long STALLED_MILLIS = 600_000;
  private static final int EVERY_MILLIS = 500;
  private static final int LARGEST = 5_000;

  /** What may wait on one link for who takes nothing: the budget of a link, and one more frame. */
  private static final long LINK_BOUND = (1 << 20) + (256 << 10);

  private enum Stall {
    NONE,
    DOES_NOT_READ,
    LINK_HANGS
  }

  /** What one run shows: latencies from when a message was due, of all but the stalled one. */
  private record Outcome(double p50, double p99, double max, long replicaBytes, long linkBytes) {}

  private final Simulation world = new Simulation(4_711);
  private final Gathering all =
      Gathering.mesh(
          world,
          MEMBERS,
          RoomPolicy.DEFAULT.withMaxMessageSize(64 * 1024).withRetentionBytes(BOUND));
  private final Map<MessageId, Long> dueMicros = new HashMap<>();
  private final List<Long> latencies = new ArrayList<>();
  private final Deque<Long> due = new ArrayDeque<>();

  private Outcome run(Stall stall) {
    assertTrue(world.runUntil(all::fullyLinked, Duration.ofSeconds(60)));
    world.run(Duration.ofSeconds(5));
    SimulatedRoom author = all.member(0);
    SimulatedRoom stuck = all.member(MEMBERS - 1);
    for (int i = 1; i < MEMBERS - 1; i++) {
      SimulatedRoom room = all.member(i);
      room.subscriber()
          .whenDelivered(
              entry -> latencies.add(room.peer().microsNow() - dueMicros.get(entry.id())));
    }
    if (stall == Stall.LINK_HANGS) {
      world.network().stall(author.peer().id(), stuck.peer().id(), true);
    } else {
      stuck.pauseReading(stall == Stall.DOES_NOT_READ);
    }
    long replicaBytes = 0;
    long linkBytes = 0;
    long until = world.nowMillis() + STALLED_MILLIS;
    while (world.nowMillis() < until || !due.isEmpty()) {
      if (world.nowMillis() < until) {
        due.add(author.peer().microsNow());
      }
      while (!due.isEmpty() && author.publishable()) {
        publish(author, due.remove());
      }
      world.run(Duration.ofMillis(EVERY_MILLIS));
      for (SimulatedRoom room : all.rooms()) {
        replicaBytes = Math.max(replicaBytes, room.machine().gauges().bytes());
      }
      linkBytes =
          Math.max(linkBytes, world.network().waitingBytes(author.peer().id(), stuck.peer().id()));
    }
    world.run(Duration.ofSeconds(2));
    checkDelivered(stuck);
    Collections.sort(latencies);
    return new Outcome(at(0.5), at(0.99), at(1), replicaBytes, linkBytes);
  }

  private void publish(SimulatedRoom author, long dueAt) {
    world.after(
        Duration.ZERO,
        () -> {
          MessageId id = author.publish(all.payload(LARGEST));
          dueMicros.put(id, dueAt);
        });
    world.run(Duration.ZERO);
  }

  private void checkDelivered(SimulatedRoom stuck) {
    assertEquals(List.of(), world.faults());
    for (SimulatedRoom room : all.rooms()) {
      if (room != stuck) {
        assertEquals(STALLED_MILLIS / EVERY_MILLIS, room.subscriber().count());
        assertEquals(List.of(), room.events(RoomEvent.Gap.class));
      }
    }
  }

  /** Milliseconds. */
  private double at(double quantile) {
    return latencies.get((int) Math.ceil(quantile * latencies.size()) - 1) / 1_000.0;
  }

  private static void check(Stall stall, Outcome without, Outcome with) {
    System.out.println("1 of " + MEMBERS + " " + stall + ": " + with + ", without: " + without);
    assertTrue(with.p99 <= 1.2 * without.p99, () -> with + " against " + without);
    assertTrue(with.p50 <= 1.2 * without.p50, () -> with + " against " + without);
    assertTrue(with.replicaBytes <= BOUND, with::toString);
    assertTrue(with.linkBytes <= LINK_BOUND, with::toString);
  }

  @Test
  void memberThatStandsStill_slowsNobodyElse_andIsToldWhatItMissed() {
    Outcome without = new StalledSubscriberTest().run(Stall.NONE);
    Outcome with = run(Stall.DOES_NOT_READ);
    check(Stall.DOES_NOT_READ, without, with);
    SimulatedRoom stuck = all.member(MEMBERS - 1);
    stuck.pauseReading(false);
    world.run(Duration.ofSeconds(2));
    assertFalse(stuck.events(RoomEvent.Gap.class).isEmpty());
    assertEquals(List.of(), world.faults());
    if (LONG) {
      check(Stall.LINK_HANGS, without, new StalledSubscriberTest().run(Stall.LINK_HANGS));
    }
  }
}
