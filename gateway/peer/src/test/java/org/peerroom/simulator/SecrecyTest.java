package org.peerroom.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.peerroom.RoomEvent;
import org.peerroom.identity.Certificate;
import org.peerroom.identity.Identity;
import org.peerroom.identity.Role;
import org.peerroom.identity.Scope;
import org.peerroom.identity.SignatureChain;
import org.peerroom.identity.VerificationKey;
import org.peerroom.internal.crypto.ProviderCrypto;

/**
 * Records every frame that goes between the members of a room, without the encryption of the links:
 * more than a relay, an exchange or a peer that is no member ever sees. With real cryptography.
 */
class SecrecyTest {

  private final Authority acme = new Authority("Acme Authority");
  private final Simulation world =
      new Simulation(5, ProviderCrypto.create(), Conditions.DEFAULT.withDecodeShare(1));
  private final ByteArrayOutputStream seen = new ByteArrayOutputStream();
  private final Map<String, byte[]> secrets = new LinkedHashMap<>();

  private SimulatedPeer peer(String name, Identity identity) {
    SimulatedPeer peer = world.peer(name).trust(acme.trusted()).speakAs(identity);
    noteSecrets(identity);
    return peer;
  }

  private void noteSecrets(Identity identity) {
    secrets.put("the name " + identity.name(), identity.name().getBytes(StandardCharsets.UTF_8));
    noteKey("the key of " + identity.name(), identity.key());
    for (Certificate certificate : identity.certificates()) {
      String text = certificate.text();
      secrets.put(
          "the certificate of " + identity.name(),
          text.substring(0, 60).getBytes(StandardCharsets.US_ASCII));
      secrets.put(
          "a claim of " + identity.name(),
          text.substring(80, 120).getBytes(StandardCharsets.US_ASCII));
    }
  }

  private void noteKey(String what, VerificationKey key) {
    secrets.put(what + " as bytes", key.bytes());
    secrets.put(what + " in hexadecimal", key.hex().getBytes(StandardCharsets.US_ASCII));
    secrets.put(what + " in base64", Base64.getUrlEncoder().withoutPadding().encode(key.bytes()));
  }

  @Test
  void nothingThatGoesOverTheWire_tellsWhoSomeoneIs() {
    secrets.put("the room's name", "room-of-secrets".getBytes(StandardCharsets.US_ASCII));
    secrets.put("an attribute", "Department of Wires".getBytes(StandardCharsets.US_ASCII));
    secrets.put(
        "the header of any certificate", "eyJhbGciOiJFZERTQSI".getBytes(StandardCharsets.US_ASCII));
    noteKey("the authority's key", acme.id());
    world.network().tap((from, to, frame, encoded) -> seen.writeBytes(encoded));
    Map<String, String> attributes = Map.of("dept", "Department of Wires");
    Identity annsIdentity =
        acme.identity("ann.the.first", attributes, Role.PUBLISH, Role.SUBSCRIBE);
    SimulatedPeer ann = peer("one", annsIdentity).start();
    SimulatedPeer bob = peer("two", acme.identity("bob.the.second")).start(ann);
    SimulatedPeer noMember = world.peer("three").trust(acme.trusted()).start(ann);
    SimulatedRoom atAnn = ann.join("room-of-secrets", acme.policy());
    SimulatedRoom atBob = bob.join("room-of-secrets", acme.policy());
    world.run(Duration.ofSeconds(5));
    atAnn.publish("by ann");
    atBob.publish("by bob");
    SignatureChain renewed = chainOf(annsIdentity, ann);
    ann.show(renewed);
    world.run(Duration.ofSeconds(5));
    SimulatedRoom late =
        peer("four", acme.identity("late.the.third"))
            .start(bob)
            .join("room-of-secrets", acme.policy());
    world.run(Duration.ofSeconds(5));
    assertNull(bob.revoke(acme.revoke(annsIdentity)));
    world.run(Duration.ofSeconds(5));

    assertEquals(2, late.subscriber().count(), "the room did not work, so the test shows nothing");
    assertEquals(1, late.events(RoomEvent.Expelled.class).size());
    assertTrue(noMember.running());
    byte[] all = seen.toByteArray();
    assertTrue(all.length > 20_000, "too little was recorded");
    assertTrue(contains(all, atAnn.machine().topic().bytes()), "the search finds nothing at all");
    secrets.forEach((what, bytes) -> assertFalse(contains(all, bytes), what + " was seen"));
  }

  private static SignatureChain chainOf(Identity identity, SimulatedPeer peer) {
    return identity.certifyPeer(
        VerificationKey.of(peer.id().bytes()), Scope.ALL, Authority.BEGIN, Duration.ofHours(2));
  }

  private static boolean contains(byte[] text, byte[] part) {
    for (int i = 0; i + part.length <= text.length; i++) {
      int j = 0;
      while (j < part.length && text[i + j] == part[j]) {
        j++;
      }
      if (j == part.length) {
        return true;
      }
    }
    return false;
  }
}
