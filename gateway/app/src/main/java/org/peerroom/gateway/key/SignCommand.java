package org.peerroom.gateway.key;

import static org.peerroom.gateway.GatewayException.badInput;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.peerroom.gateway.ExitCode;
import org.peerroom.gateway.Lifetime;
import org.peerroom.gateway.command.PassphraseOptions;
import org.peerroom.gateway.command.ScopeOptions;
import org.peerroom.gateway.command.TextSource;
import org.peerroom.identity.Certificate;
import org.peerroom.identity.CertificateRequest;
import org.peerroom.identity.Identity;
import org.peerroom.identity.Purpose;
import org.peerroom.identity.Refusal;
import org.peerroom.identity.RefusedException;
import org.peerroom.identity.Scope;
import org.peerroom.identity.SignatureChain;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Signs what was asked for. */
@Command(
    name = "sign",
    description = {
      "Certifies the key of a request, and prints the certificates: those of the signer and the new one, root first.",
      "That the request comes from whom it names is yours to find out: compare the key that 'key show' prints."
    },
    sortOptions = false,
    usageHelpWidth = 110,
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -jar gateway.jar key sign --key acme.key --org Acme alice.request -o alice.certs",
      "  java -jar gateway.jar key request alice.key | java -jar gateway.jar key sign --key acme.key --valid 30d -",
      "",
      "Exit codes: 0 signed, 2 the arguments or the files can't be used, or the signer may not sign this."
    })
final class SignCommand extends OfflineCommand {

  @Parameters(paramLabel = "REQUESTFILE", description = "The request, or - for standard input.")
  private String request = "";

  @Option(
      names = "--key",
      paramLabel = "AUTHORITYFILE",
      required = true,
      description = "The key file that signs: an authority's, or one with the role certify.")
  private String signer = "";

  @Mixin private PassphraseOptions passphrases = new PassphraseOptions();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "What the holder is called, instead of what the request says.")
  private @Nullable String name;

  @Mixin private ScopeOptions scope = new ScopeOptions();

  @Option(
      names = "--valid",
      paramLabel = "TIME",
      defaultValue = "365d",
      description = "From now on for so long: 365d, 12h (default: ${DEFAULT-VALUE}).")
  private String valid = "365d";

  @Mixin private OutputOptions output = new OutputOptions();

  @Override
  ExitCode run() throws RefusedException {
    Duration life = Lifetime.parse("--valid", valid);
    Scope wanted = scope.scope();
    TextSource source = new TextSource("the request", request);
    passphrases.notBoth(source);
    CertificateRequest asked = Document.read(source).request();
    try (KeyFile key = KeyFile.open(signer, passphrases)) {
      output.write(sign(key.identity(), asked, wanted, life).text());
    }
    return ExitCode.OK;
  }

  private SignatureChain sign(
      Identity signing, CertificateRequest asked, Scope wanted, Duration life)
      throws RefusedException {
    Instant now = Instant.now();
    List<Certificate> chain = new ArrayList<>(signing.certificates());
    try {
      chain.add(
          signing.certify(asked, name == null ? asked.name() : name, wanted, now, now.plus(life)));
    } catch (IllegalArgumentException e) {
      throw badInput(signer + " can't sign this: " + e.getMessage(), e);
    }
    SignatureChain made = SignatureChain.of(chain);
    // What nobody would take is not handed out.
    if (Links.verify(made, now, Purpose.IDENTIFY) instanceof Refusal refusal) {
      throw badInput(signer + " can't sign this: " + refusal);
    }
    return made;
  }
}
