package org.peerroom.gateway.key;

import java.time.Instant;
import org.peerroom.gateway.ExitCode;
import org.peerroom.gateway.command.PassphraseOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Asks for a certificate. */
@Command(
    name = "request",
    description = {
      "Makes a certificate request: the name and the public key of a key file, signed by its private key.",
      "Send it to whoever is to certify you; nothing in it is secret."
    },
    sortOptions = false,
    usageHelpWidth = 110,
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -jar gateway.jar key request alice.key -o alice.request",
      "",
      "Exit codes: 0 made, 2 the arguments or the file can't be used."
    })
final class RequestCommand extends OfflineCommand {

  @Parameters(paramLabel = "FILE", description = "The key file.")
  private String file = "";

  @Mixin private PassphraseOptions passphrases = new PassphraseOptions();

  @Mixin private OutputOptions output = new OutputOptions();

  @Override
  ExitCode run() {
    try (KeyFile key = KeyFile.open(file, passphrases)) {
      output.write(key.identity().request(Instant.now()).text());
    }
    return ExitCode.OK;
  }
}
