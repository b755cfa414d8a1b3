package org.peerroom.gateway.room;

import static org.peerroom.gateway.GatewayException.badInput;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.peerroom.RoomSecret;
import org.peerroom.SignedReceipt;
import org.peerroom.gateway.command.Secret;
import picocli.CommandLine.Option;

/** Which room receipts are to be about. */
final class RoomOptions {

  private static final String VARIABLE = "PEERROOM_ROOM_SECRET";

  @Option(
      names = "--room",
      paramLabel = "NAME",
      description = "Only receipts about the room of this name count.")
  private @Nullable String room;

  @Option(
      names = "--secret-file",
      paramLabel = "FILE",
      description = {
        "The secret of the room: the one line of a file that only you can read, or - for standard input.",
        "Without it: PEERROOM_ROOM_SECRET from the environment, else the room has none."
      })
  private @Nullable String secretFile;

  private final Map<String, Boolean> topics = new HashMap<>();

  private @Nullable RoomSecret secret;
  private boolean read;

  /** The name of the room; null for any. */
  @Nullable String room() {
    if (room == null && secretFile != null) {
      throw badInput("--secret-file is the secret of a room; name it with --room");
    }
    return room;
  }

  /** Whether a receipt is about the room; true if none was named. */
  boolean isAbout(SignedReceipt receipt) {
    String name = room();
    if (name == null) {
      return true;
    }
    // With a secret it takes long, and most receipts are about the same room.
    return topics.computeIfAbsent(
        receipt.statement().topic(), topic -> receipt.isOfRoom(name, secret()));
  }

  private @Nullable RoomSecret secret() {
    if (!read) {
      read = true;
      try (Secret given = Secret.given("room secret", "--secret-file", secretFile, VARIABLE)) {
        char[] chars = given == null ? null : given.chars();
        secret = chars == null ? null : RoomSecret.of(chars);
      } catch (IllegalArgumentException e) {
        throw badInput("the room secret: " + e.getMessage(), e);
      }
    }
    return secret;
  }
}
