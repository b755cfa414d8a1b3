package org.peerroom.gateway.key;

import static org.peerroom.gateway.GatewayException.badInput;

import org.peerroom.gateway.ExitCode;
import org.peerroom.gateway.command.PassphraseOptions;
import org.peerroom.identity.Identity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a key. */
@Command(
    name = "new",
    description = {
      "Makes a key for a person, a service or an authority, in a file that only you can read, and prints the public key.",
      "A file that exists is never overwritten."
    },
    sortOptions = false,
    usageHelpWidth = 110,
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -jar gateway.jar key new alice.key --name alice",
      "  java -jar gateway.jar key new acme.key --name Acme --passphrase-file acme.passphrase",
      "",
      "Exit codes: 0 made, 2 the arguments can't be used, or the file exists or can't be written."
    })
final class NewCommand extends OfflineCommand {

  @Parameters(paramLabel = "FILE", description = "The key file to make.")
  private String file = "";

  @Option(
      names = "--name",
      paramLabel = "NAME",
      required = true,
      description = "Who it is for, as others are to see it.")
  private String name = "";

  @Mixin private PassphraseOptions passphrases = new PassphraseOptions();

  @Option(
      names = "--no-passphrase",
      description = "No passphrase: whoever can read the file can speak in this name.")
  private boolean none;

  @Override
  ExitCode run() {
    try (KeyFile made = KeyFile.create(file, generate(), passphrases, none)) {
      OutputOptions.print(made.identity().key() + "\n");
    }
    return ExitCode.OK;
  }

  private Identity generate() {
    try {
      return Identity.generate(name);
    } catch (IllegalArgumentException e) {
      throw badInput("--name: " + e.getMessage(), e);
    }
  }
}
