package org.peerroom.camel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.peerroom.Peer;
import org.peerroom.identity.Identity;
import org.peerroom.identity.Scope;

/** What is wrong with files and options about identities is said in one line when it starts. */
@Timeout(180)
class RoomIdentityOptionsTest {

  private final Side side = Side.alone();
  private final RoomComponent component = side.component();
  private final Authority acme = new Authority("Acme");

  @TempDir Path folder;

  @AfterEach
  void close() {
    side.close();
  }

  /** The one line that a start ends with. */
  private String failure() {
    RuntimeException e = assertThrows(RuntimeException.class, component::start);
    Throwable last = e;
    while (last.getCause() != null && !(last instanceof IllegalArgumentException)) {
      last = last.getCause();
    }
    String message = String.valueOf(last.getMessage());
    assertFalse(message.contains("\n"), message);
    return message;
  }

  @Test
  void identity_failsIfTheFileIsNotThere() {
    component.setIdentity(folder.resolve("none.key").toString());
    String message = failure();
    assertTrue(message.startsWith("option identity: "), message);
    assertTrue(message.contains("none.key"), message);
  }

  @Test
  void identity_failsWithAWrongPassphraseWithoutSayingIt() {
    Path file = folder.resolve("alice.key");
    acme.certify("alice", Scope.ALL).save(file, "correct horse battery".toCharArray());
    component.setIdentity(file.toString());
    component.setIdentityPassphrase("hunter2hunter2");
    String message = failure();
    assertTrue(message.startsWith("option identity: "), message);
    assertTrue(message.contains("alice.key"), message);
    assertFalse(message.contains("hunter2"), message);
    component.setIdentityPassphrase("correct horse battery");
    component.start();
    assertTrue(component.identityExpiry().isPresent());
  }

  @Test
  void identity_failsWithoutACertificate() {
    Path file = folder.resolve("alice.key");
    Identity.generate("alice").save(file, null);
    component.setIdentity(file.toString());
    String message = failure();
    assertTrue(message.startsWith("option identity: "), message);
    assertTrue(message.contains("alice"), message);
  }

  @Test
  void options_failWithoutTheIdentityThatTheyAreAbout() {
    component.setIdentityPassphrase("hunter2hunter2");
    assertEquals(
        "option identityPassphrase is about an identity, but there is none; set identity too",
        failure());
    component.setIdentityPassphrase(null);
    component.setIdentityLife(Duration.ofHours(1));
    assertEquals(
        "option identityLife is about an identity, but there is none; set identity too", failure());
    component.setIdentityLife(null);
    component.setAuthority("https://authority.example");
    assertEquals(
        "option authority is about an identity, but there is none; set identity too", failure());
  }

  @Test
  void identityLife_failsIfItIsTooLong() {
    component.setIdentity(acme.identity(folder, "alice", "Acme").toString());
    component.setIdentityLife(Duration.ofHours(25));
    assertTrue(failure().startsWith("option identityLife: "));
  }

  @Test
  void authority_failsIfItIsNoSafeAddress() {
    component.setIdentity(acme.identity(folder, "alice", "Acme").toString());
    component.setAuthority("http://authority.example");
    String message = failure();
    assertTrue(message.startsWith("option authority: 'http://authority.example'"), message);
    component.setAuthority("not an address");
    assertTrue(failure().startsWith("option authority: "));
  }

  @Test
  void authorityPoll_failsOutOfRangeOrWithoutAnIdentity() {
    component.setAuthorityPoll(Duration.ofMillis(999));
    assertTrue(failure().startsWith("option authorityPoll: expected 1 second to 1 day"));
    component.setAuthorityPoll(Duration.ofHours(25));
    assertTrue(failure().startsWith("option authorityPoll: expected 1 second to 1 day"));
    component.setAuthorityPoll(Duration.ofSeconds(1));
    assertEquals(
        "option authorityPoll is about an identity, but there is none; set identity too",
        failure());
  }

  @Test
  void trust_failsIfTheFileCannotBeRead() throws IOException {
    Path file = folder.resolve("trust.json");
    component.setTrust(file.toString());
    String missing = failure();
    assertTrue(missing.startsWith("option trust: "), missing);
    assertTrue(missing.contains("trust.json"), missing);
    Files.writeString(file, "{\"authorities\":[{}]}");
    component.stop();
    String malformed = failure();
    assertTrue(malformed.startsWith("option trust: "), malformed);
    assertTrue(malformed.contains("trust.json"), malformed);
  }

  @Test
  void revocations_failWithoutTrust() {
    component.setRevocations(folder.toString());
    assertEquals(
        "option revocations: a revocation counts only if a trusted authority stands behind it; set trust too",
        failure());
  }

  @Test
  void revocations_failIfAFileIsMissingOrHoldsNoneOrNobodyKnownStandsBehindIt() throws IOException {
    component.setTrust(Authority.trust(folder, acme).toString());
    Path file = folder.resolve("alice.revocation");
    component.setRevocations(file.toString());
    assertEquals("option revocations: " + file + ": there is no such file or folder", failure());
    Files.writeString(file, "alice is bad");
    String malformed = failure();
    assertTrue(
        malformed.startsWith("option revocations: " + file + ": it is no revocation: "), malformed);
    Files.delete(file);
    new Authority("Acme").revoke(acme.key(), file);
    String unknown = failure();
    assertTrue(unknown.startsWith("option revocations: "), unknown);
  }

  @Test
  void givenPeer_hasItsIdentityAlready() {
    Peer peer = Peer.builder().start().block(Side.PATIENCE);
    try {
      component.setPeer(peer);
      component.setTrust(folder.resolve("trust.json").toString());
      String message = failure();
      assertTrue(message.contains("set either peer, or listen, bootstrap"), message);
    } finally {
      peer.close().block(Side.PATIENCE);
    }
  }
}
