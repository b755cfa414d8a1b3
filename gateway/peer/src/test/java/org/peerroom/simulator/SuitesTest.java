package org.peerroom.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.peerroom.History;
import org.peerroom.RoomEvent;
import org.peerroom.RoomPolicy;
import org.peerroom.SealingSuite;
import org.peerroom.internal.wire.Frame;

/** Rooms that are sealed in each of the ways there are, and peers who do not agree on one. */
class SuitesTest {

  private final Simulation world = new Simulation(23);

  private static RoomPolicy policy(SealingSuite suite) {
    return RoomPolicy.DEFAULT.withSuite(suite);
  }

  private void pass(int seconds) {
    world.run(Duration.ofSeconds(seconds));
  }

  private static List<String> differences(SimulatedRoom room) {
    return room.events(RoomEvent.PolicyDiffers.class).stream()
        .map(RoomEvent.PolicyDiffers::difference)
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "X_WING, X25519, x-wing, x25519",
    "X_WING, PER_RECIPIENT, x-wing, per-recipient",
    "X25519, PER_RECIPIENT, x25519, per-recipient"
  })
  void peersOfDifferentSuites_areToldSo_andExchangeNothing(
      SealingSuite one, SealingSuite other, String ones, String others) {
    List<Frame> secret = new ArrayList<>();
    world
        .network()
        .tap(
            (from, to, frame, bytes) -> {
              if (!(frame instanceof Frame.Members
                  || frame instanceof Frame.Hello
                  || frame instanceof Frame.Ping
                  || frame instanceof Frame.Pong)) {
                secret.add(frame);
              }
            });
    SimulatedPeer ann = world.peer("ann").start();
    SimulatedPeer bob = world.peer("bob").start(ann);
    SimulatedRoom atAnn = ann.join("room", policy(one));
    SimulatedRoom atBob = bob.join("room", policy(other));
    pass(5);
    atAnn.publish("sealed in one way");
    atBob.publish("sealed in another");
    pass(300);
    assertEquals(
        List.of("suite is " + ones + " here and " + others + " there"), differences(atAnn));
    assertEquals(
        List.of("suite is " + others + " here and " + ones + " there"), differences(atBob));
    assertEquals(1, atAnn.subscriber().count(), "only what it wrote itself");
    assertEquals(1, atBob.subscriber().count());
    assertEquals(0, atAnn.machine().members().size());
    assertEquals(0, atBob.machine().members().size());
    assertEquals(List.of(), secret, "keys or segments went over the link");
    for (SimulatedRoom room : List.of(atAnn, atBob)) {
      assertEquals(List.of(), room.events(RoomEvent.NobodyHere.class), "somebody is there");
      assertEquals(List.of(), room.events(RoomEvent.Refused.class));
    }

    SimulatedRoom late = world.peer("late").start(bob).join("room", policy(other));
    pass(5);
    late.publish("in the same way as bob");
    pass(5);
    assertEquals(2, atBob.subscriber().count());
    assertEquals(2, late.subscriber().count(), "its own, and what bob wrote before");
    assertEquals(1, atAnn.subscriber().count());
  }

  @Test
  void peerThatComesBackWithTheRightSuite_isAMember() {
    SimulatedPeer ann = world.peer("ann").start();
    SimulatedPeer bob = world.peer("bob").start(ann);
    SimulatedRoom atAnn = ann.join("room", policy(SealingSuite.X_WING));
    SimulatedRoom wrong = bob.join("room", policy(SealingSuite.X25519));
    pass(10);
    assertEquals(0, atAnn.machine().members().size());
    bob.leave(wrong);
    SimulatedRoom right = bob.join("room", policy(SealingSuite.X_WING));
    pass(10);
    atAnn.publish("hello");
    right.publish("hello");
    pass(5);
    assertEquals(2, atAnn.subscriber().count());
    assertEquals(2, right.subscriber().count());
  }

  @ParameterizedTest
  @EnumSource(History.class)
  void fivePeersThatSealForEachRecipient_readEachOther_whoeverComesAndGoes(History history) {
    RoomPolicy policy = policy(SealingSuite.PER_RECIPIENT).withHistory(history);
    Gathering all = Gathering.mesh(world, 5, policy);
    pass(5);
    int each = 10;
    for (int i = 0; i < each; i++) {
      all.rooms().forEach(room -> room.publish(all.payload(100)));
      pass(1);
    }
    all.expectComplete(Duration.ofSeconds(10));

    SimulatedRoom late = all.join(world.peer("late").start(all.member(0).peer()));
    pass(5);
    int readBefore = history == History.RETAINED ? 5 * each : 0;
    assertEquals(readBefore, late.subscriber().count(), "what was there before it came");
    all.rooms().forEach(room -> room.publish(all.payload(100)));
    pass(3);
    assertEquals(readBefore + 6, late.subscriber().count());

    SimulatedRoom leaver = all.member(4);
    int readByLeaver = leaver.subscriber().count();
    leaver.peer().leave(leaver);
    pass(2);
    all.rooms().forEach(room -> room.publish(all.payload(100)));
    pass(3);
    assertEquals(readByLeaver, leaver.subscriber().count());
    assertEquals(readBefore + 11, late.subscriber().count());
    assertEquals(5 * each + 11, all.member(0).subscriber().count());
    SimulatedRoom back = all.join(leaver.peer());
    pass(5);
    back.publish(all.payload(100));
    all.member(0).publish(all.payload(100));
    pass(3);
    assertEquals(5 * each + 13, all.member(0).subscriber().count());
    assertEquals(readBefore + 13, late.subscriber().count());
    assertEquals(List.of(), world.faults());
    all.rooms().forEach(room -> assertEquals(List.of(), room.events(RoomEvent.Gap.class)));
  }

  /** More segments than sender keys may be held of one feed, and each has one of its own. */
  @Test
  void moreSegmentsThanKeysAreHeldOf_areAllRead_whereEachHasItsOwnKey() {
    Gathering all = Gathering.mesh(world, 3, policy(SealingSuite.PER_RECIPIENT));
    pass(3);
    int segments = 9_000;
    for (int i = 0; i < segments; i++) {
      all.member(0).publish(all.payload(9));
      if (i % 100 == 0) {
        world.run(Duration.ofMillis(500));
      }
    }
    pass(5);
    assertEquals(segments, all.member(1).subscriber().count());
    assertEquals(segments, all.member(2).subscriber().count());
    assertEquals(List.of(), world.faults());
  }

  /** More keys than one grant takes, by the author and, when it is gone, by a member. */
  @Test
  void whoComesLate_getsTheKeysOfAllThatIsRetained() {
    Gathering all = Gathering.mesh(world, 2, policy(SealingSuite.PER_RECIPIENT));
    pass(3);
    int segments = 2_000;
    for (int i = 0; i < segments; i++) {
      all.member(0).publish(all.payload(9));
      if (i % 100 == 0) {
        world.run(Duration.ofMillis(500));
      }
    }
    SimulatedRoom fromAuthor = all.join(world.peer("late").start(all.member(0).peer()));
    pass(10);
    assertEquals(segments, fromAuthor.subscriber().count());
    all.member(0).peer().crash(false);
    pass(5);
    SimulatedRoom passedOn = all.join(world.peer("later").start(all.member(1).peer()));
    pass(30);
    assertEquals(segments, passedOn.subscriber().count());
    assertEquals(List.of(), world.faults());
  }

  @ParameterizedTest
  @EnumSource(SealingSuite.class)
  void everyRetainedMessage_reachesEveryMember_inEachSuite(SealingSuite suite) {
    Seeds.run(
        "mesh " + suite,
        Seeds.count(4),
        seed -> {
          Simulation mesh = new Simulation(seed).withClocks(Duration.ofMinutes(1), 100);
          Gathering all = Gathering.mesh(mesh, 16, policy(suite));
          all.chatter(80, Duration.ofSeconds(40));
          all.resets(20, Duration.ofSeconds(35));
          all.partition(
              Duration.ofMillis(mesh.random().between(500, 20_000)),
              Duration.ofMillis(mesh.random().between(1_000, 15_000)));
          mesh.run(Duration.ofSeconds(40));
          all.expectComplete(Duration.ofMinutes(2));
          assertEquals(80, all.member(0).journal().size());
          assertTrue(mesh.runUntil(all::fullyLinked, Duration.ofSeconds(90)), "not fully linked");
        });
  }
}
