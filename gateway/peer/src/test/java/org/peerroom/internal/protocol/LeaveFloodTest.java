package org.peerroom.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.peerroom.PeerId;
import org.peerroom.RoomPolicy;
import org.peerroom.identity.Identity;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.Segment;
import org.peerroom.simulator.Authority;
import org.peerroom.simulator.Conditions;
import org.peerroom.simulator.SimulatedCrypto;
import org.peerroom.simulator.SimulatedPeer;
import org.peerroom.simulator.SimulatedRoom;
import org.peerroom.simulator.Simulation;

/** Somebody comes and goes without end, to make every author begin ever new sender keys. */
class LeaveFloodTest {

  private static final int TIMES = 1_000;

  private final Scene scene = new Scene();

  private Set<Integer> epochsOf(PeerId author) {
    Set<Integer> epochs = new TreeSet<>();
    for (Segment segment : scene.overheard) {
      if (segment.author().equals(author)) {
        epochs.add(segment.header().epoch());
      }
    }
    return epochs;
  }

  private Frame.Members says(HostilePeer mallory, boolean left) {
    mallory.context.at(mallory.now());
    return new Frame.Members(
        scene.topic, List.of(mallory.membership.own(List.of(), left, mallory.now())));
  }

  @Test
  void whoJoinsAndLeavesAThousandTimes_bringsAboutFewKeys_andTheOthersTalkOn() throws Exception {
    HostilePeer mallory = scene.member();
    scene.overheard.clear();
    long began = scene.world.nowMillis();
    for (int i = 0; i < TIMES; i++) {
      mallory.send(scene.victim, says(mallory, true));
      mallory.send(scene.victim, says(mallory, false));
      mallory.send(scene.victim, mallory.grant(scene.victim.id(), mallory.introduction()));
      scene.world.run(Duration.ofMillis(25));
      scene.victimsRoom.publish("message " + i);
    }
    scene.pass(2);
    long seconds = (scene.world.nowMillis() - began) / 1_000;
    int epochs = epochsOf(scene.victim.id()).size();
    assertTrue(epochs > 10, "it has hardly ever left: a weak test: " + epochs);
    assertTrue(epochs <= 64 + seconds + 1, epochs + " keys in " + seconds + " seconds");
    int held = scene.thirdsRoom.machine().replica().keys();
    assertTrue(held <= 3 * (64 + seconds + 10), "keys held: " + held);
    scene.talk();
  }

  /** What there is no allowance for is not forgotten: the key changes as soon as there is. */
  @Test
  void leaveBeyondTheAllowance_changesTheKeySoonAfterwards() throws Exception {
    HostilePeer mallory = scene.member();
    for (int i = 0; i < 200; i++) {
      mallory.send(scene.victim, says(mallory, true));
      mallory.send(scene.victim, says(mallory, false));
      scene.world.run(Duration.ofMillis(20));
      scene.victimsRoom.publish("message " + i);
    }
    int last = new TreeSet<>(epochsOf(scene.victim.id())).last();
    mallory.send(scene.victim, says(mallory, true));
    scene.pass(3);
    scene.overheard.clear();
    scene.victimsRoom.publish("under a new one");
    scene.pass(1);
    assertTrue(epochsOf(scene.victim.id()).iterator().next() > last);
    scene.talk();
  }

  @Test
  void thousandStrangers_whoAreNotAdmitted_changeNoKey_andAnExpulsionDoesAtOnce() throws Exception {
    Authority acme = new Authority("Acme");
    Simulation world =
        new Simulation(5, new SimulatedCrypto(), Conditions.DEFAULT.withDecodeShare(1));
    RoomPolicy policy = acme.policy();
    SimulatedPeer ann = world.peer("ann").trust(acme.trusted()).speakAs(acme.identity("ann"));
    Identity lost = acme.identity("bob");
    SimulatedPeer bob = world.peer("bob").trust(acme.trusted()).speakAs(lost);
    SimulatedRoom atAnn = ann.start().join("room", policy);
    SimulatedRoom atBob = bob.start(ann).join("room", policy);
    TreeSet<Integer> epochs = new TreeSet<>();
    world
        .network()
        .tap(
            (from, to, frame, bytes) -> {
              if (frame instanceof Frame.Sealed sealed
                  && sealed.segment().author().equals(ann.id())) {
                epochs.add(sealed.segment().header().epoch());
              }
            });
    world.run(Duration.ofSeconds(5));
    atAnn.publish("before");
    world.run(Duration.ofSeconds(1));
    HostilePeer mallory =
        new HostilePeer(world, atAnn.machine().topic(), null, policy, world.crypto()).link(ann);
    for (int i = 0; i < TIMES; i++) {
      mallory.context.at(mallory.now());
      for (boolean left : new boolean[] {false, true}) {
        mallory.send(
            ann,
            new Frame.Members(
                mallory.topic, List.of(mallory.membership.own(List.of(), left, mallory.now()))));
        if (!left && mallory.records.containsKey(ann.id())) {
          mallory.send(ann, mallory.grant(ann.id(), mallory.introduction()));
        }
      }
      if (i % 10 == 0) {
        world.run(Duration.ofMillis(30));
        atAnn.publish("message " + i);
      }
    }
    world.run(Duration.ofSeconds(2));
    assertEquals(1, epochs.size(), "strangers have changed the key: " + epochs);
    assertEquals(101, atBob.subscriber().count());

    ann.revoke(acme.revoke(lost));
    assertFalse(atAnn.machine().members().contains(bob.id()));
    SimulatedPeer eve = world.peer("eve").trust(acme.trusted()).speakAs(acme.identity("eve"));
    eve.start(ann).join("room", policy);
    world.run(Duration.ofSeconds(3));
    epochs.clear();
    atAnn.publish("after");
    world.run(Duration.ofSeconds(1));
    assertTrue(epochs.first() > 0, "the key is the one that bob has");
  }

  /** However much allowance was used up: whoever must not read any more does not share a change. */
  @Test
  void expulsion_needsNoAllowance() {
    PeerContext context = scene.stranger().context;
    Feed feed = new Feed(context.self.id(), context.self.id(), new KeyBudget(), 0);
    Author author = new Author(context, scene.topic, RoomPolicy.DEFAULT, feed, List::of, null);
    Now now = new Now(0, 0);
    author.rekey(now);
    int byLeaving = 0;
    for (int i = 0; i < TIMES; i++) {
      author.rekeyBeforeNext(false);
      if (author.rekeyIsDue(now)) {
        author.rekey(now);
        byLeaving++;
      }
    }
    assertEquals(64, byLeaving);
    for (int i = 0; i < TIMES; i++) {
      author.rekeyBeforeNext(true);
      assertTrue(author.rekeyIsDue(now));
      author.rekey(now);
      assertFalse(author.rekeyIsDue(now));
    }
  }
}
