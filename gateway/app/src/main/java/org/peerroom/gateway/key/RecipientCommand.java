package org.peerroom.gateway.key;

import java.time.Instant;
import org.peerroom.gateway.ExitCode;
import org.peerroom.gateway.command.PassphraseOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Says where an identity is to be sealed to while it is away. */
@Command(
    name = "recipient",
    description = {
      "States the key that a key file can be sealed to while its holder is away, signed by its private key.",
      "Put the lines of all whom a room is to keep its messages for into the file of the room's option durable.",
      "Nothing in them is secret."
    },
    sortOptions = false,
    usageHelpWidth = 110,
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -jar gateway.jar key recipient alice.key -o alice.recipient",
      "  cat alice.recipient bob.recipient > away.txt",
      "",
      "Exit codes: 0 made, 2 the arguments or the file can't be used."
    })
final class RecipientCommand extends OfflineCommand {

  @Parameters(paramLabel = "FILE", description = "The key file.")
  private String file = "";

  @Mixin private PassphraseOptions passphrases = new PassphraseOptions();

  @Mixin private OutputOptions output = new OutputOptions();

  @Override
  ExitCode run() {
    try (KeyFile key = KeyFile.open(file, passphrases)) {
      output.write(key.identity().recipient(Instant.now()).text());
    }
    return ExitCode.OK;
  }
}
