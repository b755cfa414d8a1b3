package org.peerroom.gateway.key;

import org.peerroom.gateway.ExitCode;
import org.peerroom.gateway.GatewayException;
import picocli.CommandLine.Command;

/** Groups the commands for keys, certificates, trust and revocation; does nothing by itself. */
@Command(
    name = "key",
    description = {
      "Keys, certificates, trust and revocation: with files and pipes, without a network.",
      "- is standard input or standard output. No secret is ever an argument or printed."
    },
    sortOptions = false,
    usageHelpWidth = 110,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      NewCommand.class,
      RequestCommand.class,
      SignCommand.class,
      ImportCommand.class,
      TrustCommand.class,
      ShowCommand.class,
      VerifyCommand.class,
      RevokeCommand.class,
      RecipientCommand.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -jar gateway.jar key new acme.key --name Acme",
      "  java -jar gateway.jar key new alice.key --name alice",
      "  java -jar gateway.jar key request alice.key -o alice.request",
      "  java -jar gateway.jar key sign --key acme.key --org Acme alice.request -o alice.certs",
      "  java -jar gateway.jar key import alice.key alice.certs",
      "  java -jar gateway.jar key trust trust.json --add Acme=acme.key",
      "  java -jar gateway.jar key verify --trust trust.json alice.certs",
      "",
      "Exit codes:",
      "  0  done; what was to be verified verifies",
      "  1  it does not verify, or standard output can't be written",
      "  2  the arguments or the files can't be used"
    })
public final class KeyCommand extends OfflineCommand {

  @Override
  ExitCode run() {
    throw GatewayException.badInput(
        "key takes one of new, request, sign, import, trust, show, verify, revoke, recipient;"
            + " see java -jar gateway.jar key --help");
  }
}
