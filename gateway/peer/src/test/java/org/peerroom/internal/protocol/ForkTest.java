package org.peerroom.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.peerroom.PeerId;
import org.peerroom.RoomEvent;
import org.peerroom.internal.sealing.SegmentSealing;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.Frame.ForkProof;
import org.peerroom.internal.wire.FrameCodec;
import org.peerroom.internal.wire.Segment;
import org.peerroom.internal.wire.WireException;
import org.peerroom.simulator.SimulatedPeer;
import org.peerroom.simulator.SimulatedRoom;

/**
 * A member says different things to different members: whoever notices proves it to all, and a
 * proof that is none changes nothing.
 */
class ForkTest {

  private static final byte[] ZEROS = new byte[32];

  private final Scene scene = new Scene();

  /** A member to all three. */
  private HostilePeer memberOfAll() throws Refused {
    HostilePeer mallory = scene.member();
    mallory.belong(scene.author);
    mallory.belong(scene.third);
    return mallory;
  }

  private List<SimulatedRoom> honest() {
    return List.of(scene.victimsRoom, scene.authorsRoom, scene.thirdsRoom);
  }

  private static List<RoomEvent.Forked> forks(SimulatedRoom room) {
    return room.events(RoomEvent.Forked.class);
  }

  private void expectKnownToAll(PeerId author, long sequence) {
    for (SimulatedRoom room : honest()) {
      assertEquals(List.of(new RoomEvent.Forked(author, sequence)), forks(room), room.peer()::name);
    }
  }

  private void expectNoneKnown() {
    honest().forEach(room -> assertEquals(List.of(), forks(room), room.peer()::name));
  }

  @Test
  void twoSegmentsWithOneNumber_areProvedToEveryMember_andNothingMoreIsTaken() throws Exception {
    HostilePeer mallory = memberOfAll();
    Segment one = mallory.segment(0, 0, ZEROS, "yes");
    Segment two = mallory.segment(0, 0, ZEROS, "no");
    int before = scene.victimsRoom.subscriber().count();
    mallory.send(scene.victim, new Frame.Sealed(one));
    scene.pass(1);
    assertEquals(before + 1, scene.victimsRoom.subscriber().count());
    mallory.send(scene.victim, new Frame.Sealed(two));
    scene.pass(1);
    expectKnownToAll(mallory.id(), 0);
    List<Integer> counts = honest().stream().map(room -> room.subscriber().count()).toList();
    Segment more = mallory.segment(1, 1, HostilePeer.hash(one), "more");
    for (SimulatedPeer peer : List.of(scene.victim, scene.author, scene.third)) {
      mallory.send(peer, new Frame.Sealed(one));
      mallory.send(peer, new Frame.Sealed(more));
    }
    scene.pass(2);
    assertEquals(
        counts, honest().stream().map(room -> room.subscriber().count()).toList(), "took more");
    scene.talkBeside(mallory.id());
    expectKnownToAll(mallory.id(), 0);
  }

  @Test
  void segmentThatContinuesAnotherFeed_isProofToo() throws Exception {
    HostilePeer mallory = memberOfAll();
    Segment one = mallory.segment(0, 0, ZEROS, "yes");
    Segment other = mallory.segment(0, 0, ZEROS, "no");
    mallory.send(scene.victim, new Frame.Sealed(one));
    scene.pass(1);
    mallory.send(
        scene.victim, new Frame.Sealed(mallory.segment(1, 1, HostilePeer.hash(other), "more")));
    scene.pass(1);
    expectKnownToAll(mallory.id(), 1);
    scene.talkBeside(mallory.id());
  }

  @Test
  void newcomer_isToldOfAForkBeforeItTakesAnything() throws Exception {
    HostilePeer mallory = memberOfAll();
    Segment one = mallory.segment(0, 0, ZEROS, "yes");
    Segment two = mallory.segment(0, 0, ZEROS, "no");
    mallory.send(scene.victim, new Frame.Sealed(one));
    mallory.send(scene.victim, new Frame.Sealed(two));
    scene.pass(2);
    SimulatedPeer late = scene.world.peer("late").start(scene.third);
    SimulatedRoom lateRoom = late.join("room", null, scene.victimsRoom.machine().policy());
    scene.pass(3);
    int before = lateRoom.subscriber().count();
    mallory.belong(late);
    mallory.send(late, new Frame.Sealed(mallory.segment(0, 0, ZEROS, "yes, to you")));
    scene.pass(2);
    assertEquals(List.of(new RoomEvent.Forked(mallory.id(), 0)), forks(lateRoom));
    assertEquals(before, lateRoom.subscriber().count(), "took something of a forked feed");
  }

  @Test
  void proofOfAThirdParty_isRefused() throws Exception {
    HostilePeer mallory = scene.member();
    Segment real = scene.overheard.get(0);
    byte[] ciphertext =
        Arrays.copyOfRange(real.encoded(), real.ciphertextBegin(), real.ciphertextEnd());
    ciphertext[5] ^= 1;
    Segment altered =
        Segment.assemble(
            real.header(),
            real.headerBytes(),
            SegmentSealing.NO_WRAPS,
            ciphertext,
            real.signature());
    byte[] signature = mallory.keys.signing().sign(SegmentSealing.hash(altered));
    Segment signedByAnother =
        Segment.assemble(
            real.header(), real.headerBytes(), SegmentSealing.NO_WRAPS, ciphertext, signature);
    mallory.send(scene.victim, new ForkProof(real, altered));
    scene.pass(2);
    mallory.send(scene.victim, new ForkProof(signedByAnother, real));
    scene.pass(2);
    scene.expectRefused("is not signed by it");
    expectNoneKnown();
    scene.talk();
  }

  @Test
  void proofOfTwoEqualSegments_orOfTwoThatFollow_isRefused() throws Exception {
    HostilePeer mallory = scene.member();
    Segment one = mallory.segment(0, 0, ZEROS, "yes");
    Segment next = mallory.segment(1, 1, HostilePeer.hash(one), "and yes");
    byte[] resigned = one.encoded().clone();
    resigned[resigned.length - 1] ^= 1;
    mallory.send(scene.victim, new ForkProof(one, one));
    scene.pass(2);
    mallory.send(scene.victim, new ForkProof(one, Segment.decode(resigned)));
    scene.pass(2);
    mallory.send(scene.victim, new ForkProof(one, next));
    scene.pass(2);
    scene.expectRefused("does not contradict itself");
    assertTrue(scene.victim.machine().refusedFrames() >= 3);
    expectNoneKnown();
    scene.talk();
  }

  @Test
  void segmentsThatCannotContradict_areNoFrame() throws Exception {
    HostilePeer mallory = scene.member();
    HostilePeer other = scene.stranger();
    Segment one = mallory.segment(4, 0, ZEROS, "yes");
    List<ForkProof> wrong =
        List.of(
            new ForkProof(one, other.segment(4, 0, ZEROS, "no")),
            new ForkProof(one, mallory.segment(6, 0, ZEROS, "no")),
            new ForkProof(one, mallory.segment(3, 0, ZEROS, "no")),
            new ForkProof(one, elsewhere(mallory).segment(4, 0, ZEROS, "no")));
    for (ForkProof proof : wrong) {
      byte[] bytes = FrameCodec.encode(proof);
      assertThrows(WireException.class, () -> FrameCodec.decode(bytes));
    }
  }

  private HostilePeer elsewhere(HostilePeer like) {
    SimulatedRoom other = scene.victim.join("another room");
    HostilePeer there = new HostilePeer(scene.world, other.machine().topic(), null);
    assertFalse(there.topic.equals(like.topic));
    return there;
  }

  @Test
  void proofOfAnotherRoom_changesNothingHere() throws Exception {
    SimulatedRoom other = scene.victim.join("another room");
    HostilePeer elsewhere =
        new HostilePeer(scene.world, other.machine().topic(), null).belong(scene.victim);
    Segment one = elsewhere.segment(0, 0, ZEROS, "yes");
    Segment two = elsewhere.segment(0, 0, ZEROS, "no");
    HostilePeer mallory = scene.member();
    mallory.send(scene.victim, new ForkProof(one, two));
    scene.pass(2);
    assertEquals(List.of(), forks(other), "it is no member of that room");
    elsewhere.send(scene.victim, new ForkProof(one, two));
    scene.pass(2);
    assertEquals(List.of(new RoomEvent.Forked(elsewhere.id(), 0)), forks(other));
    expectNoneKnown();
    scene.talk();
  }

  @Test
  void proofsOfAuthorsNobodyKnows_areBoundedAndNotPassedOn() throws Exception {
    HostilePeer mallory = scene.member();
    HostilePeer unknown = scene.stranger();
    for (int i = 0; i < 3 * Forks.MAX_ASIDE; i++) {
      HostilePeer madeUp = i == 0 ? unknown : scene.stranger();
      Segment one = madeUp.segment(0, 0, ZEROS, "yes");
      mallory.send(scene.victim, new ForkProof(one, madeUp.segment(0, 0, ZEROS, "no")));
    }
    scene.pass(3);
    expectNoneKnown();
    assertEquals(Forks.MAX_ASIDE, scene.victimsRoom.machine().forks().held());
    assertEquals(0, scene.thirdsRoom.machine().forks().held());
    scene.talk();
  }

  @Test
  void proof_isToldOnceOverALink_andForgottenWithTheRoomsRetention() throws Exception {
    HostilePeer mallory = memberOfAll();
    Segment one = mallory.segment(0, 0, ZEROS, "yes");
    Segment two = mallory.segment(0, 0, ZEROS, "no");
    mallory.send(scene.victim, new Frame.Sealed(one));
    mallory.send(scene.victim, new Frame.Sealed(two));
    scene.world.run(Duration.ofMinutes(2));
    long told = mallory.heard.stream().filter(ForkProof.class::isInstance).count();
    assertEquals(3, told, "once over each of its three links");
    assertEquals(1, scene.thirdsRoom.machine().forks().held());
    mallory.links.keySet().stream()
        .toList()
        .forEach(peer -> scene.world.network().reset(mallory.id(), peer));
    scene.world.run(Duration.ofMinutes(30));
    honest().forEach(room -> assertEquals(0, room.machine().forks().held()));
  }
}
