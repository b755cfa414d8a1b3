package org.peerroom.gateway.authority;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.peerroom.gateway.ExitCode;
import org.peerroom.gateway.GatewayException;
import org.peerroom.gateway.command.PassphraseOptions;
import org.peerroom.gateway.key.KeyFile;
import org.peerroom.gateway.key.PublicKeys;
import org.peerroom.identity.ChainVerifier;
import org.peerroom.identity.Identity;
import org.peerroom.identity.Revocation;
import org.peerroom.identity.RevocationList;
import org.peerroom.identity.VerificationKey;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Takes back what was issued. */
@Command(
    name = "revoke",
    description = {
      "Takes certificates back before they end, and prints the file of each revocation and its text.",
      "A service that runs on the same folder serves it, and renews no more, from that moment."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 110,
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -jar gateway.jar authority revoke --data acme --key acme.key --name alice --reason 'key lost'"
    })
final class RevokeCommand implements Callable<Integer> {

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "The folder of the authority.")
  private Path data = Path.of("");

  @Option(
      names = "--key",
      paramLabel = "FILE",
      required = true,
      description = "The key file of the authority.")
  private String key = "";

  @Mixin private PassphraseOptions passphrases = new PassphraseOptions();

  @ArgGroup(multiplicity = "1")
  private What what = new What();

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "Why, for people; everyone who gets the revocation can read it.")
  private @Nullable String reason;

  RevokeCommand() {}

  private static final class What {
    @Option(names = "--id", paramLabel = "ID", description = "This one certificate.")
    private @Nullable String id;

    @Option(
        names = "--name",
        paramLabel = "NAME",
        description = "Every certificate of every key that has one of this name.")
    private @Nullable String name;

    @Option(
        names = "--subject",
        paramLabel = "KEY",
        description =
            "Every certificate of this key: 64 hex digits, or a file: these digits, a request, a key file.")
    private @Nullable String subject;
  }

  @Override
  public Integer call() throws IOException {
    AuthorityFolder folder = AuthorityFolder.existing(data);
    VerificationKey subject =
        what.subject == null ? null : PublicKeys.read("--subject", what.subject);
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    Map<Revocation.Target, Instant> targets = new LinkedHashMap<>();
    try (IssuedList list = IssuedList.open(folder.issued(), now)) {
      for (Issued issued : list.live(now)) {
        if (isMeant(issued, subject)) {
          targets.merge(target(issued), until(issued, now), (a, b) -> a.isAfter(b) ? a : b);
        }
      }
    }
    if (targets.isEmpty()) {
      throw GatewayException.badInput(
          "no certificate that is still valid is meant; see authority list --data " + data);
    }
    try (KeyFile opened = KeyFile.open(key, passphrases)) {
      Identity authority = opened.identity();
      requireRoom(folder, authority, targets.size(), now);
      Revocations revocations = new Revocations(folder, Issuer.itself(authority));
      for (Map.Entry<Revocation.Target, Instant> target : targets.entrySet()) {
        Revocation revocation = authority.revoke(target.getKey(), now, target.getValue(), reason);
        System.out.println(revocations.add(revocation));
        System.out.println(revocation.text());
      }
    } catch (IllegalArgumentException e) {
      throw GatewayException.badInput("this can't be revoked: " + e.getMessage(), e);
    }
    return ExitCode.OK.code();
  }

  private boolean isMeant(Issued issued, @Nullable VerificationKey subject) {
    return issued.id().equals(what.id)
        || issued.name().equals(what.name)
        || issued.key().equals(subject);
  }

  private Revocation.Target target(Issued issued) {
    return what.id == null
        ? new Revocation.Target.Key(issued.key())
        : new Revocation.Target.CertificateId(issued.id());
  }

  /**
   * A revocation that ends before what it revokes would revive it, and the service may renew a key
   * in the very moment in which it is revoked.
   */
  private static Instant until(Issued issued, Instant now) {
    Duration life = Duration.between(issued.issuedAt(), issued.expiresAt());
    Instant latest = now.plus(life);
    return (latest.isAfter(issued.expiresAt()) ? latest : issued.expiresAt())
        .plus(ChainVerifier.MAX_SKEW.multipliedBy(2));
  }

  /** Who receives them keeps a bounded number, and would not take more. */
  private static void requireRoom(AuthorityFolder folder, Identity authority, int more, Instant now)
      throws IOException {
    int most =
        authority.certificates().isEmpty()
            ? RevocationList.MAX_PER_AUTHORITY
            : RevocationList.MAX_PER_IDENTITY;
    List<Revocation> present = new Revocations(folder, Issuer.itself(authority)).all(now);
    if (present.size() + more > most) {
      throw GatewayException.badInput(
          "with "
              + more
              + " more there would be over "
              + most
              + " revocations, which peers don't keep; wait until some expire");
    }
  }
}
