package org.peerroom.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.peerroom.PeerId;
import org.peerroom.RoomPolicy;
import org.peerroom.internal.protocol.RoomGauges;

/**
 * Peers come and go for hours: what the others hold does not grow. {@code
 * -Dpeerroom.simulator.churn.peers=200 -Dpeerroom.simulator.churn.hours=24} makes a day of it.
 */
class ChurnTest {

  private static final int PEERS = Integer.getInteger("peerroom.simulator.churn.peers", 10);
  private static final int MINUTES = 60 * Integer.getInteger("peerroom.simulator.churn.hours", 1);

  /** By then what is retained has been replaced, and the first records have expired. */
  private static final int WARM_MINUTES = Math.max(25, MINUTES / 24);

  private static final int WINDOW = Math.max(10, MINUTES / 24);
  private static final int MESSAGES_A_MINUTE = 20;

  /** What is known of who has gone lives this long at the most. */
  private static final int FORGOTTEN_AFTER_MINUTES = 15;

  private final Simulation world = new Simulation(200);
  private final SimulatedRoom[] rooms = new SimulatedRoom[PEERS];
  private final Map<PeerId, Integer> slots = new HashMap<>();
  private final Deque<SimulatedPeer> gone = new ArrayDeque<>();
  private final Deque<Integer> goneAt = new ArrayDeque<>();
  private int number;

  /** A sum over all peers. */
  private record Held(
      double feeds, double bytes, double keys, double missingKeys, double heardOf, double streams) {

    static Held of(SimulatedRoom[] rooms) {
      Held sum = new Held(0, 0, 0, 0, 0, 0);
      for (SimulatedRoom room : rooms) {
        RoomGauges one = room.machine().gauges();
        sum =
            new Held(
                sum.feeds + one.feeds(),
                sum.bytes + one.bytes(),
                sum.keys + one.keys(),
                sum.missingKeys + one.missingKeys(),
                sum.heardOf + one.heardOf(),
                sum.streams + one.streams());
      }
      return sum;
    }

    static Held mean(List<Held> some) {
      return new Held(
          some.stream().mapToDouble(Held::feeds).average().orElseThrow(),
          some.stream().mapToDouble(Held::bytes).average().orElseThrow(),
          some.stream().mapToDouble(Held::keys).average().orElseThrow(),
          some.stream().mapToDouble(Held::missingKeys).average().orElseThrow(),
          some.stream().mapToDouble(Held::heardOf).average().orElseThrow(),
          some.stream().mapToDouble(Held::streams).average().orElseThrow());
    }
  }

  @Test
  void memory_isFlat() {
    world.network().topology((one, other) -> near(slots.get(one), slots.get(other)));
    for (int slot = 0; slot < PEERS; slot++) {
      fill(slot);
    }
    List<Held> early = new ArrayList<>();
    List<Held> late = new ArrayList<>();
    long earlyHeap = 0;
    for (int minute = 0; minute < MINUTES; minute++) {
      replaceSome(minute);
      for (int i = 0; i < MESSAGES_A_MINUTE; i++) {
        SimulatedRoom room = rooms[world.random().nextInt(PEERS)];
        room.publish(world.random().next(8 + world.random().nextInt(300)));
        world.run(Duration.ofSeconds(60 / MESSAGES_A_MINUTE));
      }
      if (minute >= WARM_MINUTES && minute < WARM_MINUTES + WINDOW) {
        early.add(Held.of(rooms));
      } else if (minute >= MINUTES - WINDOW) {
        late.add(Held.of(rooms));
      }
      if (minute == WARM_MINUTES + WINDOW) {
        earlyHeap = heapBytes();
      }
    }
    long lateHeap = heapBytes();
    Held before = Held.mean(early);
    Held after = Held.mean(late);
    System.out.printf(
        "%d peers, %d came, %d minutes:%n early %s, heap %,d%n late  %s, heap %,d%n",
        PEERS, number, MINUTES, before, earlyHeap, after, lateHeap);
    assertEquals(List.of(), world.faults());
    notMore("feeds", before.feeds, after.feeds, PEERS);
    notMore("bytes", before.bytes, after.bytes, PEERS * 10_000.0);
    notMore("keys", before.keys, after.keys, PEERS * 4.0);
    notMore("missing keys", before.missingKeys, after.missingKeys, PEERS);
    notMore("heard of", before.heardOf, after.heardOf, PEERS * 40.0);
    notMore("streams", before.streams, after.streams, PEERS * 6.0);
    notMore("heap", (double) earlyHeap, (double) lateHeap, 4 << 20);
  }

  private static void notMore(String what, double before, double after, double noise) {
    assertTrue(after <= 1.2 * before + noise, () -> what + ": " + before + ", then " + after);
  }

  /** Everyone in a small room; else each to six others, so that no two are far apart. */
  private static boolean near(Integer one, Integer other) {
    if (one == null || other == null) {
      return false;
    }
    int apart = Math.floorMod(one - other, PEERS);
    int ring = Math.min(apart, PEERS - apart);
    return PEERS <= 16 || ring <= 2 || ring == PEERS / 7;
  }

  private void replaceSome(int minute) {
    int some = 1 + PEERS / 100;
    for (int i = 0; i < some; i++) {
      int slot = world.random().nextInt(PEERS);
      SimulatedPeer leaving = rooms[slot].peer();
      if (world.random().chance(0.5)) {
        leaving.leave(rooms[slot]);
        world.run(Duration.ofMillis(100));
      }
      leaving.crash(world.random().chance(0.5));
      gone.add(leaving);
      goneAt.add(minute);
      fill(slot);
    }
    while (!goneAt.isEmpty() && goneAt.getFirst() + FORGOTTEN_AFTER_MINUTES < minute) {
      goneAt.remove();
      SimulatedPeer forgotten = gone.remove();
      slots.remove(forgotten.id());
      world.forget(forgotten);
    }
  }

  private void fill(int slot) {
    SimulatedPeer fresh = world.peer("p" + number++);
    slots.put(fresh.id(), slot);
    if (number == 1) {
      fresh.start();
    } else {
      SimulatedRoom near = rooms[Math.floorMod(slot - 1, PEERS)];
      fresh.start((near == null ? rooms[0] : near).peer());
    }
    rooms[slot] = fresh.join("room", RoomPolicy.DEFAULT);
  }

  private static long heapBytes() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
