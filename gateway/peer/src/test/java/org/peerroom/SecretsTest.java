package org.peerroom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.peerroom.RunningPeers.LIMIT;
import static org.peerroom.RunningPeers.as;
import static org.peerroom.RunningPeers.join;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.peerroom.identity.Identity;
import org.peerroom.identity.IdentityException;
import org.peerroom.internal.PeerSettings;

/** What is printed holds no secret, whatever is printed. */
@Timeout(60)
class SecretsTest {

  private static final String PASSPHRASE = "correct horse battery staple";

  @RegisterExtension private final RunningPeers peers = new RunningPeers();

  @TempDir private Path folder;

  private final Company acme = new Company("Acme");
  private final Identity ann = acme.identity("ann");

  /** The private key, as its file shows it where only the mode of the file protects it. */
  private byte[] seed() throws IOException {
    Path file = folder.resolve("open.json");
    ann.save(file, null);
    String text = new ObjectMapper().readTree(Files.readString(file)).get("seed").textValue();
    return Base64.getUrlDecoder().decode(text);
  }

  private static void assertSilent(String what, String printed, List<String> secrets) {
    for (String secret : secrets) {
      assertFalse(
          printed.toLowerCase(Locale.ROOT).contains(secret.toLowerCase(Locale.ROOT)),
          () -> what + " prints a secret: " + printed);
    }
  }

  @Test
  void printedObjects_holdNoSeedAndNoPassphrase() throws IOException {
    byte[] seed = seed();
    assertEquals(32, seed.length);
    byte[] recipientSeed = ann.exposeRecipientSeed();
    List<String> secrets =
        List.of(
            PASSPHRASE,
            HexFormat.of().formatHex(recipientSeed),
            Base64.getUrlEncoder().withoutPadding().encodeToString(recipientSeed),
            HexFormat.of().formatHex(seed),
            Base64.getUrlEncoder().withoutPadding().encodeToString(seed),
            Base64.getEncoder().encodeToString(seed));
    RoomSecret secret = RoomSecret.of(PASSPHRASE.toCharArray());
    RoomConfig config = RoomConfig.of("orders").withSecret(secret).withPolicy(acme.policy());
    PeerBuilder builder = as(ann, acme.trusted());
    PeerSettings settings =
        new PeerSettings(
            null,
            List.of(),
            List.of(),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            ann,
            Duration.ofHours(1),
            acme.trusted(),
            null,
            null);
    Peer peer = peers.start(builder);
    Room room = join(peer, config);
    room.publish("x").block(LIMIT);

    Map<String, Object> printed = new LinkedHashMap<>();
    printed.put("the identity", ann);
    printed.put("its request", ann.request(java.time.Instant.now()));
    printed.put("its statement", ann.recipient(java.time.Instant.now()).text());
    printed.put("the secret", secret);
    printed.put("the config", config);
    printed.put("the builder", builder);
    printed.put("the settings", settings);
    printed.put("the peer", peer);
    printed.put("the room", room);
    printed.put("the message", room.messages().blockFirst(LIMIT));
    printed.forEach((what, one) -> assertSilent(what, one.toString(), secrets));

    assertTrue(ann.toString().contains("redacted"));
    assertTrue(settings.toString().contains(ann.toString()));
    assertTrue(config.toString().contains("with a secret"), config::toString);
  }

  @Test
  void exceptions_holdNoSeedAndNoPassphrase() throws IOException {
    Path file = folder.resolve("sealed.json");
    ann.save(file, PASSPHRASE.toCharArray());
    List<String> secrets = List.of(PASSPHRASE, HexFormat.of().formatHex(seed()), "wrong one");
    Peer peer = peers.start(Peer.builder().trust(acme.trusted()));
    RoomConfig config =
        RoomConfig.of("orders")
            .withSecret(RoomSecret.of(PASSPHRASE.toCharArray()))
            .withPolicy(acme.policy());

    assertSilent("a refusal", thrownBy(() -> join(peer, config)), secrets);
    assertSilent(
        "a wrong passphrase",
        thrownBy(() -> Identity.load(file, "wrong one".toCharArray())),
        secrets);
  }

  private static String thrownBy(Runnable failing) {
    try {
      failing.run();
    } catch (PeerRoomException | IdentityException e) {
      return e.toString();
    }
    throw new AssertionError("nothing was thrown");
  }
}
