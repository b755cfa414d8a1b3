package org.peerroom.gateway.key;

import static org.peerroom.gateway.GatewayException.badInput;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.peerroom.gateway.ExitCode;
import org.peerroom.gateway.Lifetime;
import org.peerroom.gateway.command.PassphraseOptions;
import org.peerroom.identity.Identity;
import org.peerroom.identity.Revocation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Takes a certificate back. */
@Command(
    name = "revoke",
    description = {
      "Takes back what a key has certified: one certificate, or all that it made for one key.",
      "Prints a signed revocation; it works where it is known, until it expires. Nothing in it is secret."
    },
    sortOptions = false,
    usageHelpWidth = 110,
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -jar gateway.jar key revoke --key acme.key --subject alice.request --reason left -o alice.revoked",
      "  java -jar gateway.jar key verify --trust trust.json --revocations alice.revoked alice.certs",
      "",
      "Exit codes: 0 made, 2 the arguments or the file can't be used."
    })
final class RevokeCommand extends OfflineCommand {

  @Option(
      names = "--key",
      paramLabel = "FILE",
      required = true,
      description = "The key file that signed what is taken back.")
  private String signer = "";

  @Mixin private PassphraseOptions passphrases = new PassphraseOptions();

  @Option(
      names = "--id",
      paramLabel = "JTI",
      description = "The certificate with this id, as 'key show' prints it.")
  private @Nullable String id;

  @Option(
      names = "--subject",
      paramLabel = "KEY",
      description =
          "Every certificate for this key: 64 hex digits, or a file: these digits, a request, a key file.")
  private @Nullable String subject;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why; everyone can read it.")
  private @Nullable String reason;

  @Option(
      names = "--valid",
      paramLabel = "TIME",
      defaultValue = "365d",
      description = {
        "For so long: 365d, 12h (default: ${DEFAULT-VALUE}). Let it outlive the certificate that it takes back."
      })
  private String valid = "365d";

  @Mixin private OutputOptions output = new OutputOptions();

  @Override
  ExitCode run() {
    Duration life = Lifetime.parse("--valid", valid);
    Revocation.Target target = target();
    try (KeyFile key = KeyFile.open(signer, passphrases)) {
      output.write(revoke(key.identity(), target, life).text());
    }
    return ExitCode.OK;
  }

  private Revocation revoke(Identity signing, Revocation.Target target, Duration life) {
    Instant now = Instant.now();
    try {
      return signing.revoke(target, now, now.plus(life), reason);
    } catch (IllegalArgumentException e) {
      throw badInput(signer + " can't sign this: " + e.getMessage(), e);
    }
  }

  private Revocation.Target target() {
    if ((id == null) == (subject == null)) {
      throw badInput("give one of --id JTI and --subject KEY to say what is taken back");
    }
    if (subject != null) {
      return new Revocation.Target.Key(PublicKeys.read("--subject", subject));
    }
    try {
      return new Revocation.Target.CertificateId(String.valueOf(id));
    } catch (IllegalArgumentException e) {
      throw badInput("--id: " + e.getMessage(), e);
    }
  }
}
