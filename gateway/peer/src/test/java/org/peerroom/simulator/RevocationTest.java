package org.peerroom.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.peerroom.Admission;
import org.peerroom.MessageId;
import org.peerroom.PeerId;
import org.peerroom.RoomEvent;
import org.peerroom.RoomPolicy;
import org.peerroom.identity.Identity;
import org.peerroom.identity.Revocation;
import org.peerroom.identity.Role;
import org.peerroom.identity.Scope;
import org.peerroom.identity.SignatureChain;
import org.peerroom.identity.VerificationKey;
import org.peerroom.identity.VerifiedIdentity;
import org.peerroom.internal.wire.Frame;

/** Members that were admitted and are no longer: revoked, expired, not trusted any more. */
class RevocationTest {

  /** The longest that a frame is on its way, by {@link Conditions#DEFAULT}, and a little. */
  private static final Duration ONE_HOP = Duration.ofMillis(25);

  private final Authority acme = new Authority("Acme");

  /** A room of this many members; the last is called mallory. */
  private List<SimulatedRoom> room(Simulation world, int members) {
    List<SimulatedRoom> rooms = new ArrayList<>();
    SimulatedPeer first = null;
    for (int i = 0; i < members; i++) {
      String name = i == members - 1 ? "mallory" : "p" + i;
      rooms.add(join(world, name, acme.identity(name), first));
      first = rooms.get(0).peer();
    }
    return rooms;
  }

  private SimulatedRoom join(
      Simulation world, String name, Identity identity, @Nullable SimulatedPeer first) {
    SimulatedPeer peer = world.peer(name).trust(acme.trusted()).speakAs(identity);
    if (first == null) {
      peer.start();
    } else {
      peer.start(first);
    }
    return peer.join("room", acme.policy());
  }

  private static SimulatedRoom last(List<SimulatedRoom> rooms) {
    return rooms.get(rooms.size() - 1);
  }

  private static void pass(Simulation world, int seconds) {
    world.run(Duration.ofSeconds(seconds));
  }

  private Revocation ofPeer(Identity by, PeerId peer) {
    return by.revoke(
        new Revocation.Target.Key(VerificationKey.of(peer.bytes())),
        Authority.BEGIN,
        Authority.BEGIN.plus(Duration.ofDays(2)),
        null);
  }

  @Test
  void revokedIdentity_isRefusedByTwentyMembersAfterOneRound_andReadsNothingMore() {
    Seeds.run("revocation", Seeds.count(10), this::revokeInARoomOfTwenty);
  }

  private void revokeInARoomOfTwenty(long seed) {
    Simulation world = new Simulation(seed).withClocks(Duration.ofSeconds(50), 100);
    List<SimulatedRoom> rooms = new ArrayList<>();
    for (int i = 0; i < 19; i++) {
      SimulatedPeer first = i == 0 ? null : rooms.get(0).peer();
      rooms.add(join(world, "p" + i, acme.identity("p" + i), first));
    }
    Identity lost = acme.identity("mallory");
    SimulatedRoom mallory = join(world, "mallory", lost, rooms.get(0).peer());
    PeerId revoked = mallory.peer().id();
    assertTrue(
        world.runUntil(
            () -> rooms.stream().allMatch(r -> r.machine().members().size() == 19),
            Duration.ofMinutes(1)),
        "not all have met");
    mallory.publish("while I may");
    pass(world, 2);
    rooms.forEach(room -> assertEquals(1, room.subscriber().countOf(revoked)));

    SimulatedRoom entry = rooms.get(world.random().nextInt(19));
    assertNull(entry.peer().revoke(acme.revoke(lost)));
    world.run(ONE_HOP);
    for (SimulatedRoom room : rooms) {
      assertEquals(1, room.events(RoomEvent.Expelled.class).size(), room.peer() + " has not heard");
      assertFalse(room.machine().members().contains(revoked));
    }
    mallory.publish("though I may not");
    rooms.forEach(room -> room.publish("not for mallory"));
    pass(world, 90);
    for (SimulatedRoom room : rooms) {
      assertEquals(1, room.subscriber().countOf(revoked), "taken from the revoked one");
      assertFalse(room.peer().machine().linkedPeers().contains(revoked), "its link is up");
    }
    assertEquals(0, others(mallory), "the revoked one has read what was sent afterwards");
    assertEquals(19, rooms.get(0).subscriber().count() - 1);
    assertEquals(List.of(), world.faults());
  }

  private static int others(SimulatedRoom room) {
    return room.subscriber().count() - room.subscriber().countOf(room.peer().id());
  }

  @Test
  void revocation_reachesThoseWhoAreNotLinkedToWhereItEnters_andThoseWhoComeLater() {
    Simulation world = new Simulation(3);
    List<SimulatedRoom> rooms = room(world, 2);
    SimulatedPeer hub = rooms.get(0).peer();
    SimulatedRoom far = joinDialOnly(world, "far", hub);
    SimulatedRoom wide = joinDialOnly(world, "wide", hub);
    pass(world, 10);
    Identity mallory = acme.identity("m2");
    SimulatedRoom bad = join(world, "m2", mallory, hub);
    pass(world, 10);
    assertNull(far.peer().revoke(acme.revoke(mallory)));
    pass(world, 1);
    assertEquals(1, wide.events(RoomEvent.Expelled.class).size());
    SimulatedRoom late = join(world, "late", acme.identity("late"), hub);
    pass(world, 5);
    assertFalse(late.machine().members().contains(bad.peer().id()));
    assertEquals(
        1, late.peer().events().stream().filter(e -> e.toString().contains("Revoked")).count());
    hub.crash(false);
    SimulatedRoom again = join(world, "again", mallory, late.peer());
    pass(world, 10);
    late.publish("hello");
    pass(world, 5);
    assertFalse(
        late.machine().members().contains(again.peer().id()), "a new throw-away key helps nobody");
    assertEquals(0, again.subscriber().count());
  }

  @Test
  void revocation_reachesMembersBehindAHubThatDoesNotBelieveIt() {
    Simulation world = new Simulation(16);
    SimulatedPeer hub = world.peer("hub").start();
    hub.join("room");
    Identity lost = acme.identity("mallory");
    SimulatedRoom ann = openDialOnly(world, "ann", acme.identity("ann"), hub);
    SimulatedRoom bob = openDialOnly(world, "bob", acme.identity("bob"), hub);
    SimulatedRoom mallory = openDialOnly(world, "mallory", lost, hub);
    pass(world, 10);
    mallory.publish("before");
    pass(world, 5);
    assertNull(ann.peer().revoke(acme.revoke(lost)));
    pass(world, 5);
    SimulatedRoom late = openDialOnly(world, "late", acme.identity("late"), hub);
    pass(world, 10);
    mallory.publish("after");
    ann.publish("whatever the hub does with it");
    pass(world, 20);
    for (SimulatedRoom room : List.of(bob, late)) {
      assertFalse(room.machine().members().contains(mallory.peer().id()));
      assertTrue(
          room.subscriber().countOf(mallory.peer().id()) <= 1, room.peer() + " has heard it");
      assertEquals(1, room.subscriber().countOf(ann.peer().id()));
    }
  }

  private SimulatedRoom openDialOnly(
      Simulation world, String name, Identity identity, SimulatedPeer hub) {
    return world.dialOnlyPeer(name).trust(acme.trusted()).speakAs(identity).start(hub).join("room");
  }

  private SimulatedRoom joinDialOnly(Simulation world, String name, SimulatedPeer hub) {
    return world
        .dialOnlyPeer(name)
        .trust(acme.trusted())
        .speakAs(acme.identity(name))
        .start(hub)
        .join("room", acme.policy());
  }

  @Test
  void identity_revokesItsOwnPeer_andNobodyElses() {
    Simulation world = new Simulation(4);
    List<SimulatedRoom> rooms = room(world, 3);
    Identity ann = acme.identity("ann");
    SimulatedRoom laptop = join(world, "laptop", ann, rooms.get(0).peer());
    SimulatedRoom phone = join(world, "phone", ann, rooms.get(0).peer());
    pass(world, 5);
    PeerId p1 = rooms.get(1).peer().id();
    assertNull(phone.peer().revoke(ofPeer(ann, p1)), "it is a statement like any other");
    pass(world, 2);
    assertTrue(rooms.get(0).machine().members().contains(p1), "ann has not signed that peer");
    assertNull(phone.peer().revoke(ofPeer(ann, laptop.peer().id())));
    pass(world, 2);
    assertFalse(rooms.get(0).machine().members().contains(laptop.peer().id()));
    assertTrue(rooms.get(0).machine().members().contains(phone.peer().id()));
    VerifiedIdentity was = rooms.get(0).events(RoomEvent.Expelled.class).get(0).member().verified();
    assertEquals("ann", was == null ? "nobody" : was.name());
  }

  @Test
  void revocation_byWhoIsNotTrusted_doesNotCount() {
    Simulation world = new Simulation(5);
    List<SimulatedRoom> rooms = room(world, 3);
    pass(world, 5);
    Authority other = new Authority("Other");
    Identity victim = Identity.generate("victim");
    Revocation foreign = other.revoke(other.identity("x"));
    assertNotNull(rooms.get(0).peer().revoke(foreign));
    assertNotNull(
        rooms.get(0).peer().revoke(ofPeer(victim, rooms.get(1).peer().id())),
        "a key that nobody vouches for");
    pass(world, 2);
    rooms.forEach(room -> assertEquals(2, room.machine().members().size()));
    rooms.forEach(room -> assertEquals(List.of(), room.events(RoomEvent.Expelled.class)));
  }

  @Test
  void revokedMember_inAnOpenRoom_isExpelledToo() {
    Simulation world = new Simulation(6);
    SimulatedPeer first = world.peer("first").trust(acme.trusted()).start();
    SimulatedRoom at = first.join("room");
    Identity ann = acme.identity("ann");
    SimulatedRoom hers = world.peer("ann").speakAs(ann).start(first).join("room");
    pass(world, 5);
    hers.publish("before");
    pass(world, 2);
    assertNull(first.revoke(acme.revoke(ann)));
    hers.publish("after");
    at.publish("not for ann");
    pass(world, 60);
    assertEquals(1, at.subscriber().countOf(hers.peer().id()));
    assertEquals(0, hers.subscriber().countOf(first.id()));
  }

  @Test
  void whatIsHeldOfARevokedAuthor_andNotYetRead_isNotDelivered() {
    Simulation world = new Simulation(8);
    List<SimulatedRoom> rooms = room(world, 2);
    pass(world, 5);
    SimulatedRoom at = rooms.get(0);
    at.pauseReading(true);
    last(rooms).publish("pay me");
    pass(world, 2);
    assertNull(at.peer().revoke(ofAuthorityKey(last(rooms))));
    at.pauseReading(false);
    pass(world, 2);
    assertEquals(0, at.subscriber().count());
    assertEquals(
        1, at.events(RoomEvent.Gap.class).size(), "and it is told that something is missing");
  }

  private Revocation ofAuthorityKey(SimulatedRoom member) {
    VerifiedIdentity identity = member.machine().identityOf(member.peer().id());
    if (identity == null) {
      throw new IllegalStateException("it has no identity");
    }
    return acme.revoke(identity.key());
  }

  @Test
  void memberWhoseCertificateExpires_isExpelled_andReadsNothingMore() {
    Simulation world = new Simulation(9);
    List<SimulatedRoom> rooms = room(world, 2);
    Identity brief =
        acme.identity(
            "brief",
            Scope.ALL.withRoles(Set.of(Role.PUBLISH, Role.SUBSCRIBE)),
            Duration.ofMinutes(5));
    SimulatedRoom guest = join(world, "brief", brief, rooms.get(0).peer());
    pass(world, 10);
    MessageId inTime = guest.publish("in time");
    pass(world, 2);
    SimulatedRoom at = rooms.get(0);
    assertEquals(Optional.of("brief"), name(at, inTime));
    world.run(Duration.ofMinutes(7).plusSeconds(10));
    assertEquals(1, at.events(RoomEvent.Expelled.class).size(), "5 minutes and 2 of skew are over");
    guest.publish("too late");
    at.publish("not for guests");
    pass(world, 60);
    assertEquals(1, at.subscriber().countOf(guest.peer().id()));
    assertEquals(0, guest.subscriber().countOf(at.peer().id()));
    assertTrue(String.valueOf(guest.machine().whyNoPublishing()).contains("expired"));
  }

  private static Optional<String> name(SimulatedRoom reader, MessageId id) {
    return reader.subscriber().identityOf(id).map(VerifiedIdentity::name);
  }

  @Test
  void peerThatIsVouchedForAgainInTime_staysWithoutInterruption() {
    Simulation world = new Simulation(10);
    List<SimulatedRoom> rooms = room(world, 2);
    Identity ann = acme.identity("ann");
    Identity own = acme.identity("p0");
    rooms.get(0).peer().speakAs(own);
    SimulatedRoom hers = join(world, "ann", ann, rooms.get(0).peer());
    pass(world, 5);
    for (int hour = 0; hour < 30; hour++) {
      hers.publish("hour " + hour);
      rooms.get(0).publish("hour " + hour);
      world.run(Duration.ofMinutes(50));
      hers.peer().speakAs(ann);
      rooms.get(0).peer().speakAs(own);
      world.run(Duration.ofMinutes(10));
    }
    assertEquals(30, rooms.get(0).subscriber().countOf(hers.peer().id()));
    assertEquals(30, hers.subscriber().countOf(rooms.get(0).peer().id()));
    assertEquals(
        List.of(),
        rooms.get(0).events().stream()
            .filter(
                e -> e instanceof RoomEvent.MemberLeft left && left.peer().equals(hers.peer().id()))
            .toList());
    assertEquals(1, known(rooms.get(0), hers.peer().id()), "told once, not at each renewal");
  }

  private static long known(SimulatedRoom room, PeerId peer) {
    return room.events(RoomEvent.IdentityKnown.class).stream()
        .filter(event -> event.member().peer().equals(peer))
        .count();
  }

  @Test
  void memberThatIsVouchedForTooLate_comesBack() {
    Simulation world = new Simulation(15);
    List<SimulatedRoom> rooms = room(world, 2);
    SimulatedRoom at = rooms.get(0);
    Identity ann = acme.identity("ann");
    SimulatedRoom hers = join(world, "ann", ann, at.peer());
    hers.peer().show(vouchedFor(ann, hers, 0, 10));
    pass(world, 10);
    hers.publish("in time");
    world.run(Duration.ofMinutes(13));
    assertFalse(at.machine().members().contains(hers.peer().id()));
    hers.publish("between two certificates");
    at.publish("while ann is out");
    pass(world, 20);
    hers.peer().show(vouchedFor(ann, hers, 13, 30));
    pass(world, 10);
    MessageId back = hers.publish("here I am again");
    MessageId welcome = at.publish("welcome back");
    pass(world, 60);
    assertEquals(Optional.of("ann"), name(at, back));
    assertEquals(Optional.of("p0"), name(hers, welcome));
    assertEquals(List.of(), world.faults());
  }

  private static SignatureChain vouchedFor(
      Identity identity, SimulatedRoom room, int fromMinute, int minutes) {
    return identity.certifyPeer(
        VerificationKey.of(room.peer().id().bytes()),
        Scope.ALL,
        Authority.BEGIN.plus(Duration.ofMinutes(fromMinute)),
        Duration.ofMinutes(minutes));
  }

  @Test
  void clockThatIsSetBack_revivesNothing() {
    Simulation world = new Simulation(11);
    List<SimulatedRoom> rooms = room(world, 2);
    Identity brief = acme.identity("brief", Scope.ALL, Duration.ofMinutes(5));
    SimulatedRoom guest = join(world, "brief", brief, rooms.get(0).peer());
    world.run(Duration.ofMinutes(8));
    SimulatedRoom at = rooms.get(0);
    assertEquals(1, at.events(RoomEvent.Expelled.class).size());
    at.peer().jumpClock(-Duration.ofHours(2).toMillis());
    last(rooms).peer().jumpClock(-Duration.ofHours(2).toMillis());
    SimulatedPeer again = world.peer("again").trust(acme.trusted());
    again.jumpClock(-Duration.ofHours(2).toMillis());
    SimulatedRoom revived = again.speakAs(brief).start(at.peer()).join("room", acme.policy());
    world.run(Duration.ofMinutes(5));
    at.publish("for members");
    pass(world, 5);
    assertFalse(at.machine().members().contains(guest.peer().id()));
    assertFalse(at.machine().members().contains(again.id()));
    assertEquals(0, revived.subscriber().countOf(at.peer().id()));
  }

  @Test
  void authorityThatIsNoLongerTrusted_takesItsMembersWithIt_andBringsThemBack() {
    Simulation world = new Simulation(12);
    Authority globex = new Authority("Globex");
    List<SimulatedPeer> peers = new ArrayList<>();
    Map<String, SimulatedRoom> rooms = new HashMap<>();
    var admission = Admission.certifiedBy(List.of(acme.id(), globex.id()));
    var policy = RoomPolicy.DEFAULT.withAdmission(admission);
    for (Authority authority : List.of(acme, globex)) {
      String name = authority == acme ? "ann" : "gus";
      SimulatedPeer peer =
          world.peer(name).trust(Authority.trusted(acme, globex)).speakAs(authority.identity(name));
      peers.add(peers.isEmpty() ? peer.start() : peer.start(peers.get(0)));
      rooms.put(name, peer.join("room", policy));
    }
    pass(world, 5);
    SimulatedRoom ann = rooms.get("ann");
    SimulatedRoom gus = rooms.get("gus");
    assertEquals(Set.of(gus.peer().id()), ann.machine().members());
    ann.peer().trust(acme.trusted());
    pass(world, 5);
    assertEquals(Set.of(), ann.machine().members());
    ann.publish("without Globex");
    gus.publish("still there?");
    pass(world, 20);
    assertEquals(0, gus.subscriber().countOf(ann.peer().id()));
    assertEquals(0, ann.subscriber().countOf(gus.peer().id()));
    ann.peer().trust(Authority.trusted(acme, globex));
    pass(world, 60);
    MessageId again = gus.publish("welcome back");
    ann.publish("with Globex");
    pass(world, 60);
    assertEquals(Optional.of("gus"), name(ann, again));
    assertTrue(gus.subscriber().countOf(ann.peer().id()) >= 1);
  }

  @Test
  void historyOfAnAuthorWhoseCertificateHasExpired_staysReadable() {
    Simulation world = new Simulation(13);
    SimulatedPeer first =
        world.peer("first").trust(acme.trusted()).speakAs(acme.identity("first")).start();
    var policy = acme.policy().withRetention(Duration.ofHours(1));
    SimulatedRoom at = first.join("room", policy);
    Identity brief = acme.identity("brief", Scope.ALL, Duration.ofMinutes(5));
    SimulatedRoom guest =
        world.peer("brief").trust(acme.trusted()).speakAs(brief).start(first).join("room", policy);
    pass(world, 5);
    MessageId legacy = guest.publish("remember me");
    pass(world, 5);
    guest.peer().leave(guest);
    world.run(Duration.ofMinutes(20));
    SimulatedRoom late =
        world
            .peer("late")
            .trust(acme.trusted())
            .speakAs(acme.identity("late"))
            .start(first)
            .join("room", policy);
    pass(world, 30);
    assertEquals(Optional.of("brief"), name(late, legacy));
    assertEquals(Optional.of("brief"), name(at, legacy));
  }

  @Test
  void senderKey_changesBeforeTheNextSegment() {
    Simulation world = new Simulation(14);
    List<SimulatedRoom> rooms = room(world, 3);
    pass(world, 5);
    Map<PeerId, Integer> epochs = new HashMap<>();
    world
        .network()
        .tap(
            (from, to, frame, bytes) -> {
              if (frame instanceof Frame.Sealed sealed) {
                epochs.put(sealed.segment().author(), sealed.segment().header().epoch());
              }
            });
    rooms.forEach(room -> room.publish("one"));
    pass(world, 2);
    Map<PeerId, Integer> before = Map.copyOf(epochs);
    assertNull(rooms.get(0).peer().revoke(ofAuthorityKey(last(rooms))));
    pass(world, 1);
    rooms.get(0).publish("two");
    rooms.get(1).publish("two");
    pass(world, 2);
    for (int i = 0; i < 2; i++) {
      PeerId author = rooms.get(i).peer().id();
      assertEquals(before.get(author) + 1, epochs.get(author));
    }
  }
}
