package org.peerroom.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.peerroom.PeerId;
import org.peerroom.internal.sealing.RekeySlots;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.Frame.Rekey;
import org.peerroom.internal.wire.Limits;
import org.peerroom.simulator.SimulatedPeer;
import org.peerroom.simulator.SimulatedRoom;

/** Somebody says that others have new sender keys, or says again what they have said. */
class RekeyAttackTest {

  private static final int ID_SIZE = RekeySlots.ID_SIZE;

  private final Scene scene = new Scene();
  private final List<Rekey> toTheVictim = new ArrayList<>();

  RekeyAttackTest() {
    scene
        .world
        .network()
        .tap(
            (from, to, frame, bytes) -> {
              if (frame instanceof Rekey rekey && to.equals(scene.victim.id())) {
                toTheVictim.add(rekey);
              }
            });
  }

  /** Somebody comes and goes again, after which every author begins a new sender key. */
  private void changeKeys() {
    SimulatedPeer passing = scene.world.peer("passing" + toTheVictim.size()).start(scene.victim);
    SimulatedRoom room = passing.join("room");
    scene.pass(3);
    passing.leave(room);
    passing.crash(false);
    scene.pass(1);
    scene.talk();
  }

  private Rekey ofTheAuthor() {
    return toTheVictim.stream()
        .filter(rekey -> rekey.from().equals(scene.author.id()))
        .reduce((first, last) -> last)
        .orElseThrow();
  }

  private static Rekey copy(Rekey r, PeerId from, int epoch, long sequence, byte[] slots) {
    return new Rekey(r.topic(), from, epoch, sequence, r.hops(), slots);
  }

  private int keysHeld() {
    return scene.victimsRoom.machine().replica().keys();
  }

  @Test
  void rekeyOfSomebodyWhoHasNotIntroducedItself_isRefused() {
    changeKeys();
    HostilePeer mallory = scene.stranger().link(scene.victim);
    mallory.announce(scene.victim);
    int held = keysHeld();
    Rekey real = ofTheAuthor();
    mallory.send(scene.victim, copy(real, mallory.id(), 0, 0, real.slots()));
    scene.pass(1);
    scene.expectRefused("which is not admitted");
    assertEquals(held, keysHeld());
    scene.talk();
  }

  @Test
  void rekeyOfSomebodyWhoIsNoMember_isRefused() {
    changeKeys();
    HostilePeer stranger = scene.stranger().link(scene.victim);
    stranger.send(scene.victim, ofTheAuthor());
    scene.pass(1);
    scene.expectRefused("not a member");
    scene.talk();
  }

  @Test
  void rekeyInTheNameOfAnother_isRefused() throws Exception {
    changeKeys();
    HostilePeer mallory = scene.member();
    Rekey real = ofTheAuthor();
    int held = keysHeld();
    for (int i = 0; i < 50; i++) {
      byte[] slots = real.slots().clone();
      slots[ID_SIZE + 1 + i % 49] ^= 1;
      int epoch = real.epoch() + i;
      mallory.send(scene.victim, copy(real, real.from(), epoch, real.sequence() + i, slots));
    }
    scene.pass(1);
    scene.expectRefused("does not open");
    assertEquals(held, keysHeld());
    assertTrue(mallory.isLinked(scene.victim), "it may have been passed on: no reason to part");
    scene.talk();
  }

  @Test
  void recordedRekey_forAnotherEpochNumberOrAuthor_isRefused() throws Exception {
    changeKeys();
    HostilePeer mallory = scene.member();
    Rekey real = ofTheAuthor();
    int held = keysHeld();
    for (Rekey moved :
        List.of(
            copy(real, real.from(), real.epoch() + 1, real.sequence(), real.slots()),
            copy(real, real.from(), real.epoch(), real.sequence() + 1, real.slots()),
            copy(real, scene.third.id(), real.epoch(), real.sequence(), real.slots()),
            copy(real, mallory.id(), real.epoch(), real.sequence(), real.slots()))) {
      int before = scene.victimsRoom.events().size();
      mallory.send(scene.victim, moved);
      scene.pass(2);
      assertTrue(scene.victimsRoom.events().size() > before, "not refused: " + moved);
    }
    scene.expectRefused("does not open");
    assertEquals(held, keysHeld());
    scene.talk();
  }

  @Test
  void recordedRekey_inAnotherRoom_isRefused() throws Exception {
    changeKeys();
    SimulatedRoom other = scene.victim.join("another room");
    scene.author.join("another room");
    scene.pass(3);
    HostilePeer mallory =
        new HostilePeer(scene.world, other.machine().topic(), null).belong(scene.victim);
    Rekey real = ofTheAuthor();
    mallory.send(
        scene.victim,
        new Rekey(mallory.topic, real.from(), real.epoch(), real.sequence(), 3, real.slots()));
    scene.pass(1);
    assertTrue(
        other.events().stream().anyMatch(event -> event.toString().contains("does not open")),
        other.events()::toString);
    scene.talk();
  }

  @Test
  void slotOfAnotherMember_underTheVictimsId_isRefused() throws Exception {
    List<Rekey> toThird = new ArrayList<>();
    scene
        .world
        .network()
        .tap(
            (from, to, frame, bytes) -> {
              if (frame instanceof Rekey rekey && to.equals(scene.third.id())) {
                toThird.add(rekey);
              }
            });
    changeKeys();
    HostilePeer mallory = scene.member();
    Rekey theirs =
        toThird.stream().filter(r -> r.from().equals(scene.author.id())).findFirst().orElseThrow();
    byte[] slots = theirs.slots().clone();
    System.arraycopy(scene.victim.id().bytes(), 0, slots, 0, ID_SIZE);
    mallory.send(
        scene.victim, copy(theirs, theirs.from(), theirs.epoch(), theirs.sequence(), slots));
    scene.pass(1);
    scene.expectRefused("does not open");
    scene.talk();
  }

  /** What opens again gives the key that is held already, or one that opens nothing any more. */
  @Test
  void recordedRekeys_saidAgain_changeNothing() throws Exception {
    changeKeys();
    changeKeys();
    changeKeys();
    List<Rekey> old = List.copyOf(toTheVictim);
    assertTrue(old.size() >= 6, "too few were recorded");
    HostilePeer mallory = scene.member();
    int held = keysHeld();
    for (int i = 0; i < 10; i++) {
      old.forEach(rekey -> mallory.send(scene.victim, rekey));
      scene.pass(1);
      scene.talk();
    }
    assertEquals(held, keysHeld());
    assertTrue(mallory.isLinked(scene.victim));
  }

  /** Slots go on only to members that are known here. */
  @Test
  void fullFrameOfForeignSlots_isPassedOnToNobody() throws Exception {
    HostilePeer mallory = scene.member();
    byte[] slots = new byte[Limits.MAX_REKEY_SLOTS * Rekey.SLOT_SIZE];
    for (int at = 0; at < slots.length; at += Rekey.SLOT_SIZE) {
      slots[at] = (byte) (at / Rekey.SLOT_SIZE);
      slots[at + 1] = (byte) ((at / Rekey.SLOT_SIZE) >>> 8);
      slots[at + 7] = 77;
    }
    long frames = scene.world.network().frames();
    for (int i = 0; i < 20; i++) {
      mallory.send(scene.victim, new Rekey(scene.topic, mallory.id(), i, i, 3, slots));
    }
    scene.pass(1);
    assertTrue(scene.world.network().frames() - frames < 100, "it has set off a flood");
    scene.talk();
  }

  @Test
  void unsignedSetUp_throughOthers_isRefused_andASignedOneTaken() throws Exception {
    HostilePeer mallory = scene.stranger().link(scene.author);
    mallory.announce(scene.author);
    scene.pass(2);
    assertNotNull(mallory.records.get(scene.victim.id()), "it has not heard of the victim");
    assertFalse(scene.victimsRoom.machine().members().contains(mallory.id()));
    GrantContent content = mallory.introduction().keys(List.of(mallory.key(0, 0, 0)));
    Frame.Grant unsigned =
        mallory.grants.seal(
            mallory.records.get(scene.victim.id()), content, true, true, Routes.HOPS);
    assertEquals(0, unsigned.signature().length);
    mallory.send(scene.author, unsigned);
    scene.pass(1);
    scene.expectRefused("signature of a grant");
    assertFalse(scene.victimsRoom.machine().members().contains(mallory.id()));

    Frame.Grant signed = mallory.grant(scene.victim.id(), content);
    assertEquals(64, signed.signature().length);
    mallory.send(scene.author, signed);
    scene.pass(1);
    assertTrue(scene.victimsRoom.machine().members().contains(mallory.id()), "refused");
    scene.talkBeside(mallory.id());
  }

  @Test
  void unsignedSetUp_overItsOwnLink_isTaken_andNotOneOverAnothersLink() throws Exception {
    HostilePeer accomplice = scene.member();
    HostilePeer mallory = scene.stranger().link(scene.victim);
    mallory.announce(scene.victim);
    GrantContent content = mallory.introduction().keys(List.of(mallory.key(0, 0, 0)));
    Frame.Grant unsigned =
        mallory.grants.seal(
            mallory.records.get(scene.victim.id()), content, true, true, Routes.HOPS);
    accomplice.send(scene.victim, unsigned);
    scene.pass(1);
    assertFalse(scene.victimsRoom.machine().members().contains(mallory.id()), "admitted");
    scene.expectRefused("signature of a grant");
    mallory.send(scene.victim, unsigned);
    scene.pass(1);
    assertTrue(scene.victimsRoom.machine().members().contains(mallory.id()), "not admitted");
    scene.talkBeside(mallory.id());
  }

  @Test
  void grantOfSomebodyOfWhomThereIsNoRecord_isRefused_throughAMemberToo() throws Exception {
    HostilePeer accomplice = scene.member();
    HostilePeer stranger = scene.stranger();
    stranger.records.putAll(accomplice.records);
    Frame.Grant grant = stranger.grant(scene.victim.id(), List.of(stranger.key(0, 0, 0)));
    accomplice.send(scene.victim, grant);
    scene.pass(1);
    scene.expectRefused("which is not a member");
    assertFalse(scene.victimsRoom.machine().members().contains(stranger.id()));
    scene.talk();
  }
}
