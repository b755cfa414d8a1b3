package org.peerroom.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.peerroom.PeerId;
import org.peerroom.RoomEvent;
import org.peerroom.RoomPolicy;
import org.peerroom.identity.Identity;
import org.peerroom.identity.Revocation;
import org.peerroom.identity.Role;
import org.peerroom.identity.Scope;
import org.peerroom.identity.SignatureChain;
import org.peerroom.identity.VerificationKey;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.Segment;
import org.peerroom.simulator.Authority;
import org.peerroom.simulator.Conditions;
import org.peerroom.simulator.SimulatedCrypto;
import org.peerroom.simulator.SimulatedPeer;
import org.peerroom.simulator.SimulatedRoom;
import org.peerroom.simulator.Simulation;

/** Somebody claims to be who it is not, or to be allowed what it is not. */
class IdentityAttackTest {

  private static final byte[] ZEROS = new byte[32];

  private final Simulation world =
      new Simulation(77, new SimulatedCrypto(), Conditions.DEFAULT.withDecodeShare(1));
  private final Authority acme = new Authority("Acme");
  private final RoomPolicy policy = acme.policy();
  private final SimulatedPeer victim = world.peer("victim").trust(acme.trusted());
  private final SimulatedPeer author = world.peer("author").trust(acme.trusted());
  private final SimulatedRoom victims;
  private final SimulatedRoom authors;

  IdentityAttackTest() {
    victim.speakAs(acme.identity("victim")).start();
    author.speakAs(acme.identity("author")).start(victim);
    victims = victim.join("room", policy);
    authors = author.join("room", policy);
    pass(5);
    talk();
  }

  private void pass(int seconds) {
    world.run(Duration.ofSeconds(seconds));
  }

  private void talk() {
    victims.publish("of the victim");
    authors.publish("of the author");
    pass(2);
    assertEquals(
        victims.subscriber().countOf(author.id()), authors.subscriber().countOf(author.id()));
    assertTrue(victims.machine().members().contains(author.id()));
    assertEquals(1, world.network().linkCount(victim.id(), author.id()));
  }

  private HostilePeer stranger() {
    HostilePeer peer = new HostilePeer(world, victims.machine().topic(), null);
    peer.policy = policy;
    return peer;
  }

  private SignatureChain chain(Identity identity, PeerId peer) {
    return identity.certifyPeer(
        VerificationKey.of(peer.bytes()), Scope.ALL, Authority.BEGIN, Duration.ofHours(10));
  }

  /** Somebody whom the authority vouches for, with these roles. */
  private HostilePeer insider(Identity identity) throws Refused {
    HostilePeer mallory = stranger();
    mallory.chain = chain(identity, mallory.id()).encoded();
    mallory.writtenUnder = identity.key().bytes();
    mallory.belong(victim);
    return mallory;
  }

  private HostilePeer insider() throws Refused {
    HostilePeer mallory = insider(acme.identity("mallory"));
    assertTrue(victims.machine().members().contains(mallory.id()), "not admitted");
    return mallory;
  }

  private void say(HostilePeer mallory, GrantContent content) throws Refused {
    mallory.send(victim, mallory.grant(victim.id(), content));
    pass(1);
  }

  private List<String> refusals() {
    List<String> all = new ArrayList<>();
    for (RoomEvent event : victims.events()) {
      if (event instanceof RoomEvent.Refused refused) {
        all.add(refused.reason());
      } else if (event instanceof RoomEvent.NotAdmitted not) {
        all.add(not.reason());
      }
    }
    return all;
  }

  private void expectRefused(String part) {
    assertTrue(
        refusals().stream().anyMatch(r -> r.contains(part)), () -> part + " in " + refusals());
  }

  private void expectStranger(HostilePeer mallory) {
    pass(1);
    assertFalse(victims.machine().members().contains(mallory.id()), "admitted");
    assertEquals(0, victims.subscriber().countOf(mallory.id()));
    talk();
  }

  @Test
  void chainOfAnotherPeer_admitsNobody() throws Refused {
    HostilePeer mallory = stranger();
    Standing authors = victims.machine().admissions().of(author.id());
    mallory.chain = chainOf(authors).encoded();
    mallory.belong(victim);
    expectRefused("vouches for another key");
    expectStranger(mallory);
  }

  private static SignatureChain chainOf(Standing standing) {
    SignatureChain chain = standing.chain();
    assertNotNull(chain);
    return chain;
  }

  @Test
  void chainThatMalloryMadeUpForItself_admitsNobody() throws Refused {
    Authority own = new Authority("Acme");
    HostilePeer mallory = insider(own.identity("author"));
    expectRefused("no trusted authority");
    expectStranger(mallory);
  }

  @Test
  void chainThatIsNone_admitsNobody() throws Refused {
    for (String nonsense : List.of("", "{}", "a.b.c", "x".repeat(8000))) {
      HostilePeer mallory = stranger();
      mallory.chain = nonsense.getBytes(StandardCharsets.US_ASCII);
      mallory.belong(victim);
      expectStranger(mallory);
    }
  }

  @Test
  void identityOfAnotherMember_isNotTakenForMallorys() throws Refused {
    HostilePeer mallory = insider();
    mallory.writtenUnder =
        chainOf(victims.machine().admissions().of(author.id())).last().issuer().bytes();
    mallory.send(victim, new Frame.Sealed(mallory.segment(0, 0, ZEROS, "I am the author")));
    pass(1);
    expectRefused("does not name an identity that is admitted");
    assertEquals(0, victims.subscriber().countOf(mallory.id()));
    talk();
  }

  @Test
  void messageThatNamesNobody_isNotDeliveredWhereEveryoneMustBeKnown() throws Refused {
    HostilePeer mallory = insider();
    mallory.writtenUnder = null;
    mallory.send(victim, new Frame.Sealed(mallory.segment(0, 0, ZEROS, "guess who")));
    pass(1);
    expectRefused("does not name an identity that is admitted");
    assertEquals(0, victims.subscriber().countOf(mallory.id()));
    talk();
  }

  @Test
  void publisherWithoutTheRole_isRefused_howeverItInsists() throws Refused {
    Identity reader = acme.identity("reader", Map.of(), Role.SUBSCRIBE);
    HostilePeer mallory = insider(reader);
    assertTrue(victims.machine().members().contains(mallory.id()), "a reader is a member");
    mallory.send(victim, new Frame.Sealed(mallory.segment(0, 0, ZEROS, "hear me")));
    say(mallory, mallory.introduction().keys(List.of(mallory.key(0, 0, 0))));
    mallory.send(victim, new Frame.Sealed(mallory.segment(0, 0, ZEROS, "hear me")));
    pass(1);
    assertEquals(0, victims.subscriber().countOf(mallory.id()));
    assertNull(victims.machine().replica().get(mallory.id()), "something of it is stored");
    talk();
  }

  @Test
  void widenedRole_isRefused() {
    Identity reader = acme.identity("reader", Map.of(), Role.SUBSCRIBE);
    VerificationKey key = VerificationKey.of(stranger().id().bytes());
    Scope wider = Scope.ALL.withRoles(Set.of(Role.PUBLISH, Role.SUBSCRIBE));
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> reader.certifyPeer(key, wider, Authority.BEGIN, Duration.ofHours(1)));
    assertTrue(String.valueOf(refused.getMessage()).contains("publish"));
  }

  @Test
  void whoIsNotAdmitted_getsNoKeys_whateverItAsksFor() throws Refused {
    HostilePeer mallory = stranger().link(victim);
    mallory.announce(victim);
    say(mallory, mallory.introduction());
    for (PeerId of : List.of(victim.id(), author.id())) {
      mallory.send(victim, new Frame.KeyRequest(mallory.topic, mallory.id(), victim.id(), of, 0));
      mallory.send(victim, new Frame.Want(mallory.topic, of, 0));
    }
    pass(5);
    victims.publish("not for mallory");
    pass(5);
    int opened = 0;
    for (Frame frame : mallory.heard) {
      assertFalse(frame instanceof Frame.Sealed, "it was sent a segment");
      if (frame instanceof Frame.Grant grant && grant.to().equals(mallory.id())) {
        mallory.context.at(mallory.now());
        try {
          assertEquals(List.of(), mallory.grants.open(grant, true, mallory.now()).keys());
          opened++;
        } catch (Refused e) {
          assertTrue(e.reason().contains("seen before"), e::reason);
        }
      }
    }
    assertTrue(opened > 0, "it was told nothing at all, so the test shows nothing");
    expectRefused("asks for what it may not read");
    expectStranger(mallory);
  }

  @Test
  void senderKeysOfWhoIsNotAdmitted_areNotTaken_inAGrantOrARekey() throws Refused {
    HostilePeer mallory = stranger();
    mallory.link(victim);
    mallory.announce(victim);
    int held = victims.machine().replica().keys();
    say(mallory, mallory.introduction().keys(List.of(mallory.key(0, 0, 0))));
    List<PeerId> toVictim = List.of(victim.id());
    for (int epoch = 1; epoch < 20; epoch++) {
      byte[] slots = mallory.grants.rekey(epoch, epoch, mallory.chain(0), toVictim);
      assertEquals(Frame.Rekey.SLOT_SIZE, slots.length);
      mallory.send(
          victim, new Frame.Rekey(mallory.topic, mallory.id(), epoch, epoch, Routes.HOPS, slots));
      pass(1);
    }
    expectRefused("which is not admitted");
    assertEquals(held, victims.machine().replica().keys());
    assertNull(victims.machine().replica().get(mallory.id()));
    expectStranger(mallory);
    talk();
  }

  @Test
  void keysOfAStranger_areNotTakenFromAMember() throws Refused {
    HostilePeer mallory = insider();
    HostilePeer friend = stranger();
    KeyEntry key = new KeyEntry(friend.id(), 0, 0, 0, friend.chain(0));
    say(mallory, mallory.introduction().keys(List.of(key)));
    assertNull(victims.machine().replica().get(friend.id()));
    SignatureChain forged = chain(new Authority("Acme").identity("author"), friend.id());
    KeyEntry again = new KeyEntry(friend.id(), 0, 0, 0, friend.chain(0));
    say(
        mallory,
        mallory.introduction().chainOf(friend.id(), forged.encoded()).keys(List.of(again)));
    assertNull(victims.machine().replica().get(friend.id()));
    friend.writtenUnder = forged.last().issuer().bytes();
    mallory.send(victim, new Frame.Sealed(friend.segment(0, 0, ZEROS, "by the author, really")));
    pass(1);
    assertEquals(0, victims.subscriber().countOf(friend.id()));
    talk();
  }

  @Test
  void keysThatAMemberPassesOn_neverVouchForWhoWrote() throws Refused {
    HostilePeer mallory = insider();
    KeyEntry wrong = new KeyEntry(author.id(), 0, 0, 0, ChainKey.of(new byte[32]));
    say(mallory, mallory.introduction().keys(List.of(wrong)));
    Segment forged =
        mallory.seal(
            author.id(),
            50,
            0,
            ZEROS,
            "as the author",
            ChainKey.of(new byte[32]),
            mallory.keys.signing());
    mallory.send(victim, new Frame.Sealed(forged));
    pass(1);
    expectRefused("is wrong");
    talk();
  }

  @Test
  void policyThatDiffers_isNotOverruledByAChain() throws Refused {
    HostilePeer mallory = stranger();
    mallory.policy = RoomPolicy.DEFAULT;
    mallory.chain = chain(acme.identity("mallory"), mallory.id()).encoded();
    mallory.belong(victim);
    assertEquals(1, victims.events(RoomEvent.PolicyDiffers.class).size());
    expectStranger(mallory);
  }

  @Test
  void revocationThatMalloryMadeUp_countsForNothing() throws Refused {
    HostilePeer mallory = insider();
    Identity fake = Identity.generate("Acme");
    Instant end = Authority.BEGIN.plus(Duration.ofDays(9));
    VerificationKey target = VerificationKey.of(author.id().bytes());
    Revocation.Target key = new Revocation.Target.Key(target);
    byte[] right = acme.revoke(target).encoded();
    byte[] bent = right.clone();
    bent[bent.length - 10] ^= 1;
    say(
        mallory,
        new GrantContent()
            .revocation(fake.revoke(key, Authority.BEGIN, end, null).encoded())
            .revocation(acme.identity("mallory").revoke(key, Authority.BEGIN, end, null).encoded())
            .revocation(bent)
            .revocation("nonsense".getBytes(StandardCharsets.US_ASCII)));
    assertEquals(List.of(), victims.events(RoomEvent.Expelled.class));
    expectRefused("revocation");
    talk();
  }

  @Test
  void revocationsThatAreNonsense_costTheLink_andNobodyElse() throws Refused {
    HostilePeer mallory = insider();
    for (int i = 0; i < 200 && mallory.downs() == 0; i++) {
      mallory.send(
          victim,
          mallory.grant(
              victim.id(),
              new GrantContent().revocation(("nonsense" + i).getBytes(StandardCharsets.US_ASCII))));
      world.run(Duration.ofMillis(20));
    }
    assertEquals(1, mallory.downs());
    talk();
  }

  @Test
  void revokedPeer_getsNoLinkAnyMore() throws Refused {
    Identity lost = acme.identity("mallory");
    HostilePeer mallory = insider(lost);
    assertNull(victim.revoke(acme.revoke(lost)));
    pass(2);
    assertFalse(mallory.isLinked(victim));
    long before = mallory.downs();
    mallory.link(victim);
    pass(3);
    assertFalse(mallory.isLinked(victim));
    assertTrue(mallory.downs() > before, "it was not even refused");
    talk();
  }

  @Test
  void identityThatChangesAllTheTime_isToldOnlyWhenItDiffers() throws Refused {
    Identity one = acme.identity("mallory");
    HostilePeer mallory = insider(one);
    for (int i = 0; i < 100; i++) {
      mallory.chain = chain(one, mallory.id()).encoded();
      say(mallory, mallory.introduction());
    }
    assertEquals(
        1,
        victims.events(RoomEvent.IdentityKnown.class).stream()
            .filter(event -> event.member().peer().equals(mallory.id()))
            .count());
    talk();
  }
}
