package org.peerroom.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.peerroom.PeerId;
import org.peerroom.RoomEvent;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.Frame.FeedState;
import org.peerroom.internal.wire.FrameCodec;
import org.peerroom.internal.wire.Limits;
import org.peerroom.internal.wire.Segment;
import org.peerroom.internal.wire.WireException;

/** A member sends more than anyone should have to keep, or claims what it does not have. */
class FloodAttackTest {

  private static final byte[] ZEROS = new byte[32];

  private final Scene scene = new Scene();

  private PeerId nobody() {
    return PeerId.of(scene.world.random().next(32));
  }

  private RoomGauges gauges() {
    return scene.victimsRoom.machine().gauges();
  }

  @Test
  void feedsThatDoNotExist_areNotKeptWithoutBound() throws Exception {
    HostilePeer mallory = scene.member();
    for (int i = 0; i < 40; i++) {
      List<FeedState> states = new ArrayList<>();
      for (int k = 0; k < Limits.MAX_FEEDS_IN_FRAME; k++) {
        states.add(new FeedState(nobody(), 0, 10, 0, false));
      }
      mallory.send(scene.victim, new Frame.Have(scene.topic, states));
    }
    scene.pass(1);
    assertTrue(gauges().missingKeys() <= MissingKeys.MAX_HEARSAY_OF_ONE + 10);
    assertTrue(gauges().heardOf() <= 2 * MissingKeys.MAX_HEARSAY_OF_ONE, "" + gauges());
    assertTrue(gauges().feeds() < 10);
    scene.talk();
  }

  @Test
  void wantsOfFeedsThatDoNotExist_areNotKeptWithoutBound() throws Exception {
    HostilePeer mallory = scene.member();
    for (int i = 0; i < 20_000; i++) {
      mallory.send(scene.victim, new Frame.Want(scene.topic, nobody(), 0));
    }
    scene.pass(1);
    assertTrue(gauges().streams() <= MissingKeys.MAX_HEARSAY_OF_ONE + 50, "" + gauges());
    scene.talk();
  }

  @Test
  void keyRequests_areAnsweredOnceASecond() throws Exception {
    HostilePeer mallory = scene.member();
    mallory.heard.clear();
    for (int i = 0; i < 5_000; i++) {
      PeerId author = i % 2 == 0 ? scene.victim.id() : nobody();
      mallory.send(
          scene.victim,
          new Frame.KeyRequest(scene.topic, mallory.id(), scene.victim.id(), author, 3));
    }
    scene.pass(1);
    long grants =
        mallory.heard.stream()
            .filter(f -> f instanceof Frame.Grant g && g.from().equals(scene.victim.id()))
            .count();
    assertTrue(grants >= 1 && grants <= 2, grants + " grants");
    scene.talk();
  }

  @Test
  void feedsThatOneMemberVouchesFor_areBounded_andOthersStillGetIn() throws Exception {
    HostilePeer mallory = scene.member();
    for (int i = 0; i < 12; i++) {
      List<KeyEntry> entries = new ArrayList<>();
      for (int k = 0; k < 1_000; k++) {
        entries.add(new KeyEntry(nobody(), 0, 0, 0, ChainKey.of(scene.world.random().next(32))));
      }
      mallory.send(scene.victim, mallory.grant(scene.victim.id(), entries));
    }
    scene.pass(1);
    assertTrue(gauges().feeds() <= Replica.MAX_VOUCHED_FOR + 10, "" + gauges());
    scene.talk();
    scene.world.peer("newcomer").start(scene.victim).join("room").publish("hello");
    scene.pass(5);
    assertEquals(List.of(), scene.world.lacking());
  }

  @Test
  void epochsThatOneMemberInventsForAnAuthor_doNotKeepOutItsRealOnes() throws Exception {
    HostilePeer mallory = scene.member();
    for (int i = 0; i < 6; i++) {
      List<KeyEntry> entries = new ArrayList<>();
      for (int k = 0; k < 1_000; k++) {
        int epoch = 1 + i * 1_000 + k;
        entries.add(
            new KeyEntry(
                scene.author.id(), epoch, 0, 5, ChainKey.of(scene.world.random().next(32))));
      }
      mallory.send(scene.victim, mallory.grant(scene.victim.id(), entries));
    }
    scene.pass(1);
    scene.third.leave(scene.thirdsRoom);
    scene.pass(1);
    scene.authorsRoom.publish("under a new key");
    scene.pass(2);
    assertEquals(List.of(), scene.world.faults());
    assertEquals(List.of(), scene.world.lacking());
  }

  @Test
  void grantsForOthers_arePassedOnOnlyAsFarAsLinksTakeThem() throws Exception {
    HostilePeer mallory = scene.member();
    scene.world.network().stall(scene.victim.id(), scene.third.id(), true);
    byte[] large = new byte[90 * 1024];
    for (int i = 0; i < 200; i++) {
      mallory.send(
          scene.victim,
          new Frame.Grant(
              scene.topic,
              mallory.id(),
              scene.third.id(),
              1,
              0,
              i,
              3,
              new byte[0],
              new byte[0],
              large,
              new byte[0]));
    }
    scene.pass(1);
    long waiting = scene.world.network().waitingBytes(scene.victim.id(), scene.third.id());
    assertTrue(waiting < 2 << 20, waiting + " bytes wait for a peer that does not read");
    scene.world.network().stall(scene.victim.id(), scene.third.id(), false);
    scene.pass(2);
    scene.talk();
  }

  @Test
  void refusals_areToldAtABoundedRate() throws Exception {
    HostilePeer mallory = scene.member();
    for (int i = 0; i < 5_000; i++) {
      mallory.send(
          scene.victim,
          new Frame.Grant(
              scene.topic,
              mallory.id(),
              scene.victim.id(),
              1,
              0,
              i,
              3,
              new byte[0],
              new byte[0],
              new byte[90],
              new byte[0]));
    }
    scene.pass(4);
    int told = scene.victimsRoom.events(RoomEvent.Refused.class).size();
    assertTrue(told >= 1 && told <= 6, "told " + told + " times");
    assertTrue(scene.victim.machine().refusedFrames() >= 5_000);
    scene.talk();
  }

  @Test
  void contradictoryHave_isNoFrame() {
    FeedState upsideDown = new FeedState(scene.author.id(), 10, 5, 0, false);
    FeedState readBeforeItCame = new FeedState(scene.author.id(), 0, 5, 9, false);
    for (FeedState state : List.of(upsideDown, readBeforeItCame)) {
      byte[] bytes = FrameCodec.encode(new Frame.Have(scene.topic, List.of(state)));
      assertThrows(WireException.class, () -> FrameCodec.decode(bytes));
    }
  }

  @Test
  void haveOfWhatItDoesNotHold_holdsUpNobody() throws Exception {
    HostilePeer mallory = scene.member();
    long far = 1L << 60;
    for (PeerId author : List.of(scene.author.id(), scene.third.id(), scene.victim.id())) {
      mallory.send(
          scene.victim,
          new Frame.Have(scene.topic, List.of(new FeedState(author, 0, far, far, true))));
    }
    for (int i = 0; i < 60; i++) {
      scene.talk();
    }
  }

  @Test
  void haveThatDeniesWhatOthersHold_makesNobodySkipIt() throws Exception {
    HostilePeer mallory = scene.member();
    scene.withheld();
    scene.authorsRoom.publish("later");
    scene.pass(1);
    Segment later = scene.overheard.get(scene.overheard.size() - 1);
    assertEquals(scene.author.id(), later.author());
    long sequence = later.sequence();
    for (int i = 0; i < 10; i++) {
      mallory.send(
          scene.victim,
          new Frame.Have(
              scene.topic,
              List.of(new FeedState(scene.author.id(), sequence, sequence + 1, sequence, true))));
      mallory.send(scene.victim, new Frame.Sealed(later));
      scene.world.run(java.time.Duration.ofMillis(300));
    }
    scene.release();
    assertEquals(List.of(), scene.victimsRoom.events(RoomEvent.Gap.class));
    scene.talk();
  }

  @Test
  void garbageUnderARealSignature_isRefusedAtABoundedRate() throws Exception {
    HostilePeer mallory = scene.member();
    byte[] previous = ZEROS;
    for (int i = 0; i < 300; i++) {
      Segment garbage = mallory.garbage(i, i, previous);
      previous = HostilePeer.hash(garbage);
      mallory.send(scene.victim, new Frame.Sealed(garbage));
    }
    scene.pass(2);
    scene.expectRefused("can't be read");
    assertTrue(scene.refusals().size() <= 4, "told " + scene.refusals().size() + " times");
    scene.talk();
  }
}
