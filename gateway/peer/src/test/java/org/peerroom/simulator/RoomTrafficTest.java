package org.peerroom.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.peerroom.MessageId;
import org.peerroom.PeerId;
import org.peerroom.RoomPolicy;
import org.peerroom.internal.wire.Frame;

/** What goes over the links of rooms that work, and what is told of it. */
class RoomTrafficTest {

  @Test
  void settledMesh_sendsEachSegmentOnceToEachMember() {
    Simulation world = new Simulation(31);
    Gathering all = Gathering.mesh(world, 8, RoomPolicy.DEFAULT);
    assertTrue(world.runUntil(all::fullyLinked, Duration.ofSeconds(30)));
    world.run(Duration.ofSeconds(5));
    AtomicInteger sealed = new AtomicInteger();
    world
        .network()
        .tap((from, to, frame, b) -> sealed.addAndGet(frame instanceof Frame.Sealed ? 1 : 0));
    all.chatter(200, Duration.ofMinutes(1));
    world.run(Duration.ofMinutes(1));
    all.expectComplete(Duration.ofSeconds(5));
    double each = sealed.get() / (200.0 * 7);
    assertTrue(each >= 1.0 && each <= 1.1, each + " transmissions a delivery");
  }

  /**
   * How often a segment is sent for each of its deliveries, in rooms of 2 to 50 peers, with and
   * without a database: 1 is the optimum. With {@code -Dpeerroom.simulator.seeds=2} all sizes.
   */
  @Test
  void eachSegment_isSentOnceForEachDelivery_withAndWithoutTheDatabase() {
    List<Integer> sizes =
        Seeds.count(1) > 1 ? List.of(2, 3, 5, 8, 12, 20, 30, 40, 50) : List.of(2, 5, 12);
    StringBuilder table =
        new StringBuilder("| peers | retention 0 | 10 minutes |\n|---:|---:|---:|\n");
    for (int peers : sizes) {
      double live = transmissions(peers, RoomPolicy.DEFAULT.withRetention(Duration.ZERO));
      double kept = transmissions(peers, RoomPolicy.DEFAULT);
      table.append(String.format(Locale.ROOT, "| %d | %.3f | %.3f |%n", peers, live, kept));
      assertTrue(live >= 1 && live <= 1.1, live + " for " + peers + " peers, live only");
      assertTrue(kept >= 1 && kept <= 1.1, kept + " for " + peers + " peers");
    }
    System.out.print(table);
  }

  private static double transmissions(int peers, RoomPolicy policy) {
    int messages = 200;
    Simulation world = new Simulation(33);
    Gathering all = Gathering.mesh(world, peers, policy);
    assertTrue(world.runUntil(all::fullyLinked, Duration.ofSeconds(60)));
    world.run(Duration.ofSeconds(5));
    AtomicInteger sealed = new AtomicInteger();
    world
        .network()
        .tap((from, to, frame, b) -> sealed.addAndGet(frame instanceof Frame.Sealed ? 1 : 0));
    all.chatter(messages, Duration.ofMinutes(1));
    world.run(Duration.ofMinutes(1));
    all.expectComplete(Duration.ofSeconds(5));
    return sealed.get() / ((double) messages * (peers - 1));
  }

  @Test
  void replicated_isToldOnlyWhenSoManyReallyHoldIt() {
    Seeds.run(
        "acks",
        Seeds.count(50),
        seed -> {
          Simulation world = new Simulation(seed);
          Gathering all = Gathering.mesh(world, 5, RoomPolicy.DEFAULT);
          world.run(Duration.ofSeconds(3));
          SimulatedRoom author = all.member(0);
          author.whenReplicated(id -> checkHeld(all, author, id, 2));
          all.resets(10, Duration.ofSeconds(10));
          all.partition(Duration.ofSeconds(2), Duration.ofSeconds(5));
          List<MessageId> ids = new ArrayList<>();
          for (int i = 0; i < 30; i++) {
            world.after(
                Duration.ofMillis(world.random().between(0, 10_000)),
                () -> ids.addAll(author.publish(List.of(all.payload(100)), 2)));
          }
          world.run(Duration.ofMinutes(1));
          assertEquals(30, ids.size());
          for (MessageId id : ids) {
            assertTrue(author.replicated(id).size() >= 2, "never told of " + id);
          }
          MessageId never = author.publish(List.of(all.payload(10)), 5).get(0);
          world.run(Duration.ofSeconds(20));
          assertEquals(0, author.replicated(never).size(), "more replicas than there are peers");
        });
  }

  @Test
  void replicated_isNotToldForWhatAReplicaHadToSkip() {
    Simulation world = new Simulation(32);
    RoomPolicy small = RoomPolicy.DEFAULT.withMaxMessageSize(64 * 1024).withRetentionBytes(1 << 20);
    Gathering all = Gathering.mesh(world, 2, small);
    world.run(Duration.ofSeconds(3));
    SimulatedRoom author = all.member(0);
    PeerId other = all.member(1).peer().id();
    world.network().stall(author.peer().id(), other, true);
    for (int i = 0; i < 60; i++) {
      author.publish(new byte[50_000]);
    }
    MessageId lost = author.publish(List.of(all.payload(100)), 1).get(0);
    for (int i = 0; i < 60; i++) {
      author.publish(new byte[50_000]);
    }
    MessageId kept = author.publish(List.of(all.payload(100)), 1).get(0);
    world.network().stall(author.peer().id(), other, false);
    world.run(Duration.ofSeconds(20));
    assertEquals(1, author.replicated(kept).size());
    assertEquals(0, author.replicated(lost).size(), "told though the other never had it");
  }

  private static void checkHeld(Gathering all, SimulatedRoom author, MessageId id, int replicas) {
    Journal.Entry entry = author.journal().find(id);
    int held = 0;
    for (PeerId peer : author.replicated(id)) {
      for (SimulatedRoom room : all.rooms()) {
        boolean has = entry != null && room.subscriber().has(entry);
        held += room.peer().id().equals(peer) && has ? 1 : 0;
      }
    }
    assertTrue(held >= replicas, "told too early: " + id);
  }

  @Test
  void largeMessages_doNotHoldUpSmallOnesOfOthers() {
    Conditions narrow = Conditions.DEFAULT.withBytesPerSecond(2_000_000);
    Simulation world = new Simulation(33, new SimulatedCrypto(), narrow);
    Gathering all = new Gathering(world, "room", RoomPolicy.DEFAULT);
    SimulatedPeer hub = world.peer("hub").start();
    all.join(hub);
    for (int i = 1; i < 5; i++) {
      all.join(world.dialOnlyPeer("p" + i).start(hub));
    }
    world.run(Duration.ofSeconds(3));
    byte[] large = new byte[5 << 20];
    for (int i = 0; i < large.length; i++) {
      large[i] = (byte) (i * 7 + (i >> 11));
    }
    MessageId first = all.member(1).publish(large);
    MessageId second = all.member(2).publish(large);
    world.run(Duration.ofMillis(500));
    MessageId small = all.member(3).publish("small");
    Journal journal = all.member(0).journal();
    Subscriber reader = all.member(4).subscriber();
    assertTrue(
        world.runUntil(() -> has(reader, journal, small), Duration.ofSeconds(4)), "small is late");
    assertTrue(!has(reader, journal, first) && !has(reader, journal, second));
    all.chatter(40, Duration.ofSeconds(5));
    world.run(Duration.ofSeconds(5));
    all.expectComplete(Duration.ofMinutes(1));
  }

  private static boolean has(Subscriber reader, Journal journal, MessageId id) {
    Journal.Entry entry = journal.find(id);
    return entry != null && reader.has(entry);
  }

  @Test
  void largeMessages_ofSeveralAuthors_arriveWholeAmongSmallOnes() {
    Seeds.run(
        "large",
        Math.min(8, Seeds.count(8)),
        seed -> {
          Simulation world = new Simulation(seed);
          Gathering all = Gathering.mesh(world, 4, RoomPolicy.DEFAULT);
          world.run(Duration.ofSeconds(3));
          for (int i = 0; i < 4; i++) {
            SimulatedRoom author = all.anyone();
            byte[] large = new byte[5 << 20];
            world.random().next(64 * 1024);
            System.arraycopy(world.random().next(1 << 20), 0, large, i << 20, 1 << 20);
            world.after(
                Duration.ofMillis(world.random().between(0, 4_000)), () -> author.publish(large));
          }
          all.chatter(100, Duration.ofSeconds(5));
          all.resets(4, Duration.ofSeconds(5));
          world.run(Duration.ofSeconds(5));
          all.expectComplete(Duration.ofMinutes(1));
        });
  }

  @Test
  void twoRooms_shareLinksAndNothingElse() {
    Seeds.run(
        "two rooms",
        Seeds.count(30),
        seed -> {
          Simulation world = new Simulation(seed).withClocks(Duration.ofMinutes(1), 100);
          Gathering one = Gathering.mesh(world, 5, RoomPolicy.DEFAULT);
          world.run(Duration.ofSeconds(3));
          Gathering two = new Gathering(world, "another room", RoomPolicy.DEFAULT);
          for (int i = 1; i < 4; i++) {
            two.join(one.member(i).peer());
          }
          one.chatter(40, Duration.ofSeconds(10));
          two.chatter(40, Duration.ofSeconds(10));
          one.resets(4, Duration.ofSeconds(10));
          world.run(Duration.ofSeconds(10));
          one.expectComplete(Duration.ofSeconds(30));
          two.expectComplete(Duration.ofSeconds(30));
          assertEquals(40, one.member(0).subscriber().count());
          assertEquals(40, two.member(0).subscriber().count());
          PeerId a = one.member(1).peer().id();
          assertEquals(1, world.network().linkCount(a, one.member(2).peer().id()));
        });
  }
}
