package org.peerroom.gateway.key;

import static org.peerroom.gateway.GatewayException.badInput;

import java.time.Instant;
import org.peerroom.gateway.ExitCode;
import org.peerroom.gateway.command.PassphraseOptions;
import org.peerroom.gateway.command.TextSource;
import org.peerroom.identity.Identity;
import org.peerroom.identity.Purpose;
import org.peerroom.identity.Refusal;
import org.peerroom.identity.SignatureChain;
import org.peerroom.identity.VerificationKey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Takes the certificates that were signed. */
@Command(
    name = "import",
    description = {
      "Puts certificates into a key file, in place of those in it, after checking that they are for its key and hold.",
      "Prints who vouches: compare that key with the one your authority told you."
    },
    sortOptions = false,
    usageHelpWidth = 110,
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -jar gateway.jar key import alice.key alice.certs",
      "",
      "Exit codes: 0 taken, 2 the arguments or the files can't be used, or the certificates are not for this key."
    })
final class ImportCommand extends OfflineCommand {

  @Parameters(index = "0", paramLabel = "FILE", description = "The key file.")
  private String file = "";

  @Parameters(
      index = "1",
      paramLabel = "CERTSFILE",
      description = "The certificates, root first, or - for standard input.")
  private String certificates = "";

  @Mixin private PassphraseOptions passphrases = new PassphraseOptions();

  @Override
  ExitCode run() {
    TextSource source = new TextSource("the certificates", certificates);
    passphrases.notBoth(source);
    SignatureChain chain = Document.read(source).certificates();
    VerificationKey key = Document.read(new TextSource("the key file", file)).keyFile().key();
    if (!chain.subjectKey().equals(key)) {
      throw badInput(
          source.title()
              + " vouch for the key "
              + chain.subjectKey().shortHex()
              + "…, not for "
              + key.shortHex()
              + "… of "
              + file);
    }
    if (Links.verify(chain, Instant.now(), Purpose.IDENTIFY) instanceof Refusal refusal) {
      throw badInput(source.title() + " do not hold: " + refusal);
    }
    try (KeyFile opened = KeyFile.open(file, passphrases)) {
      opened.replace(with(opened.identity(), source, chain));
    }
    OutputOptions.print(
        chain.last().subject()
            + ", vouched for by "
            + chain.certificates().get(0).issuer()
            + ", until "
            + chain.last().expiresAt()
            + "\n");
    return ExitCode.OK;
  }

  private static Identity with(Identity identity, TextSource source, SignatureChain chain) {
    try {
      return identity.withCertificates(chain.certificates());
    } catch (IllegalArgumentException e) {
      throw badInput(source.title() + " can't be taken: " + e.getMessage(), e);
    }
  }
}
