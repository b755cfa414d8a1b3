package org.peerroom.gateway.room;

import static org.peerroom.gateway.GatewayException.badInput;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.peerroom.MessageId;
import org.peerroom.Peer;
import org.peerroom.PeerBuilder;
import org.peerroom.SignedReceipt;
import org.peerroom.StorageException;
import org.peerroom.gateway.ExitCode;
import org.peerroom.gateway.command.PassphraseOptions;
import org.peerroom.gateway.command.TextSource;
import org.peerroom.gateway.key.KeyFile;
import org.peerroom.gateway.key.OutputOptions;
import org.peerroom.identity.Certificate;
import org.peerroom.identity.ReceiptStatement.Kind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Exports the receipts of a data folder, while a gateway uses it or not. */
@Command(
    name = "receipts",
    description = {
      "Exports what others have signed about the messages that a gateway published: one line of JSON each.",
      "Works while the gateway runs. Receipts are kept until an hour after their messages have expired."
    },
    sortOptions = false,
    usageHelpWidth = 110,
    synopsisSubcommandLabel = "[verify]",
    subcommands = {VerifyReceiptsCommand.class},
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -jar gateway.jar room receipts --data data --identity desk.key -o receipts.jsonl",
      "  java -jar gateway.jar room receipts --data data --room orders --message AUTHOR/5/0",
      "  java -jar gateway.jar room receipts verify receipts.jsonl --trust trust.json",
      "",
      "Exit codes: 0 done, 1 standard output can't be written, 2 the arguments or the folder can't be used."
    })
final class ReceiptsCommand implements Callable<Integer> {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description = "The data folder of the gateway. Required.")
  private @Nullable String data;

  @Option(
      names = "--identity",
      paramLabel = "KEYFILE",
      description = "The key file that the gateway runs under; without it, one that runs without.")
  private @Nullable String identity;

  @Mixin private RoomOptions room = new RoomOptions();

  @Option(
      names = "--message",
      paramLabel = "ID",
      description = "Only receipts of this message: AUTHOR/SEQUENCE/INDEX.")
  private @Nullable String message;

  @Mixin private PassphraseOptions passphrase = new PassphraseOptions();

  @Mixin private OutputOptions output = new OutputOptions();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help message and exit.")
  @SuppressWarnings("UnusedVariable") // For the parser, which answers it itself.
  private boolean help;

  @Override
  public Integer call() {
    if (data == null) {
      throw badInput("receipts are read from a data folder: name it with --data FOLDER");
    }
    Path folder = TextSource.path("--data", data);
    if (!Files.isDirectory(folder)) {
      throw badInput("the data folder " + data + " does not exist; check --data");
    }
    MessageId wanted = message();
    room.room();
    List<SignedReceipt> receipts = new ArrayList<>(read(folder));
    receipts.removeIf(receipt -> wanted != null && !receipt.covers(wanted));
    receipts.removeIf(receipt -> !room.isAbout(receipt));
    receipts.sort(
        Comparator.comparing(SignedReceipt::at).thenComparing(one -> one.statement().first()));
    StringBuilder lines = new StringBuilder();
    receipts.forEach(receipt -> lines.append(line(receipt)).append('\n'));
    output.write(lines.toString());
    return ExitCode.OK.code();
  }

  private @Nullable MessageId message() {
    try {
      return message == null ? null : MessageId.parse(message);
    } catch (IllegalArgumentException e) {
      throw badInput("--message: " + e.getMessage(), e);
    }
  }

  private List<SignedReceipt> read(Path folder) {
    PeerBuilder builder = Peer.builder().data(folder);
    try {
      if (identity == null) {
        return builder.keptReceipts().collectList().blockOptional().orElse(List.of());
      }
      try (KeyFile file = KeyFile.open(identity, passphrase)) {
        return builder
            .identity(file.identity())
            .keptReceipts()
            .collectList()
            .blockOptional()
            .orElse(List.of());
      }
    } catch (StorageException e) {
      throw badInput(String.valueOf(e.getMessage()), e);
    }
  }

  private static String line(SignedReceipt receipt) {
    ObjectNode json = JSON.createObjectNode();
    json.put("kind", receipt.kind().name().toLowerCase(Locale.ROOT));
    json.put("author", receipt.author().hex());
    json.put("first", receipt.statement().first());
    json.put("last", receipt.statement().last());
    if (receipt.kind() == Kind.PROCESSED) {
      ArrayNode messages = json.putArray("messages");
      receipt
          .statement()
          .messages()
          .forEach(place -> messages.add(receipt.author().hex() + "/" + place));
    }
    json.put("signer", receipt.signer().hex());
    receipt.chain().ifPresent(chain -> json.put("identity", name(chain.certificates())));
    json.put("time", receipt.at().toString());
    json.put("jws", receipt.compact());
    return json.toString();
  }

  /** What the last certificate but that of the peer says; not verified here. */
  private static String name(List<Certificate> certificates) {
    return certificates.get(Math.max(0, certificates.size() - 2)).subject();
  }
}
