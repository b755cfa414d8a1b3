package org.peerroom.gateway.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.peerroom.identity.DurableRecipient;

class RecipientCommandTest {

  @TempDir Path folder;
  private KeyDesk desk;

  @BeforeEach
  void setUp() {
    desk = new KeyDesk(folder);
  }

  @Test
  void recipient_statesTheKeyOfTheFile() throws Exception {
    String key = desk.newKey("alice");
    Instant before = Instant.now().minusSeconds(1);
    DurableRecipient made = DurableRecipient.parse(desk.run("recipient", desk.path("alice.key")));
    assertEquals("alice", made.name());
    assertEquals(key, made.key().hex());
    assertFalse(made.issuedAt().isBefore(before.minusSeconds(1)));
    assertEquals(made, DurableRecipient.parse(desk.run("recipient", desk.path("alice.key"))));
  }

  @Test
  void recipient_opensAProtectedKeyAndWritesAFile() throws Exception {
    String key = desk.newProtectedKey("alice");
    String printed =
        desk.run(
            "recipient",
            desk.path("alice.key"),
            "--passphrase-file",
            desk.path("alice.passphrase"),
            "-o",
            desk.path("alice.recipient"));
    assertEquals("", printed);
    DurableRecipient made = DurableRecipient.load(Path.of(desk.path("alice.recipient"))).get(0);
    assertEquals(key, made.key().hex());
  }
}
