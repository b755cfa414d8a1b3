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
import org.peerroom.identity.ChainVerifier;
import org.peerroom.identity.Identity;
import org.peerroom.identity.Revocation;
import org.peerroom.identity.RevocationList;
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

  @Mixin private KeyOptions key = new KeyOptions();

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
        description = "Every certificate of this key, 64 hexadecimal digits.")
    private @Nullable String subject;
  }

  @Override
  public Integer call() throws IOException {
    AuthorityFolder folder = AuthorityFolder.existing(data);
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    Map<Revocation.Target, Instant> targets = new LinkedHashMap<>();
    try (IssuedList list = IssuedList.open(folder.issued(), now)) {
      for (Issued issued : list.live(now)) {
        if (isMeant(issued)) {
          targets.merge(target(issued), until(issued, now), (a, b) -> a.isAfter(b) ? a : b);
        }
      }
    }
    if (targets.isEmpty()) {
      throw GatewayException.badInput(
          "no certificate that is still valid is meant; see authority list --data " + data);
    }
    Identity authority = key.load();
    try {
      requireRoom(folder, authority, targets.size(), now);
      Revocations revocations = new Revocations(folder, Issuer.itself(authority));
      for (Map.Entry<Revocation.Target, Instant> target : targets.entrySet()) {
        Revocation revocation = authority.revoke(target.getKey(), now, target.getValue(), reason);
        System.out.println(revocations.add(revocation));
        System.out.println(revocation.text());
      }
    } catch (IllegalArgumentException e) {
      throw GatewayException.badInput("this can't be revoked: " + e.getMessage(), e);
    } finally {
      authority.destroy();
    }
    return ExitCode.OK.code();
  }

  private boolean isMeant(Issued issued) {
    return issued.id().equals(what.id)
        || issued.name().equals(what.name)
        || issued.key().hex().equals(what.subject);
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
