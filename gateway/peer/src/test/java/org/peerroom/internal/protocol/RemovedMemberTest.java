package org.peerroom.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.peerroom.PeerId;
import org.peerroom.RoomPolicy;
import org.peerroom.SealingSuite;
import org.peerroom.identity.Identity;
import org.peerroom.identity.Scope;
import org.peerroom.identity.VerificationKey;
import org.peerroom.internal.crypto.ProviderCrypto;
import org.peerroom.internal.sealing.Eavesdropper;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.WireException;
import org.peerroom.simulator.Authority;
import org.peerroom.simulator.Conditions;
import org.peerroom.simulator.SimulatedPeer;
import org.peerroom.simulator.SimulatedRoom;
import org.peerroom.simulator.Simulation;

/**
 * A member that is removed has kept every key that it ever had, and every frame, and hears all that
 * goes on between the others from then on: 10,000 messages later it has opened none. With real
 * cryptography, for each suite and each way to be removed.
 */
class RemovedMemberTest {

  private static final int MESSAGES = 10_000;
  private static final int IN_A_SEGMENT = 50;
  private static final Duration SHORT = Duration.ofSeconds(60);

  private final Simulation world =
      new Simulation(17, ProviderCrypto.create(), Conditions.DEFAULT.withDecodeShare(1));
  private final Authority acme = new Authority("Acme");
  private final List<SimulatedPeer> peers = new ArrayList<>();
  private final List<SimulatedRoom> rooms = new ArrayList<>();

  /** What was said until now, each once; what it has read before is not tried again. */
  private final List<Frame> recorded = new ArrayList<>();

  private final Set<String> segments = new HashSet<>();
  private final Eavesdropper memory = new Eavesdropper(world.crypto());
  private @Nullable RoomPolicy policy;
  private int published;
  private int opened;

  private void pass(int seconds) {
    world.run(Duration.ofSeconds(seconds));
  }

  private RoomPolicy policy() {
    return policy == null ? RoomPolicy.DEFAULT : policy;
  }

  private boolean certified() {
    return !policy().admission().equals(RoomPolicy.DEFAULT.admission());
  }

  private SimulatedRoom join(String name) {
    SimulatedPeer peer = world.peer(name).trust(acme.trusted());
    if (certified()) {
      peer.speakAs(acme.identity(name));
    }
    if (peers.isEmpty()) {
      peer.start();
    } else {
      peer.start(peers.get(0));
    }
    peers.add(peer);
    SimulatedRoom room = peer.join("room", policy());
    rooms.add(room);
    return room;
  }

  /** Three members, and the one that is to be removed, who was there for a while. */
  private HostilePeer room(RoomPolicy of, @Nullable Identity identity) throws Refused {
    policy = of;
    join("ann");
    join("bob");
    join("eve");
    pass(3);
    HostilePeer mallory =
        new HostilePeer(world, rooms.get(0).machine().topic(), null, of, memory.crypto());
    if (identity != null) {
      mallory.chain =
          identity
              .certifyPeer(
                  VerificationKey.of(mallory.id().bytes()), Scope.ALL, Authority.BEGIN, SHORT)
              .encoded();
      mallory.writtenUnder = identity.key().bytes();
    }
    world.network().tap((from, to, frame, bytes) -> record(frame));
    for (SimulatedPeer peer : peers) {
      mallory.belong(peer);
    }
    for (SimulatedRoom room : rooms) {
      assertTrue(room.machine().members().contains(mallory.id()), "not admitted");
    }
    talk(20);
    pass(2);
    tryEverything(mallory.id());
    assertTrue(opened >= 20, "it could not read while it was a member: a weak test: " + opened);
    assertTrue(memory.senderKeys() >= 3, "it has not got the keys");
    return mallory;
  }

  private void record(Frame frame) {
    boolean again =
        frame instanceof Frame.Sealed sealed
            && !segments.add(sealed.segment().author().hex() + sealed.segment().sequence());
    if (!again) {
      recorded.add(frame);
    }
  }

  private void talk(int times) {
    for (int i = 0; i < times; i++) {
      List<byte[]> some = new ArrayList<>();
      for (int k = 0; k < IN_A_SEGMENT; k++) {
        some.add(("message " + published++).getBytes(StandardCharsets.UTF_8));
      }
      rooms.get(i % rooms.size()).publish(some, 0);
      if (i % 50 == 49) {
        pass(1);
      }
    }
  }

  /** Tries whatever it has on whatever it has heard; the first keys bring more. */
  private void tryEverything(PeerId self) {
    for (Frame frame : recorded) {
      if (frame instanceof Frame.Grant grant) {
        if (grant.to().equals(self) && grant.encapsulation().length > 0) {
          memory.hear(grant);
        }
        byte[] content = memory.open(grant);
        if (content != null) {
          opened++;
          learn(content);
        }
      } else if (frame instanceof Frame.Rekey rekey) {
        byte[] key = memory.open(rekey);
        if (key != null) {
          opened++;
          memory.learn(0, key);
        }
      }
    }
    for (Frame frame : recorded) {
      if (frame instanceof Frame.Sealed sealed && memory.open(sealed.segment()) != null) {
        opened++;
      }
    }
    recorded.clear();
  }

  private void learn(byte[] content) {
    try {
      for (KeyEntry entry : GrantContent.decode(content).keys()) {
        memory.learn(entry.step, entry.key.exposeForGrant());
      }
    } catch (WireException e) {
      throw new IllegalStateException(e);
    }
  }

  private void expectGone(HostilePeer mallory) {
    for (SimulatedRoom room : rooms) {
      assertFalse(room.machine().members().contains(mallory.id()), room.peer() + " knows it still");
    }
  }

  /** What is sent from now on is not for it. */
  private void readsNothingMore(HostilePeer mallory) {
    expectGone(mallory);
    recorded.clear();
    opened = 0;
    int before = rooms.get(0).subscriber().count();
    talk(MESSAGES / IN_A_SEGMENT / 2);
    SimulatedRoom late = join("late");
    pass(3);
    talk(MESSAGES / IN_A_SEGMENT / 4);
    for (SimulatedPeer peer : peers) {
      mallory.send(
          peer, new Frame.KeyRequest(mallory.topic, mallory.id(), peer.id(), peer.id(), 3));
    }
    pass(3);
    rooms.remove(late);
    late.peer().leave(late);
    pass(1);
    talk(MESSAGES / IN_A_SEGMENT / 4);
    pass(3);
    assertEquals(before + MESSAGES, rooms.get(0).subscriber().count(), "not read by the members");
    assertEquals(List.of(), world.faults());
    long heard = recorded.stream().filter(frame -> frame instanceof Frame.Sealed).count();
    assertEquals(MESSAGES / IN_A_SEGMENT, heard, "it heard too little");
    assertTrue(recorded.stream().anyMatch(frame -> frame instanceof Frame.Grant), "no grants");
    if (policy().suite() != SealingSuite.PER_RECIPIENT) {
      assertTrue(recorded.stream().anyMatch(frame -> frame instanceof Frame.Rekey), "no rekey");
    }
    tryEverything(mallory.id());
    assertEquals(0, opened, "the removed member has read on");
  }

  @ParameterizedTest
  @EnumSource(SealingSuite.class)
  void memberThatHasLeft_opensNothingOfWhatFollows(SealingSuite suite) throws Exception {
    HostilePeer mallory = room(RoomPolicy.DEFAULT.withSuite(suite), null);
    var left = mallory.membership.own(List.of(), true, mallory.now());
    for (SimulatedPeer peer : peers) {
      mallory.send(peer, new Frame.Members(mallory.topic, List.of(left)));
    }
    pass(1);
    readsNothingMore(mallory);
  }

  @ParameterizedTest
  @EnumSource(SealingSuite.class)
  void memberThatFellSilent_opensNothingOfWhatFollowsItsRecordsEnd(SealingSuite suite)
      throws Exception {
    HostilePeer mallory = room(RoomPolicy.DEFAULT.withSuite(suite), null);
    pass(245);
    readsNothingMore(mallory);
  }

  @ParameterizedTest
  @EnumSource(SealingSuite.class)
  void memberThatWasRevoked_opensNothingOfWhatFollows(SealingSuite suite) throws Exception {
    Identity identity = acme.identity("mallory");
    HostilePeer mallory = room(acme.policy().withSuite(suite), identity);
    assertNull(peers.get(1).revoke(acme.revoke(identity)));
    pass(1);
    readsNothingMore(mallory);
  }

  @ParameterizedTest
  @EnumSource(SealingSuite.class)
  void memberWhoseCertificateHasExpired_opensNothingOfWhatFollows(SealingSuite suite)
      throws Exception {
    HostilePeer mallory = room(acme.policy().withSuite(suite), acme.identity("mallory"));
    for (int i = 0; i < 7; i++) {
      for (SimulatedPeer peer : peers) {
        mallory.send(peer, new Frame.Members(mallory.topic, List.of(mallory.record())));
      }
      pass(30);
    }
    readsNothingMore(mallory);
  }

  /** What it says of itself is all still true: who goes back on nothing is not removed by it. */
  @Test
  void memberThatStays_readsOn() throws Exception {
    HostilePeer mallory = room(RoomPolicy.DEFAULT.withSuite(SealingSuite.X25519), null);
    opened = 0;
    SimulatedRoom other = join("other");
    pass(3);
    rooms.remove(other);
    other.peer().leave(other);
    pass(1);
    talk(20);
    pass(1);
    tryEverything(mallory.id());
    assertTrue(opened >= 20, "the attempts do not follow a change of keys: " + opened);
  }
}
