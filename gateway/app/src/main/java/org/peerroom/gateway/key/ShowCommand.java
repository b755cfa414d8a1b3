package org.peerroom.gateway.key;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.peerroom.gateway.ExitCode;
import org.peerroom.gateway.command.TextSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Says what a file is. */
@Command(
    name = "show",
    description = {
      "Says what a file is: a key file, certificates, a request, a revocation, a recipient,",
      "a trust file or a public key.",
      "Needs no passphrase and shows no secret. Whom to trust is not asked: that does 'key verify'."
    },
    sortOptions = false,
    usageHelpWidth = 110,
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -jar gateway.jar key show alice.request",
      "  java -jar gateway.jar key show --json alice.key",
      "",
      "Exit codes: 0 shown, 2 the file can't be read or is nothing of that."
    })
final class ShowCommand extends OfflineCommand {

  @Parameters(paramLabel = "FILE", description = "The file, or - for standard input.")
  private String file = "";

  @Mixin private JsonOption json = new JsonOption();

  @Override
  ExitCode run() {
    Document document = Document.read(new TextSource("the file", file));
    ObjectNode said = describe(document, Instant.now());
    json.print(
        said,
        () -> {
          ObjectNode facts = said.deepCopy();
          return Block.of(facts.remove("what").asText(), file, facts);
        });
    return ExitCode.OK;
  }

  private static ObjectNode describe(Document document, Instant at) {
    return switch (document.kind()) {
      case KEY_FILE -> Description.of(document.keyFile(), at);
      case CERTIFICATES -> Description.of(document.certificates(), at);
      case REQUEST -> Description.of(document.request());
      case REVOCATIONS -> Description.of(document.revocations(), at);
      case RECIPIENTS -> Description.ofRecipients(document.recipients());
      case TRUST -> Description.of(document.trust(), at);
      case PUBLIC_KEY -> Description.what("public key").put("key", document.publicKey().hex());
    };
  }
}
