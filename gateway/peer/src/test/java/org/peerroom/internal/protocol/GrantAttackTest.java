package org.peerroom.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.peerroom.PeerId;
import org.peerroom.RoomPolicy;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.crypto.PreSharedKey;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.Frame.Grant;
import org.peerroom.internal.wire.Segment;
import org.peerroom.internal.wire.Topic;
import org.peerroom.simulator.SimulatedRoom;

/** Somebody grants keys that are not right, or that are not for whom they are given to. */
class GrantAttackTest {

  private static final byte[] ZEROS = new byte[32];

  private final Scene scene = new Scene();

  private HostilePeer announced() {
    HostilePeer peer = scene.stranger().link(scene.victim);
    peer.announce(scene.victim);
    return peer;
  }

  private static Grant copy(Grant g, Topic topic, PeerId from, PeerId to, byte[] sealed) {
    return new Grant(
        topic,
        from,
        to,
        g.setup(),
        g.generation(),
        g.counter(),
        g.hops(),
        g.kemKey(),
        g.encapsulation(),
        sealed,
        g.signature());
  }

  private static byte[] flipped(byte[] bytes) {
    byte[] changed = bytes.clone();
    changed[changed.length / 2] ^= 1;
    return changed;
  }

  private void expectNotAdmitted(HostilePeer peer) {
    scene.pass(1);
    assertFalse(scene.victimsRoom.machine().members().contains(peer.id()), "admitted");
    scene.talk();
  }

  @Test
  void alteredGrant_isRefused() throws Exception {
    HostilePeer mallory = announced();
    Grant right = mallory.grant(scene.victim.id(), List.of(mallory.key(0, 0, 0)));
    mallory.send(
        scene.victim,
        copy(right, right.topic(), right.from(), right.to(), flipped(right.sealed())));
    expectNotAdmitted(mallory);
    scene.expectRefused("grant");
  }

  @Test
  void grantInSomebodyElsesName_isRefused() throws Exception {
    HostilePeer mallory = announced();
    Grant right = mallory.grant(scene.victim.id(), List.of(mallory.key(0, 0, 0)));
    mallory.send(
        scene.victim, copy(right, right.topic(), scene.author.id(), right.to(), right.sealed()));
    expectNotAdmitted(mallory);
    scene.expectRefused("grant");
  }

  @Test
  void grantForAnotherPeer_isOfNoUse() throws Exception {
    HostilePeer mallory = announced();
    Grant forAuthor = mallory.grant(scene.author.id(), List.of(mallory.key(0, 0, 0)));
    mallory.send(
        scene.victim,
        copy(
            forAuthor, forAuthor.topic(), forAuthor.from(), scene.victim.id(), forAuthor.sealed()));
    expectNotAdmitted(mallory);
    scene.expectRefused("grant");
  }

  @Test
  void grantForAnotherRoom_isOfNoUse() throws Exception {
    SimulatedRoom other = scene.victim.join("another room");
    HostilePeer mallory = announced();
    Grant right = mallory.grant(scene.victim.id(), List.of(mallory.key(0, 0, 0)));
    Topic elsewhere = other.machine().topic();
    HostilePeer there = new HostilePeer(scene.world, elsewhere, null);
    mallory.send(
        scene.victim,
        new Frame.Members(elsewhere, List.of(there.membership.own(List.of(), false, there.now()))));
    mallory.send(scene.victim, copy(right, elsewhere, right.from(), right.to(), right.sealed()));
    scene.pass(1);
    assertEquals(0, other.machine().members().size());
    expectNotAdmitted(mallory);
  }

  @Test
  void replayedGrant_isRefused() throws Exception {
    HostilePeer mallory = announced();
    Grant right = mallory.grant(scene.victim.id(), List.of(mallory.key(0, 0, 0)));
    mallory.send(scene.victim, right);
    scene.pass(1);
    assertTrue(scene.victimsRoom.machine().members().contains(mallory.id()));
    mallory.send(scene.victim, right);
    scene.pass(1);
    scene.expectRefused("was seen before");
    scene.talk();
  }

  @Test
  void grantWithoutTheRoomsSecret_admitsNobody() throws Exception {
    Scene secret = new Scene("a secret that is long enough", RoomPolicy.DEFAULT);
    for (PreSharedKey psk : new PreSharedKey[] {null, PreSharedKey.of(new byte[32])}) {
      HostilePeer outsider = new HostilePeer(secret.world, secret.topic, psk).link(secret.victim);
      outsider.announce(secret.victim);
      outsider.send(
          secret.victim, outsider.grant(secret.victim.id(), List.of(outsider.key(0, 0, 0))));
      secret.pass(3);
      assertFalse(secret.victimsRoom.machine().members().contains(outsider.id()), "admitted");
      secret.expectRefused("room secret differs");
      Grant toOutsider =
          outsider.heard.stream()
              .filter(frame -> frame instanceof Grant)
              .map(frame -> (Grant) frame)
              .findFirst()
              .orElseThrow();
      assertTrue(opensNothing(outsider, toOutsider), "it reads the room's keys");
      secret.talk();
    }
  }

  private static boolean opensNothing(HostilePeer reader, Grant grant) {
    try {
      return reader.grants.open(grant, true, reader.now()).keys().isEmpty();
    } catch (Refused e) {
      return true;
    }
  }

  @Test
  void wrongKeyThatIsPassedOn_isDropped_andTheRightOneStillWorks() throws Exception {
    scene.thirdsRoom.publish("of one who is gone soon");
    scene.pass(1);
    scene.third.crash(false);
    scene.pass(1);
    HostilePeer mallory = scene.stranger();
    var late = scene.world.peer("late").start();
    SimulatedRoom room = late.join("room");
    mallory.link(late);
    mallory.announce(late);
    KeyEntry wrong =
        new KeyEntry(scene.third.id(), 0, 0, 0, ChainKey.of(scene.world.random().next(32)));
    mallory.send(late, mallory.grant(late.id(), List.of(mallory.key(0, 0, 0), wrong)));
    scene.pass(1);
    assertTrue(room.machine().members().contains(mallory.id()));
    scene.world.network().dial(late, scene.victim.address());
    scene.pass(40);
    assertEquals(List.of(), scene.world.faults());
    assertEquals(List.of(), scene.world.lacking());
  }

  @Test
  void keyThatWasGranted_doesNotLetItsHolderWriteAsItsAuthor() throws Exception {
    HostilePeer mallory = scene.member();
    Grant grant =
        mallory.heard.stream()
            .filter(frame -> frame instanceof Grant)
            .map(frame -> (Grant) frame)
            .filter(g -> g.from().equals(scene.victim.id()))
            .findFirst()
            .orElseThrow();
    KeyEntry victimsKey = mallory.grants.open(grant, true, mallory.now()).keys().get(0);
    Segment forged =
        mallory.seal(
            scene.victim.id(),
            99,
            99,
            ZEROS,
            "in your name",
            victimsKey.key,
            mallory.keys.signing());
    HostilePeer atAuthor = mallory.link(scene.author);
    atAuthor.announce(scene.author);
    atAuthor.send(scene.author, new Frame.Sealed(forged));
    scene.pass(2);
    assertTrue(scene.author.machine().refusedFrames() > 0);
    scene.talk();
  }

  @Test
  void keyRequestOfSomebodyWhoIsNoMember_isNotAnswered() {
    HostilePeer stranger = scene.stranger().link(scene.victim);
    PeerId victim = scene.victim.id();
    stranger.send(
        scene.victim, new Frame.KeyRequest(scene.topic, stranger.id(), victim, victim, 3));
    stranger.send(
        scene.victim, new Frame.KeyRequest(scene.topic, scene.author.id(), victim, victim, 3));
    scene.pass(2);
    assertTrue(stranger.heard.stream().noneMatch(frame -> frame instanceof Grant));
    scene.expectRefused("not a member");
    scene.talk();
  }
}
