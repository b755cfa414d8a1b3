package org.peerroom.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.peerroom.History;
import org.peerroom.MessageId;
import org.peerroom.PeerId;
import org.peerroom.RoomEvent;
import org.peerroom.RoomPolicy;
import org.peerroom.identity.Identity;
import org.peerroom.identity.Role;
import org.peerroom.internal.crypto.ProviderCrypto;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.KeyDeposit;

/** Who was away reads on return what was sealed for it, from those who can't read it themselves. */
class DurableRecipientsTest {

  private static final String SECRET = "known to all members";

  /** Real keys: a durable recipient states its own by itself, outside the simulation. */
  private final Simulation world =
      new Simulation(41, ProviderCrypto.create(), Conditions.DEFAULT.withDecodeShare(1));

  private final Authority acme = new Authority("Acme");
  private final Identity away = acme.identity("away");
  private final RoomPolicy policy =
      acme.policy().withHistory(History.NONE).withDurable(List.of(away.recipient(Authority.BEGIN)));
  private final List<KeyDeposit> deposits = new ArrayList<>();
  private @Nullable SimulatedPeer hub;

  @BeforeEach
  void listen() {
    world
        .network()
        .tap(
            (from, to, frame, bytes) -> {
              if (frame instanceof Frame.Deposited deposited) {
                deposits.add(deposited.deposit());
              }
            });
  }

  private SimulatedPeer start(String name, Identity identity) {
    SimulatedPeer peer = world.peer(name).trust(acme.trusted()).speakAs(identity);
    SimulatedPeer known = hub;
    if (known == null) {
      hub = peer;
      return peer.start();
    }
    return peer.start(known);
  }

  private SimulatedRoom join(String name, Identity identity, RoomPolicy with) {
    return start(name, identity).join("room", SECRET, with);
  }

  private SimulatedRoom member(String name) {
    return join(name, acme.identity(name), policy);
  }

  private SimulatedRoom replica() {
    return join("replica", acme.identity("replica", Map.of(), Role.RELAY), policy);
  }

  private void pass(int seconds) {
    world.run(Duration.ofSeconds(seconds));
  }

  /** Publishes under several sender keys: one before, one after each member that leaves. */
  private PeerId authorThatLeaves() {
    SimulatedRoom author = member("author");
    pass(3);
    author.publish("first");
    for (int i = 0; i < 3; i++) {
      SimulatedRoom passer = member("passer-" + i);
      pass(3);
      passer.peer().leave(passer);
      passer.peer().crash(false);
      pass(3);
      author.publish("after passer " + i);
    }
    pass(3);
    PeerId id = author.peer().id();
    author.peer().leave(author);
    author.peer().crash(false);
    pass(3);
    return id;
  }

  @Test
  void whoWasAway_readsWhatItMissed_fromAReplicaThatCannot_thoughTheAuthorHasLeft() {
    SimulatedRoom replica = replica();
    PeerId author = authorThatLeaves();
    assertEquals(0, replica.subscriber().count());
    assertEquals(1, replica.machine().gauges().keys(), "it holds another key than its own");

    SimulatedRoom back = join("away-again", away, policy);
    pass(10);
    assertEquals(4, back.subscriber().countOf(author));
    assertEquals(
        "author", back.subscriber().identityOf(new MessageId(author, 0, 0)).orElseThrow().name());
    assertEquals(List.of(), world.faults());
    assertTrue(deposits.size() >= 4, "one deposit for each sender key");

    SimulatedRoom other = member("late");
    pass(10);
    assertEquals(0, other.subscriber().countOf(author));
  }

  @Test
  void inAnOpenRoom_aMemberWithoutHistoryIsReplicaEnough() {
    RoomPolicy open =
        RoomPolicy.DEFAULT
            .withHistory(History.NONE)
            .withDurable(List.of(away.recipient(Authority.BEGIN)));
    SimulatedPeer first = world.peer("first").start();
    SimulatedRoom author = first.join("room", SECRET, open);
    author.publish("before anybody came");
    SimulatedPeer second = world.peer("second").start(first);
    SimulatedRoom member = second.join("room", SECRET, open);
    pass(5);
    assertEquals(0, member.subscriber().count());
    PeerId id = first.id();
    first.leave(author);
    first.crash(false);
    pass(5);
    SimulatedPeer third = world.peer("third").speakAs(away).start(second);
    SimulatedRoom back = third.join("room", SECRET, open);
    pass(10);
    assertEquals(1, back.subscriber().countOf(id));
    assertEquals(List.of(), world.faults());
  }

  @Test
  void revokedRecipient_getsNoMoreKeys_andTheKeyChangesAtOnce() {
    SimulatedRoom replica = replica();
    SimulatedRoom author = member("author");
    pass(3);
    author.publish("for the one who is away");
    pass(3);
    int before = slots(deposits.get(deposits.size() - 1));
    author.peer().revoke(acme.revoke(away.key()));
    author.publish("no longer");
    pass(3);
    KeyDeposit last = deposits.get(deposits.size() - 1);
    assertEquals(1, before);
    assertEquals(0, slots(last));
    assertEquals(1, last.sequence(), "the sender key did not change");
    assertEquals(0, replica.subscriber().count());
  }

  private static int slots(KeyDeposit deposit) {
    return deposit.wraps().length / 1_176;
  }

  @Test
  void membersWithOtherRecipients_exchangeNothing_andBothAreTold() {
    SimulatedRoom here = member("here");
    RoomPolicy none = policy.withDurable(List.of());
    SimulatedRoom there = join("there", acme.identity("there"), none);
    pass(5);
    here.publish("with");
    there.publish("without");
    pass(5);
    assertEquals(0, there.subscriber().countOf(here.peer().id()));
    assertEquals(0, here.subscriber().countOf(there.peer().id()));
    for (SimulatedRoom room : List.of(here, there)) {
      RoomEvent.PolicyDiffers told = room.events(RoomEvent.PolicyDiffers.class).get(0);
      assertTrue(told.difference().contains("durable"), told::difference);
    }
  }

  @Test
  void depositsAndWhatTheyOpen_areForgottenTogether() {
    SimulatedRoom replica = replica();
    PeerId author = authorThatLeaves();
    assertTrue(replica.machine().gauges().bytes() > 4_000);
    pass((int) policy.retention().toSeconds() + 130);
    assertEquals(0, replica.machine().gauges().bytes());
    SimulatedRoom back = join("away-again", away, policy);
    pass(10);
    assertEquals(0, back.subscriber().countOf(author));
  }

  @Test
  void recipientThatRevealsItselfLater_readsWhatWasDepositedMeanwhile() {
    replica();
    PeerId author = authorThatLeaves();
    SimulatedPeer peer = start("somebody", acme.identity("somebody"));
    SimulatedRoom room = peer.join("room", SECRET, policy);
    pass(10);
    assertEquals(0, room.subscriber().countOf(author));
    peer.speakAs(away);
    pass(10);
    assertFalse(room.hasLeft());
    assertNotNull(room.machine().identityOf(hubId()));
    assertEquals(4, room.subscriber().countOf(author));
  }

  private PeerId hubId() {
    SimulatedPeer known = hub;
    assertNotNull(known);
    return known.id();
  }

  /** What it said first has expired everywhere, and its deposit is still there. */
  @Test
  void authorThatWasSilentForLong_isReadAgain() {
    SimulatedRoom replica = replica();
    SimulatedRoom author = member("author");
    pass(3);
    for (int i = 0; i < 3; i++) {
      author.publish("number " + i);
      pass((int) policy.retention().toSeconds() + 20);
    }
    author.publish("the last");
    pass(3);
    PeerId id = author.peer().id();
    author.peer().leave(author);
    author.peer().crash(false);
    pass(3);
    assertEquals(0, replica.subscriber().count());
    SimulatedRoom back = join("away-again", away, policy);
    pass(10);
    assertEquals(1, back.subscriber().countOf(id));
  }

  @Test
  void whoComesLateToALongFeed_readsAllThatIsRetained() {
    RoomPolicy small = policy.withRetentionBytes(1 << 20).withMaxMessageSize(1_000);
    SimulatedRoom replica = join("replica", acme.identity("replica", Map.of(), Role.RELAY), small);
    SimulatedRoom author = join("author", acme.identity("author"), small);
    pass(3);
    for (int i = 0; i < 6_000; i++) {
      author.publish("number " + i);
      if (i % 100 == 0) {
        world.run(Duration.ofMillis(100));
      }
    }
    pass(3);
    PeerId id = author.peer().id();
    author.peer().leave(author);
    author.peer().crash(false);
    pass(3);
    SimulatedRoom back = join("away-again", away, small);
    pass(10);
    long retained = replica.machine().gauges().bytes() / 600;
    assertTrue(back.subscriber().countOf(id) >= retained, back.subscriber().countOf(id) + " read");
    List<Journal.Entry> said = back.journal().of(id);
    assertTrue(back.subscriber().has(said.get(said.size() - 1)), "not the last one");
    assertEquals(List.of(), back.events(RoomEvent.Gap.class));
  }
}
