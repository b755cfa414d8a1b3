package org.peerroom.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.peerroom.Admission;
import org.peerroom.History;
import org.peerroom.MessageId;
import org.peerroom.RoomEvent;
import org.peerroom.RoomPolicy;
import org.peerroom.identity.Identity;
import org.peerroom.identity.Role;
import org.peerroom.identity.RoomPattern;
import org.peerroom.identity.Scope;
import org.peerroom.identity.VerifiedIdentity;

/** Who is admitted to a room, who is not, and what is known of who wrote a message. */
class AdmissionTest {

  private final Simulation world = new Simulation(7);
  private final Authority acme = new Authority("Acme");
  private final SimulatedPeer first = world.peer("first").start();

  private SimulatedPeer peer(String name, Identity identity) {
    return world.peer(name).trust(acme.trusted()).speakAs(identity).start(first);
  }

  private SimulatedRoom member(String name) {
    return peer(name, acme.identity(name)).join("room", acme.policy());
  }

  private SimulatedRoom firstRoom() {
    first.trust(acme.trusted()).speakAs(acme.identity("first"));
    return first.join("room", acme.policy());
  }

  private void pass(int seconds) {
    world.run(Duration.ofSeconds(seconds));
  }

  private static Optional<String> author(SimulatedRoom reader, MessageId id) {
    return reader.subscriber().identityOf(id).map(VerifiedIdentity::name);
  }

  @Test
  void membersThatAnAuthorityVouchesFor_readEachOther_byName() {
    SimulatedRoom at = firstRoom();
    SimulatedRoom ann = member("ann");
    SimulatedRoom bob = member("bob");
    pass(5);
    MessageId ofAnn = ann.publish("by ann");
    MessageId ofBob = bob.publish("by bob");
    pass(5);
    assertEquals(Optional.of("ann"), author(at, ofAnn));
    assertEquals(Optional.of("bob"), author(ann, ofBob));
    VerifiedIdentity identity = bob.subscriber().identityOf(ofAnn).orElseThrow();
    assertEquals("Acme", identity.authority());
    assertEquals(acme.id(), identity.authorityKey());
    assertEquals(List.of(), world.lacking());
    assertEquals(List.of(), world.faults());
    assertEquals(2, at.events(RoomEvent.IdentityKnown.class).size());
    assertEquals(List.of(), at.events(RoomEvent.NotAdmitted.class));
  }

  @Test
  void strangers_getNothingAndGiveNothing_andAreToldOf() {
    SimulatedRoom at = firstRoom();
    SimulatedRoom ann = member("ann");
    SimulatedRoom nobody =
        world.peer("nobody").trust(acme.trusted()).start(first).join("room", acme.policy());
    Authority other = new Authority("Other");
    SimulatedRoom stranger =
        world
            .peer("stranger")
            .trust(Authority.trusted(acme, other))
            .speakAs(other.identity("ann"))
            .start(first)
            .join("room", acme.policy());
    pass(5);
    at.publish("for members");
    ann.publish("for members too");
    nobody.publish("let me in");
    stranger.publish("let me in too");
    pass(10);
    assertEquals(0, nobody.subscriber().countOf(first.id()));
    assertEquals(0, stranger.subscriber().countOf(ann.peer().id()));
    assertEquals(2, at.subscriber().count());
    assertEquals(2, ann.subscriber().count());
    assertEquals(Set.of(ann.peer().id()), at.machine().members());
    List<String> reasons =
        at.events(RoomEvent.NotAdmitted.class).stream().map(RoomEvent.NotAdmitted::reason).toList();
    assertEquals(2, reasons.size(), () -> "told more than once: " + reasons);
    assertTrue(reasons.contains("it shows no identity"), reasons::toString);
    assertTrue(reasons.stream().anyMatch(reason -> reason.contains("link 1")), reasons::toString);
  }

  @Test
  void attributes_decideWhoIsAdmitted() {
    Admission sales =
        Admission.certifiedBy(List.of(acme.id())).withAttribute("org", List.of("north", "south"));
    RoomPolicy policy = RoomPolicy.DEFAULT.withAdmission(sales);
    first.trust(acme.trusted()).speakAs(with("org", "north"));
    SimulatedRoom north = first.join("room", policy);
    SimulatedRoom south = peer("south", with("org", "south")).join("room", policy);
    SimulatedRoom west = peer("west", with("org", "west")).join("room", policy);
    SimulatedRoom none = peer("none", acme.identity("none")).join("room", policy);
    pass(5);
    north.publish("for us");
    west.publish("for them");
    none.publish("for anyone");
    pass(5);
    assertEquals(1, south.subscriber().count());
    assertEquals(1, north.subscriber().count());
    assertEquals(0, west.subscriber().count());
    assertEquals(Set.of(south.peer().id()), north.machine().members());
    assertEquals(
        "it shows no identity",
        first.machine().whyNotAdmitted("room", acme.policy(), true, first.now()));
    assertNull(first.machine().whyNotAdmitted("room", policy, false, first.now()));
  }

  private Identity with(String attribute, String value) {
    return acme.identity(value, Map.of(attribute, value), Role.PUBLISH, Role.SUBSCRIBE);
  }

  @Test
  void publisherWithoutTheRole_isRefusedByEveryMember() {
    SimulatedRoom at = firstRoom();
    SimulatedRoom ann = member("ann");
    SimulatedRoom reader =
        peer("reader", acme.identity("reader", Map.of(), Role.SUBSCRIBE))
            .join("room", acme.policy());
    pass(5);
    at.publish("news");
    reader.publish("I have something to say");
    pass(10);
    assertEquals(1, at.subscriber().count());
    assertEquals(1, ann.subscriber().count());
    assertEquals(1, reader.subscriber().countOf(first.id()), "a reader reads");
    assertTrue(String.valueOf(reader.machine().whyNoPublishing()).contains("publish"));
    assertNull(reader.machine().whyNoReading());
  }

  @Test
  void subscriberWithoutTheRole_neverGetsAKey() {
    SimulatedRoom at = firstRoom();
    SimulatedRoom ann = member("ann");
    SimulatedRoom sensor =
        peer("sensor", acme.identity("sensor", Map.of(), Role.PUBLISH)).join("room", acme.policy());
    pass(5);
    at.publish("not for sensors");
    MessageId measured = sensor.publish("21.5");
    pass(60);
    assertEquals(0, sensor.subscriber().countOf(first.id()));
    assertEquals(Optional.of("sensor"), author(at, measured));
    assertEquals(Optional.of("sensor"), author(ann, measured));
    assertTrue(String.valueOf(sensor.machine().whyNoReading()).contains("subscribe"));
  }

  @Test
  void certificateForOtherRooms_doesNotAdmitToThisOne() {
    SimulatedRoom at = firstRoom();
    Scope elsewhere = Scope.ALL.withRooms(Set.of(new RoomPattern("invoices*")));
    SimulatedRoom guest =
        peer("guest", acme.identity("guest", elsewhere, Duration.ofDays(1)))
            .join("room", acme.policy());
    pass(5);
    at.publish("for the room");
    pass(5);
    assertEquals(0, guest.subscriber().countOf(first.id()));
    assertEquals(1, at.events(RoomEvent.NotAdmitted.class).size());
  }

  @Test
  void peerThatWasAnonymous_isKnownFromTheMomentItReveals() {
    first.trust(acme.trusted());
    SimulatedRoom at = first.join("room", RoomPolicy.DEFAULT);
    SimulatedPeer ann = peer("ann", acme.identity("ann"));
    SimulatedRoom masked = ann.join("room", null, RoomPolicy.DEFAULT, true);
    pass(5);
    MessageId before = masked.publish("guess who");
    pass(2);
    assertEquals(Optional.empty(), author(at, before));
    assertNull(at.machine().identityOf(ann.id()));
    masked.machine().reveal(ann.now());
    ann.turn();
    MessageId after = masked.publish("it is me");
    pass(2);
    assertEquals(Optional.of("ann"), author(at, after));
    assertEquals(Optional.empty(), author(at, before), "what was said before stays anonymous");
    assertEquals("ann", at.events(RoomEvent.IdentityKnown.class).get(0).member().verified().name());
  }

  @Test
  void identity_whoseAuthorityIsNotTrusted_isAnonymousInAnOpenRoom() {
    SimulatedRoom at = first.join("room", RoomPolicy.DEFAULT);
    SimulatedRoom ann = peer("ann", acme.identity("ann")).join("room", RoomPolicy.DEFAULT);
    pass(5);
    MessageId message = ann.publish("hello");
    pass(5);
    assertEquals(1, at.subscriber().count());
    assertEquals(Optional.empty(), author(at, message));
    first.trust(acme.trusted());
    MessageId later = ann.publish("hello again");
    pass(5);
    assertEquals(Optional.of("ann"), author(at, later), "trusted from now on");
  }

  @Test
  void membersWithDifferentPolicies_sayWhatDiffers_andExchangeNothing() {
    SimulatedRoom at = firstRoom();
    SimulatedRoom ann = member("ann");
    RoomPolicy longer = acme.policy().withRetention(Duration.ofHours(1)).withHistory(History.NONE);
    SimulatedRoom odd = peer("odd", acme.identity("odd")).join("room", longer);
    SimulatedRoom open = peer("open", acme.identity("open")).join("room", RoomPolicy.DEFAULT);
    pass(5);
    at.publish("as agreed");
    odd.publish("as I like it");
    open.publish("for everyone");
    pass(60);
    assertEquals(1, at.subscriber().count());
    assertEquals(1, ann.subscriber().count());
    assertEquals(1, odd.subscriber().count());
    List<String> here =
        at.events(RoomEvent.PolicyDiffers.class).stream()
            .filter(event -> event.peer().equals(odd.peer().id()))
            .map(RoomEvent.PolicyDiffers::difference)
            .toList();
    assertEquals(
        List.of("history is retained here and none there; retention is PT10M here and PT1H there"),
        here);
    assertEquals(3, odd.events(RoomEvent.PolicyDiffers.class).size(), "each other member, once");
    assertEquals(List.of(), odd.events(RoomEvent.NobodyHere.class), "there are others");
    assertTrue(
        open.events(RoomEvent.PolicyDiffers.class).stream()
            .allMatch(
                event -> event.difference().contains("admission is open here and certified")));
  }

  @Test
  void retainedBytes_mayDiffer() {
    SimulatedRoom at = first.join("room", RoomPolicy.DEFAULT);
    SimulatedRoom small =
        world
            .peer("small")
            .start(first)
            .join("room", RoomPolicy.DEFAULT.withRetentionBytes(33 << 20));
    pass(5);
    at.publish("fits");
    pass(2);
    assertEquals(1, small.subscriber().count());
  }

  @Test
  void newcomer_readsWhatSomeoneWhoHasLeftWrote_andKnowsWho() {
    SimulatedRoom at = firstRoom();
    SimulatedRoom ann = member("ann");
    pass(5);
    MessageId legacy = ann.publish("my last words");
    pass(2);
    ann.peer().leave(ann);
    pass(5);
    SimulatedRoom late = member("late");
    pass(30);
    assertEquals(Optional.of("ann"), author(late, legacy));
    assertEquals(List.of(), world.faults());
    assertFalse(late.machine().members().contains(ann.peer().id()));
    assertEquals(1, at.subscriber().count());
  }

  @Test
  void clocksThatAreTwoMinutesApart_disturbNothing() {
    for (int minutes : List.of(-2, 2)) {
      Simulation apart = new Simulation(minutes);
      SimulatedPeer right = apart.peer("right").trust(acme.trusted()).start();
      SimulatedPeer wrong = apart.peer("wrong").trust(acme.trusted());
      wrong.jumpClock(minutes * 60_000L - Integer.signum(minutes) * 5_000L);
      right.speakAs(acme.identity("right"));
      wrong.speakAs(acme.identity("wrong")).start(right);
      SimulatedRoom a = right.join("room", acme.policy());
      SimulatedRoom b = wrong.join("room", acme.policy());
      apart.run(Duration.ofSeconds(5));
      MessageId ofA = a.publish("a");
      MessageId ofB = b.publish("b");
      apart.run(Duration.ofSeconds(5));
      assertEquals(Optional.of("right"), author(b, ofA), "clock " + minutes);
      assertEquals(Optional.of("wrong"), author(a, ofB), "clock " + minutes);
    }
  }
}
