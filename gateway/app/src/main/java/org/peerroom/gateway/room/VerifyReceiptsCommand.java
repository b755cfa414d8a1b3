package org.peerroom.gateway.room;

import static org.peerroom.gateway.GatewayException.badInput;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.peerroom.SignedReceipt;
import org.peerroom.gateway.ExitCode;
import org.peerroom.gateway.command.TextSource;
import org.peerroom.gateway.key.OutputOptions;
import org.peerroom.identity.ReceiptStatement.Kind;
import org.peerroom.identity.RefusedException;
import org.peerroom.identity.TrustedAuthorities;
import org.peerroom.identity.VerifiedIdentity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Verifies receipts as a third party does: with a trust file, without a network. */
@Command(
    name = "verify",
    description = {
      "Verifies receipts against a trust file: one line each that says who has signed what, or why it does not hold.",
      "Certificates are judged by the time at which the receipt was signed. Revocations are not looked at."
    },
    sortOptions = false,
    usageHelpWidth = 110,
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -jar gateway.jar room receipts verify receipts.jsonl --trust trust.json",
      "  java -jar gateway.jar room receipts verify - --trust trust.json --room orders --secret-file orders.secret",
      "",
      "Exit codes: 0 all are valid, 1 one is not, 2 the arguments or the files can't be used."
    })
final class VerifyReceiptsCommand implements Callable<Integer> {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Parameters(
      paramLabel = "FILE",
      description =
          "Receipts as 'room receipts' exports them, or bare ones, one a line; - for standard input.")
  private String file = "";

  @Option(
      names = "--trust",
      paramLabel = "TRUSTFILE",
      required = true,
      description = "The authorities that you trust; see 'key trust'.")
  private String trust = "";

  @Mixin private RoomOptions room = new RoomOptions();

  @Option(
      names = "--allow-anonymous",
      description = "Receipts of peers for which nobody vouches count too: they prove little.")
  private boolean allowAnonymous;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help message and exit.")
  @SuppressWarnings("UnusedVariable") // For the parser, which answers it itself.
  private boolean help;

  @Override
  public Integer call() {
    TrustedAuthorities trusted = trusted();
    room.room();
    int number = 0;
    int refused = 0;
    int valid = 0;
    try (BufferedReader lines = open()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (line.isBlank()) {
          continue;
        }
        String problem = verify(line.strip(), trusted);
        valid += problem == null ? 1 : 0;
        if (problem != null) {
          refused++;
          OutputOptions.print("line " + number + ": not valid: " + problem + "\n");
        }
      }
    } catch (IOException e) {
      throw badInput("the receipts " + file + " can't be read as text in UTF-8", e);
    }
    if (valid + refused == 0) {
      throw badInput("there is no receipt in " + file);
    }
    return (refused == 0 ? ExitCode.OK : ExitCode.FAILED).code();
  }

  private TrustedAuthorities trusted() {
    TextSource source = new TextSource("the trust file", trust);
    if (source.isStandardInput() && file.equals(TextSource.STANDARD)) {
      throw badInput("standard input can't be both the receipts and the trust file; name a file");
    }
    try {
      return TrustedAuthorities.parse(source.read());
    } catch (org.peerroom.identity.IdentityException | IllegalArgumentException e) {
      throw badInput(source.title() + ": " + e.getMessage(), e);
    }
  }

  private BufferedReader open() throws IOException {
    if (file.equals(TextSource.STANDARD)) {
      return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    }
    Path path = TextSource.path("the receipts", file);
    if (!Files.isRegularFile(path) && !Files.isReadable(path)) {
      throw badInput("the receipts " + file + " do not exist; check the path");
    }
    return Files.newBufferedReader(path);
  }

  /** Prints who signed what; why it is not valid, or null. */
  private @org.jspecify.annotations.Nullable String verify(
      String line, TrustedAuthorities trusted) {
    try {
      SignedReceipt receipt = SignedReceipt.parse(textIn(line));
      Optional<VerifiedIdentity> identity = receipt.verify(trusted, Instant.now(), room.room());
      if (identity.isEmpty() && !allowAnonymous) {
        return "nothing vouches for peer " + receipt.signer().shortHex() + ", which signed it";
      }
      if (!room.isAbout(receipt)) {
        return "it is about another room than '" + room.room() + "', or its secret is another";
      }
      OutputOptions.print(described(receipt, identity) + "\n");
      return null;
    } catch (RefusedException e) {
      return e.refusal().toString();
    }
  }

  private static String textIn(String line) {
    if (!line.startsWith("{")) {
      return line;
    }
    try {
      JsonNode text = JSON.readTree(line).path("jws");
      return text.isTextual() ? text.textValue() : "";
    } catch (JsonProcessingException e) {
      return "";
    }
  }

  private static String described(SignedReceipt receipt, Optional<VerifiedIdentity> identity) {
    String who =
        identity.map(VerifiedIdentity::toString).orElse("somebody unknown")
            + ", peer "
            + receipt.signer().shortHex();
    String what =
        receipt.kind() == Kind.HELD
            ? " held segments " + receipt.statement().first() + " to " + receipt.statement().last()
            : " processed messages "
                + receipt.statement().messages().stream()
                    .map(Object::toString)
                    .collect(Collectors.joining(", "));
    return receipt.at() + " " + who + what + " of " + receipt.author().hex();
  }
}
