package org.peerroom.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.peerroom.internal.sealing.SegmentSealing;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.FrameCodec;
import org.peerroom.internal.wire.Segment;
import org.peerroom.internal.wire.WireException;
import org.peerroom.simulator.SimulatedRoom;

/**
 * A member sends segments that are not right: each is refused, and nothing else is disturbed. The
 * author's own link to the victim is held up meanwhile, so that what the attacker sends comes
 * first.
 */
class SegmentAttackTest {

  private static final byte[] ZEROS = new byte[32];

  private final Scene scene = new Scene();

  private static Segment changed(Segment segment, int offset) throws WireException {
    byte[] bytes = segment.encoded().clone();
    bytes[offset < 0 ? bytes.length + offset : offset] ^= 1;
    return Segment.decode(bytes);
  }

  private int delivered() {
    return scene.victimsRoom.subscriber().count();
  }

  @ParameterizedTest
  @CsvSource({
    "sequence, 72",
    "previous hash, 80",
    "created, 112",
    "expires, 116",
    "epoch, 124",
    "step, 128",
    "commitment, 140",
    "ciphertext, 170",
    "end of ciphertext, -65",
    "signature, -64",
    "end of signature, -1"
  })
  void tamperedSegment_isRefused_andTheRightOneStillTaken(String what, int offset)
      throws Exception {
    HostilePeer mallory = scene.member();
    Segment real = scene.withheld();
    int before = delivered();
    mallory.send(scene.victim, new Frame.Sealed(changed(real, offset)));
    scene.pass(1);
    assertEquals(before, delivered(), what);
    assertTrue(scene.victim.machine().refusedFrames() > 0, what);
    scene.expectRefused("signature");
    scene.release();
    assertEquals(before + 1, delivered(), what);
    scene.talk();
  }

  @Test
  void segmentOfAnUnknownAuthorOrRoom_isRefused() throws Exception {
    HostilePeer mallory = scene.member();
    Segment real = scene.withheld();
    int before = delivered();
    mallory.send(scene.victim, new Frame.Sealed(changed(real, 40)));
    mallory.send(scene.victim, new Frame.Sealed(changed(real, 10)));
    scene.pass(1);
    assertEquals(before, delivered());
    scene.expectRefused("has not been admitted");
    scene.release();
    scene.talk();
  }

  @Test
  void segmentOfAnotherShape_isNoFrame() throws Exception {
    Segment real = scene.withheld();
    byte[] frame = FrameCodec.encode(new Frame.Sealed(real));
    for (int length = 0; length < frame.length; length++) {
      byte[] cut = Arrays.copyOf(frame, length);
      assertThrows(WireException.class, () -> FrameCodec.decode(cut));
    }
    assertThrows(WireException.class, () -> FrameCodec.decode(Arrays.copyOf(frame, 5_000)));
    assertThrows(WireException.class, () -> changed(real, 0));
    assertThrows(WireException.class, () -> changed(real, 164));
  }

  @Test
  void replayedSegment_isDeliveredOnce_overWhicheverLink() throws Exception {
    HostilePeer mallory = scene.member();
    SimulatedRoom other = scene.victim.join("another room");
    for (Segment segment : List.copyOf(scene.overheard)) {
      mallory.send(scene.victim, new Frame.Sealed(segment));
      mallory.send(scene.victim, new Frame.Sealed(segment));
    }
    scene.pass(2);
    assertEquals(3, delivered());
    assertEquals(0, other.subscriber().count());
    scene.talk();
  }

  @Test
  void segmentSignedAnewByTheAttacker_isRefused() throws Exception {
    HostilePeer mallory = scene.member();
    Segment real = scene.withheld();
    int before = delivered();
    byte[] headerBytes = real.headerBytes();
    byte[] ciphertext =
        Arrays.copyOfRange(real.encoded(), real.ciphertextBegin(), real.ciphertextEnd());
    byte[] signature = mallory.keys.signing().sign(SegmentSealing.hash(real));
    Segment signedAnew =
        Segment.assemble(
            real.header(), headerBytes, SegmentSealing.NO_WRAPS, ciphertext, signature);
    mallory.send(scene.victim, new Frame.Sealed(signedAnew));
    scene.pass(1);
    assertEquals(before, delivered());
    scene.expectRefused("signature");
    scene.release();
    assertEquals(before + 1, delivered());
    scene.talk();
  }

  @Test
  void segmentsInTheWrongOrder_areNotReadInThatOrder() throws Exception {
    HostilePeer mallory = scene.member();
    Segment first = mallory.segment(0, 0, ZEROS, "first");
    Segment second = mallory.segment(1, 1, HostilePeer.hash(first), "second");
    int before = delivered();
    mallory.send(scene.victim, new Frame.Sealed(second));
    scene.pass(1);
    assertEquals(before, delivered(), "the second was read without the first");
    scene.talk();
  }

  @Test
  void segmentOfSomebodyWhoIsNoMember_isRefused() {
    HostilePeer stranger = scene.stranger().link(scene.victim);
    int before = delivered();
    stranger.send(scene.victim, new Frame.Sealed(stranger.segment(0, 0, ZEROS, "hello")));
    scene.pass(1);
    scene.expectRefused("not a member");
    stranger.announce(scene.victim);
    stranger.send(scene.victim, new Frame.Sealed(stranger.segment(0, 0, ZEROS, "hello")));
    scene.pass(2);
    scene.expectRefused("has not been admitted");
    assertEquals(before, delivered());
    scene.talk();
  }

  @Test
  void segmentOfAMemberOfAnotherRoom_isRefused() throws Exception {
    SimulatedRoom other = scene.victim.join("another room");
    HostilePeer elsewhere =
        new HostilePeer(scene.world, other.machine().topic(), null).belong(scene.victim);
    assertTrue(other.machine().members().contains(elsewhere.id()));
    HostilePeer here = scene.stranger();
    Segment forged =
        here.seal(
            elsewhere.id(), 0, 0, ZEROS, "hello", elsewhere.chain(0), elsewhere.keys.signing());
    int before = delivered();
    elsewhere.send(scene.victim, new Frame.Sealed(forged));
    scene.pass(1);
    assertEquals(before, delivered());
    scene.expectRefused("not a member");
    scene.talk();
  }

  @Test
  void jumpOfTheSequence_costsNothing() throws Exception {
    HostilePeer mallory = scene.member();
    long far = 1L << 40;
    mallory.send(
        scene.victim,
        new Frame.Have(
            scene.topic, List.of(new Frame.FeedState(mallory.id(), far, far + 1, far, true))));
    scene.pass(1);
    mallory.send(scene.victim, new Frame.Sealed(mallory.segment(far, 0, ZEROS, "far away")));
    scene.pass(2);
    assertTrue(scene.victimsRoom.machine().gauges().bytes() < 100_000);
    scene.talkBeside(mallory.id());
  }

  @Test
  void jumpOfTheRatchet_isNotComputed() throws Exception {
    HostilePeer mallory = scene.member();
    int before = delivered();
    long began = System.nanoTime();
    byte[] previous = ZEROS;
    for (int i = 0; i < 200; i++) {
      int step = i == 0 ? FeedKeys.MAX_JUMP + 1 : Integer.MAX_VALUE - i;
      Segment far =
          mallory.seal(
              mallory.id(), i, step, previous, "far", mallory.chain(0), mallory.keys.signing());
      previous = HostilePeer.hash(far);
      mallory.send(scene.victim, new Frame.Sealed(far));
    }
    scene.pass(2);
    long seconds = (System.nanoTime() - began) / 1_000_000_000;
    assertEquals(before, delivered());
    assertTrue(seconds < 60, "200 segments took " + seconds + " s");
    scene.talk();
  }

  @Test
  void whoKeepsSendingWhatIsProvablyWrong_losesItsLink() throws Exception {
    HostilePeer mallory = scene.member();
    Segment real = scene.withheld();
    for (int i = 0; i < 100; i++) {
      mallory.send(scene.victim, new Frame.Sealed(changed(real, 170 + i % 50)));
    }
    scene.pass(1);
    assertFalse(mallory.isLinked(scene.victim), "the link is still there");
    assertTrue(scene.refusals().size() <= 5, "told of each: " + scene.refusals().size());
    scene.release();
    scene.talk();
  }
}
