package org.peerroom.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.peerroom.PeerId;
import org.peerroom.RoomPolicy;

/**
 * A room with some members in it, and the mishaps that come over them: what scenarios begin with.
 */
public final class Gathering {

  private final Simulation world;
  private final String name;
  private final RoomPolicy policy;
  private final List<SimulatedRoom> rooms = new ArrayList<>();
  private int published;

  /** An empty room. */
  public Gathering(Simulation world, String name, RoomPolicy policy) {
    this.world = world;
    this.name = name;
    this.policy = policy;
  }

  /** A room in which every member can dial every other, and begins with the first. */
  public static Gathering mesh(Simulation world, int members, RoomPolicy policy) {
    Gathering all = new Gathering(world, "room", policy);
    SimulatedPeer first = world.peer("p0").start();
    all.join(first);
    for (int i = 1; i < members; i++) {
      all.join(world.peer("p" + i).start(first));
    }
    return all;
  }

  /** Joins with this peer. */
  public SimulatedRoom join(SimulatedPeer peer) {
    SimulatedRoom room = peer.join(name, policy);
    rooms.add(room);
    return room;
  }

  /** The room as every running member sees it. */
  public List<SimulatedRoom> rooms() {
    return rooms.stream().filter(room -> room.peer().running() && !room.hasLeft()).toList();
  }

  /** The member with this number, counted from 0 in the order of joining. */
  public SimulatedRoom member(int number) {
    return rooms.get(number);
  }

  /** Some member that runs. */
  public SimulatedRoom anyone() {
    List<SimulatedRoom> some = rooms();
    return some.get(world.random().nextInt(some.size()));
  }

  /** Spreads this many messages of 1 to 300 bytes by random members over this time from now. */
  public void chatter(int messages, Duration over) {
    for (int i = 0; i < messages; i++) {
      after(over, () -> anyone().publish(payload(300)));
    }
  }

  /** Breaks links at random this often over this time from now. */
  public void resets(int times, Duration over) {
    for (int i = 0; i < times; i++) {
      after(over, () -> world.network().reset(anyone().peer().id(), anyone().peer().id()));
    }
  }

  /** Divides the members at random into two parts, from then for so long. */
  public void partition(Duration from, Duration lasting) {
    world.after(
        from,
        () -> {
          List<SimulatedPeer> part = new ArrayList<>();
          rooms().stream()
              .filter(room -> world.random().chance(0.5))
              .forEach(room -> part.add(room.peer()));
          world.divide(part);
        });
    world.after(from.plus(lasting), world::heal);
  }

  private void after(Duration within, Runnable action) {
    world.after(Duration.ofMillis(world.random().between(0, within.toMillis())), action);
  }

  /** Some bytes that no other message has, at most so many. */
  public byte[] payload(int most) {
    int length = (int) world.random().between(8, most);
    byte[] bytes = new byte[length];
    int number = ++published;
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i < 4 ? number >>> (8 * i) : number * 31 + i);
    }
    return bytes;
  }

  /** Whether every running member has everything that was published. */
  public boolean complete() {
    for (SimulatedRoom room : rooms()) {
      if (room.subscriber().count() < room.journal().size()) {
        return false;
      }
    }
    return true;
  }

  /** Whether every running member has a link to every other one. */
  public boolean fullyLinked() {
    List<SimulatedRoom> some = rooms();
    Set<PeerId> ids = new HashSet<>();
    some.forEach(room -> ids.add(room.peer().id()));
    for (SimulatedRoom room : some) {
      Set<PeerId> linked = room.machine().members();
      if (linked.size() < some.size() - 1
          || room.peer().machine().linkedPeers().size() < linked.size()) {
        return false;
      }
    }
    return !ids.isEmpty();
  }

  /**
   * Lets time pass until every running member has everything.
   *
   * @throws AssertionError if it takes longer, or something was delivered wrongly
   */
  public void expectComplete(Duration within) {
    boolean complete = world.runUntil(this::complete, within);
    List<String> faults = world.faults();
    if (!faults.isEmpty()) {
      throw new AssertionError(world + ": " + faults.size() + " faults, first " + faults.get(0));
    }
    if (!complete) {
      List<String> lacking = world.lacking();
      throw new AssertionError(
          world + ": " + lacking.size() + " feeds are lacking, first " + lacking.get(0));
    }
  }
}
