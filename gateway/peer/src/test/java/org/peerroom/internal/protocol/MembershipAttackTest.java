package org.peerroom.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.peerroom.PeerId;
import org.peerroom.RoomEvent;
import org.peerroom.RoomPolicy;
import org.peerroom.SealingSuite;
import org.peerroom.internal.crypto.Digests;
import org.peerroom.internal.crypto.SigningKey;
import org.peerroom.internal.sealing.KeyWraps;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.Limits;
import org.peerroom.internal.wire.MemberRecord;
import org.peerroom.internal.wire.Segment;
import org.peerroom.internal.wire.WireWriter;
import org.peerroom.simulator.SimulatedPeer;
import org.peerroom.simulator.SimulatedRoom;

/** A member lies about who is a member. */
class MembershipAttackTest {

  private final Scene scene = new Scene();

  private void tell(HostilePeer liar, MemberRecord... records) {
    liar.send(scene.victim, new Frame.Members(scene.topic, List.of(records)));
    scene.pass(1);
  }

  private MemberRecord signed(
      MemberRecord like, long sequence, long expires, boolean left, SigningKey by) {
    MemberRecord unsigned = copy(like, sequence, expires, left, new byte[64]);
    byte[] hash = Digests.sha256(Labels.MEMBER_RECORD, unsigned.signedBytes());
    return copy(like, sequence, expires, left, by.sign(hash));
  }

  private static MemberRecord copy(
      MemberRecord like, long sequence, long expires, boolean left, byte[] signature) {
    return new MemberRecord(
        like.topic(),
        like.peer(),
        sequence,
        expires,
        left,
        like.suite(),
        like.kemKey(),
        like.addresses(),
        signature);
  }

  private void expectAuthorStays() {
    assertTrue(scene.victimsRoom.machine().members().contains(scene.author.id()));
    assertEquals(List.of(), scene.victimsRoom.events(RoomEvent.MemberLeft.class));
    scene.talk();
  }

  @Test
  void recordThatIsNotSignedByItsPeer_isRefused() throws Exception {
    HostilePeer mallory = scene.member();
    MemberRecord real = mallory.records.get(scene.author.id());
    long later = real.sequence() + 100_000;
    long expires = real.expiresMillis();
    tell(mallory, copy(real, later, expires, true, real.signature()));
    scene.expectRefused("is not signed by it");
    scene.pass(2);
    tell(mallory, signed(real, later, expires, true, mallory.keys.signing()));
    assertEquals(2, scene.refusals().size());
    expectAuthorStays();
  }

  @Test
  void recordsOfAnotherTime_areRefused() throws Exception {
    HostilePeer mallory = scene.member();
    MemberRecord own = mallory.record();
    long now = mallory.now().wallMillis();
    SigningKey key = mallory.keys.signing();
    tell(mallory, signed(own, own.sequence() + 1, now + 3_600_000, false, key));
    scene.expectRefused("from the future");
    scene.pass(2);
    tell(mallory, signed(own, own.sequence() + 2, now - 3_600_000, false, key));
    scene.expectRefused("has expired");
    scene.talk();
  }

  @Test
  void olderRecord_doesNotReviveWhoHasLeft() throws Exception {
    HostilePeer mallory = scene.member();
    MemberRecord stale = mallory.records.get(scene.third.id());
    scene.third.leave(scene.thirdsRoom);
    scene.pass(1);
    assertFalse(scene.victimsRoom.machine().members().contains(scene.third.id()));
    for (int i = 0; i < 40; i++) {
      tell(mallory, stale);
      scene.pass(9);
      tell(mallory, mallory.record());
    }
    assertFalse(scene.victimsRoom.machine().members().contains(scene.third.id()));
    assertEquals(1, scene.victimsRoom.events(RoomEvent.MemberLeft.class).size());
    long joined =
        scene.victimsRoom.events(RoomEvent.MemberJoined.class).stream()
            .filter(event -> event.peer().equals(scene.third.id()))
            .count();
    assertEquals(1, joined);
  }

  @Test
  void floodOfRecords_isBounded_andKeepsNobodyOut() throws Exception {
    HostilePeer mallory = scene.member();
    for (int i = 0; i < 100; i++) {
      List<MemberRecord> made = new ArrayList<>();
      for (int k = 0; k < 50; k++) {
        made.add(invented());
      }
      mallory.send(scene.victim, new Frame.Members(scene.topic, made));
    }
    scene.pass(1);
    assertTrue(scene.victimsRoom.machine().gauges().records() <= Membership.MAX_MEMBERS);
    scene.talk();
    scene.expectRefused("the room is full");
    SimulatedPeer newcomer = scene.world.peer("newcomer").start(scene.victim);
    SimulatedRoom room = newcomer.join("room");
    scene.pass(10);
    assertTrue(scene.victimsRoom.machine().members().contains(newcomer.id()), "kept out");
    assertTrue(room.subscriber().count() > 0, "reads nothing");
    assertTrue(scene.victimsRoom.machine().gauges().records() <= Membership.MAX_MEMBERS);
  }

  /** An author could not put so many keys into one segment. */
  @Test
  void roomThatSealsForEachRecipient_isFullWithFewer() throws Exception {
    Scene few = new Scene(null, RoomPolicy.DEFAULT.withSuite(SealingSuite.PER_RECIPIENT));
    PeerContext context = few.stranger().context;
    SealingSuite suite = SealingSuite.PER_RECIPIENT;
    Membership membership = new Membership(context, few.topic, suite, new KemKeys(context, suite));
    List<byte[]> keys = new ArrayList<>();
    for (int i = 0; i < Limits.MAX_RECIPIENTS; i++) {
      MemberRecord record = few.stranger().record();
      assertEquals(Membership.Outcome.JOINED, membership.accept(record, few.victim.now()));
      keys.add(record.kemKey());
    }
    assertTrue(membership.isFull());
    MemberRecord more = few.stranger().record();
    Refused refused = assertThrows(Refused.class, () -> membership.accept(more, few.victim.now()));
    assertTrue(refused.reason().contains("full: 512 members"), refused::reason);
    KemKeys one = new KemKeys(context, suite);
    keys.set(300, one.fresh(few.victim.now()));

    Feed feed = new Feed(context.self.id(), context.self.id(), new KeyBudget(), 0);
    RoomPolicy policy = few.victimsRoom.machine().policy();
    Author author = new Author(context, few.topic, policy, feed, () -> keys, null);
    Segment sealed = author.seal(new WireWriter(16).i64(1).i64(2), 1, few.victim.now()).segment;
    Segment received = Segment.decode(sealed.encoded().clone());
    KeyWraps slots = KeyWraps.ofSegment(few.topic, context.self.id(), 0, null);
    assertNotNull(one.unwrap(slots, received.wraps()), "one of 512 has no slot");
  }

  @Test
  void suiteThatIsNotKnown_isToldAsSuch_andNothingIsExchanged() throws Exception {
    HostilePeer mallory = scene.stranger().link(scene.victim);
    for (int suite : new int[] {0, 4, 255}) {
      MemberRecord own = mallory.record();
      MemberRecord unsigned =
          new MemberRecord(
              own.topic(),
              own.peer(),
              own.sequence(),
              own.expiresMillis(),
              false,
              suite,
              new byte[77],
              own.addresses(),
              new byte[64]);
      byte[] hash = Digests.sha256(Labels.MEMBER_RECORD, unsigned.signedBytes());
      tell(
          mallory,
          new MemberRecord(
              own.topic(),
              own.peer(),
              own.sequence(),
              own.expiresMillis(),
              false,
              suite,
              new byte[77],
              own.addresses(),
              mallory.keys.signing().sign(hash)));
    }
    List<RoomEvent.PolicyDiffers> differs = scene.victimsRoom.events(RoomEvent.PolicyDiffers.class);
    String told = "suite is x-wing here and one that is not known here (0) there";
    assertEquals(
        List.of(new RoomEvent.PolicyDiffers(mallory.id(), told)),
        differs,
        "who says another one each time is told of once");
    scene.pass(60);
    assertEquals(List.of(), scene.victimsRoom.events(RoomEvent.NobodyHere.class));
    assertFalse(scene.victimsRoom.machine().isMember(mallory.id()));
    assertTrue(mallory.heard.stream().noneMatch(frame -> frame instanceof Frame.Grant));
    scene.talk();
  }

  /** The record of somebody who does not exist, right in every way. */
  private MemberRecord invented() {
    var crypto = scene.world.crypto();
    var random = scene.world.random();
    PeerKeys keys = PeerKeys.generate(crypto, random);
    PeerContext context = new PeerContext(keys, crypto, random);
    context.at(scene.victim.now());
    SealingSuite suite = RoomPolicy.DEFAULT.suite();
    KemKeys kemKeys = new KemKeys(context, suite);
    return new Membership(context, scene.topic, suite, kemKeys)
        .own(List.of(), false, scene.victim.now());
  }

  @Test
  void framesBeforeTheHello_closeTheLink() {
    HostilePeer rude = scene.stranger().silent().link(scene.victim);
    assertTrue(rude.isLinked(scene.victim));
    rude.send(scene.victim, new Frame.Ping(1));
    scene.pass(1);
    assertFalse(rude.isLinked(scene.victim));
    scene.talk();
  }

  @Test
  void whoSaysNothing_isNotKeptWaitingFor() {
    HostilePeer mute = scene.stranger().silent().link(scene.victim);
    scene.pass(13);
    assertFalse(mute.isLinked(scene.victim));
    scene.talk();
  }

  @Test
  void otherVersionOfTheProtocol_closesTheLink() {
    HostilePeer future = scene.stranger().silent().link(scene.victim);
    future.send(scene.victim, new Frame.Hello(PeerMachine.VERSION + 1, 1));
    scene.pass(1);
    assertFalse(future.isLinked(scene.victim));
    assertTrue(
        future.heard.stream()
            .anyMatch(frame -> frame instanceof Frame.Bye bye && bye.reason().contains("version")));
    scene.talk();
  }

  @Test
  void secondHello_changesNothing() throws Exception {
    HostilePeer mallory = scene.member();
    mallory.send(scene.victim, new Frame.Hello(PeerMachine.VERSION + 1, Long.MAX_VALUE));
    scene.pass(1);
    assertTrue(mallory.isLinked(scene.victim));
    scene.talk();
  }

  @Test
  void recordOfTheVictimItself_isNotBelieved() throws Exception {
    HostilePeer mallory = scene.member();
    PeerId self = scene.victim.id();
    MemberRecord real = mallory.records.get(self);
    tell(
        mallory,
        signed(real, real.sequence() + 9, real.expiresMillis(), true, mallory.keys.signing()));
    scene.talk();
  }
}
