package org.peerroom.gateway.authority;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What runs an authority, and what enrols with one. */
@Command(
    name = "authority",
    description = "Certifies identities over HTTP, and enrols with those that do.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 110,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      AuthorityRunCommand.class,
      TokenCommand.class,
      ListCommand.class,
      RevokeCommand.class,
      EnrolCommand.class,
      RenewCommand.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -jar gateway.jar authority run --key acme.key --data acme --listen 127.0.0.1:7410",
      "  (umask 077; java -jar gateway.jar authority token --data acme --name alice --org Acme > alice.token)",
      "  java -jar gateway.jar authority enrol --authority http://127.0.0.1:7410 --token-file alice.token \\",
      "    --identity alice.key"
    })
public final class AuthorityCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  /** Made by the command line. */
  public AuthorityCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "say what to do: authority "
            + String.join(", ", spec.commandLine().getSubcommands().keySet()));
  }
}
