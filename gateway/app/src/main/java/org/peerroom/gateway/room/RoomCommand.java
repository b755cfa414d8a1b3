package org.peerroom.gateway.room;

import java.util.concurrent.Callable;
import org.peerroom.gateway.GatewayException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Groups the commands for rooms; does nothing by itself. */
@Command(
    name = "room",
    description = "Rooms: what others have signed about messages that were published.",
    sortOptions = false,
    usageHelpWidth = 110,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ReceiptsCommand.class},
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -jar gateway.jar room receipts --data data --identity desk.key -o receipts.jsonl",
      "  java -jar gateway.jar room receipts verify receipts.jsonl --trust trust.json --room orders"
    })
public final class RoomCommand implements Callable<Integer> {

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help message and exit.")
  @SuppressWarnings("UnusedVariable") // For the parser, which answers it itself.
  private boolean help;

  @Override
  public Integer call() {
    throw GatewayException.badInput("room takes receipts; see java -jar gateway.jar room --help");
  }
}
