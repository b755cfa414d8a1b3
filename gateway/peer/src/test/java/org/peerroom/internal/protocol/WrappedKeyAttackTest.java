package org.peerroom.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.peerroom.History;
import org.peerroom.RoomEvent;
import org.peerroom.RoomPolicy;
import org.peerroom.SealingSuite;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.crypto.KemKey;
import org.peerroom.internal.crypto.KemSuite;
import org.peerroom.internal.sealing.KemKeyId;
import org.peerroom.internal.sealing.KeyWraps;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.MemberRecord;
import org.peerroom.internal.wire.Segment;
import org.peerroom.internal.wire.WireWriter;
import org.peerroom.simulator.SimulatedPeer;
import org.peerroom.simulator.SimulatedRoom;

/**
 * A member of a room that seals for each recipient puts keys into its segments that are not right.
 */
class WrappedKeyAttackTest {

  private static final byte[] ZEROS = new byte[32];
  private static final int SLOT = KeyWraps.slotSize(KemSuite.X25519);
  private static final RoomPolicy POLICY = RoomPolicy.DEFAULT.withSuite(SealingSuite.PER_RECIPIENT);

  private Scene scene = new Scene(null, POLICY);
  private byte[] previous = ZEROS;
  private long sequence;

  private HostilePeer mallory() throws Refused {
    HostilePeer mallory = scene.member();
    mallory.belong(scene.third);
    return mallory;
  }

  private byte[] slot(HostilePeer from, SimulatedPeer to, int epoch, ChainKey key) {
    MemberRecord record = from.records.get(to.id());
    assertNotNull(record, "not heard of " + to);
    return KeyWraps.ofSegment(scene.topic, from.id(), epoch, null)
        .seal(scene.world.crypto(), List.of(record.kemKey()), key);
  }

  private static byte[] join(byte[]... parts) {
    WireWriter out = new WireWriter(256);
    Arrays.stream(parts).forEach(out::raw);
    return out.toBytes();
  }

  /** Sends the next segment of its feed to the victim and to the third one. */
  private Segment say(HostilePeer mallory, byte[] wraps, String text) {
    Segment segment = mallory.wrapped(sequence++, (int) sequence, previous, wraps, text);
    previous = HostilePeer.hash(segment);
    mallory.send(scene.victim, new Frame.Sealed(segment));
    mallory.send(scene.third, new Frame.Sealed(segment));
    scene.world.run(Duration.ofMillis(200));
    return segment;
  }

  /** As long as anybody asks for a key in vain; mallory stays a member meanwhile. */
  private void passUntilNobodyAsks(HostilePeer mallory) {
    for (int i = 0; i < 10; i++) {
      scene.pass(30);
      for (SimulatedPeer peer : List.of(scene.victim, scene.third)) {
        mallory.send(peer, new Frame.Members(scene.topic, List.of(mallory.record())));
      }
    }
  }

  /** Members pass nothing on: what an author does not give, nobody does. */
  private HostilePeer malloryWithoutHistory() throws Refused {
    scene = new Scene(null, POLICY.withHistory(History.NONE));
    return mallory();
  }

  private int epoch() {
    return (int) sequence + 1;
  }

  private byte[] forBoth(HostilePeer mallory) {
    return join(
        slot(mallory, scene.victim, epoch(), mallory.chain(0)),
        slot(mallory, scene.third, epoch(), mallory.chain(0)));
  }

  /** What is delivered of mallory nobody has published by an honest room: the simulator says so. */
  private static long read(SimulatedRoom room, HostilePeer of) {
    return room.faults().stream().filter(fault -> fault.contains(of.id().hex())).count();
  }

  @Test
  void segmentsForBoth_areReadByBoth() throws Exception {
    HostilePeer mallory = mallory();
    say(mallory, forBoth(mallory), "one");
    say(mallory, forBoth(mallory), "two");
    assertEquals(2, read(scene.victimsRoom, mallory));
    assertEquals(2, read(scene.thirdsRoom, mallory));
    scene.talkBeside(mallory.id());
  }

  @Test
  void recipientOfTheKey_whoWritesInTheAuthorsName_isRefused() throws Exception {
    HostilePeer mallory = mallory();
    mallory.belong(scene.author);
    scene.overheard.clear();
    scene.authorsRoom.publish("for mallory too");
    scene.pass(1);
    Segment real =
        scene.overheard.stream()
            .filter(segment -> segment.author().equals(scene.author.id()))
            .findFirst()
            .orElseThrow();
    int epoch = real.header().epoch();
    ChainKey key =
        mallory.kemKeys.unwrap(
            KeyWraps.ofSegment(scene.topic, scene.author.id(), epoch, null), real.wraps());
    assertNotNull(key, "it is not sealed for mallory: a weak test");
    int before = scene.victimsRoom.subscriber().countOf(scene.author.id());
    Segment forged =
        mallory.seal(
            scene.author.id(),
            real.sequence() + 1,
            0,
            HostilePeer.hash(real),
            "in your name",
            key,
            mallory.keys.signing());
    mallory.send(scene.victim, new Frame.Sealed(forged));
    scene.pass(1);
    scene.expectRefused("signature");
    assertEquals(before, scene.victimsRoom.subscriber().countOf(scene.author.id()));
    scene.talk();
  }

  @Test
  void segmentWithoutASlotForTheReader_isSkipped_andTheNextOneRead() throws Exception {
    HostilePeer mallory = malloryWithoutHistory();
    say(mallory, slot(mallory, scene.third, epoch(), mallory.chain(0)), "not for the victim");
    say(mallory, forBoth(mallory), "for both");
    assertEquals(2, read(scene.thirdsRoom, mallory));
    passUntilNobodyAsks(mallory);
    scene.talkBeside(mallory.id());
    assertEquals(1, read(scene.victimsRoom, mallory), "only what was for it");
    assertEquals(2, read(scene.thirdsRoom, mallory));
  }

  /** Where there is history, those who can read pass on what they read, to every member. */
  @Test
  void segmentWithoutASlotForTheReader_isReadLater_whereThereIsHistory() throws Exception {
    HostilePeer mallory = mallory();
    say(mallory, slot(mallory, scene.third, epoch(), mallory.chain(0)), "not for the victim");
    assertEquals(0, read(scene.victimsRoom, mallory));
    passUntilNobodyAsks(mallory);
    assertEquals(1, read(scene.victimsRoom, mallory));
    scene.talkBeside(mallory.id());
  }

  /** Only the victim can see that; who passes such segments on must not be held to account. */
  @Test
  void slotThatDoesNotOpen_partsNobody_andTheFeedGoesOn() throws Exception {
    HostilePeer mallory = malloryWithoutHistory();
    for (int i = 0; i < 80; i++) {
      byte[] slots = forBoth(mallory);
      if (i % 2 == 0) {
        slots[SLOT - 1] ^= 1;
      } else {
        Arrays.fill(slots, 8, SLOT, (byte) 0);
      }
      Segment segment =
          mallory.wrapped(sequence++, (int) sequence, previous, slots, "not for the victim");
      previous = HostilePeer.hash(segment);
      mallory.send(scene.third, new Frame.Sealed(segment));
    }
    scene.pass(2);
    assertEquals(80, read(scene.thirdsRoom, mallory), "the others read it");
    assertEquals(0, read(scene.victimsRoom, mallory));
    assertEquals(1, scene.world.network().linkCount(scene.victim.id(), scene.third.id()));
    scene.talkBeside(mallory.id());
    say(mallory, forBoth(mallory), "for both");
    passUntilNobodyAsks(mallory);
    assertEquals(1, read(scene.victimsRoom, mallory), "the feed does not go on");
    scene.talkBeside(mallory.id());
  }

  @Test
  void twoRecipientsWithDifferentKeys_theSecondReadsNothing() throws Exception {
    HostilePeer mallory = mallory();
    byte[] wraps =
        join(
            slot(mallory, scene.victim, epoch(), ChainKey.of(scene.world.random().next(32))),
            slot(mallory, scene.third, epoch(), mallory.chain(0)));
    say(mallory, wraps, "for one");
    assertEquals(0, read(scene.victimsRoom, mallory));
    assertEquals(1, read(scene.thirdsRoom, mallory));
    scene.talkBeside(mallory.id());
  }

  @Test
  void keysOfAnotherSize_areRefused() throws Exception {
    HostilePeer mallory = mallory();
    byte[] right = forBoth(mallory);
    for (int size : new int[] {1, SLOT - 1, SLOT + 1, 2 * SLOT - 1}) {
      byte[] wraps = Arrays.copyOf(right, size);
      mallory.send(
          scene.victim, new Frame.Sealed(mallory.wrapped(0, 1, ZEROS, wraps, "misshapen")));
      scene.pass(2);
      assertEquals(0, read(scene.victimsRoom, mallory), size + " bytes");
    }
    scene.expectRefused("have not the size of any");
    say(mallory, right, "right");
    assertEquals(1, read(scene.victimsRoom, mallory));
    scene.talkBeside(mallory.id());
  }

  @Test
  void keysInARoomThatGrantsThem_areRefused() throws Exception {
    Scene granting = new Scene();
    HostilePeer mallory = granting.member();
    KemKey any = granting.world.crypto().kemKey(KemSuite.X25519, new byte[32]);
    byte[] wraps = new byte[SLOT];
    System.arraycopy(KemKeyId.of(any.publicKey()), 0, wraps, 0, 8);
    mallory.send(
        granting.victim, new Frame.Sealed(mallory.wrapped(0, 0, ZEROS, wraps, "with a key")));
    granting.pass(1);
    granting.expectRefused("brings keys along");
    assertEquals(0, read(granting.victimsRoom, mallory));
    granting.talkBeside(mallory.id());
  }

  @Test
  void wrappedKeyOfAnotherEpoch_readsNothing() throws Exception {
    HostilePeer mallory = mallory();
    byte[] wraps = slot(mallory, scene.victim, epoch() + 7, mallory.chain(0));
    say(mallory, wraps, "for another place");
    assertEquals(0, read(scene.victimsRoom, mallory));
    assertTrue(scene.victimsRoom.events(RoomEvent.MemberLeft.class).isEmpty());
    scene.talkBeside(mallory.id());
  }
}
