package org.peerroom.gateway.authority;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import org.peerroom.gateway.ExitCode;
import org.peerroom.identity.RefusedException;
import org.peerroom.identity.Revocation;
import org.peerroom.identity.VerificationKey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows what was issued. */
@Command(
    name = "list",
    description = "Shows the certificates that were issued, oldest first.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 110,
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -jar gateway.jar authority list --data acme",
      "  java -jar gateway.jar authority list --data acme --json | jq -r .certificate"
    })
final class ListCommand implements Callable<Integer> {

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "The folder of the authority.")
  private Path data = Path.of("");

  @Option(names = "--json", description = "One JSON object a line, with the certificate itself.")
  private boolean json;

  ListCommand() {}

  @Override
  public Integer call() throws IOException {
    AuthorityFolder folder = AuthorityFolder.existing(data);
    if (!Files.exists(folder.issued())) {
      return ExitCode.OK.code();
    }
    Instant now = Instant.now();
    Revoked revoked = Revoked.read(folder, now);
    PrintStream out = System.out;
    IssuedList.scan(
        folder.issued(),
        issued ->
            out.println(
                json
                    ? new String(issued.toLine(), StandardCharsets.UTF_8).strip()
                    : line(issued, revoked, now)));
    return ExitCode.OK.code();
  }

  private static String line(Issued issued, Revoked revoked, Instant now) {
    String state =
        !issued.expiresAt().isAfter(now) ? "expired" : revoked.covers(issued) ? "revoked" : "valid";
    return String.join(
        "  ",
        "%-7s".formatted(state),
        issued.issuedAt().toString(),
        issued.expiresAt().toString(),
        issued.id(),
        issued.key().hex(),
        "%-7s".formatted(issued.origin()),
        issued.name());
  }

  /** What the statements in the folder name; their signatures are what the service checks. */
  private record Revoked(Set<String> ids, Set<VerificationKey> keys) {

    static Revoked read(AuthorityFolder folder, Instant now) throws IOException {
      Revoked revoked = new Revoked(new HashSet<>(), new HashSet<>());
      try (var files = Files.newDirectoryStream(folder.revocations(), "*.txt")) {
        for (Path file : files) {
          revoked.add(Revocation.parse(Files.readString(file)), now);
        }
      } catch (RefusedException e) {
        throw new IOException(
            "a file in " + folder.revocations() + " is damaged: " + e.getMessage());
      }
      return revoked;
    }

    private void add(Revocation revocation, Instant now) {
      if (!revocation.expiresAt().isAfter(now)) {
        return;
      }
      if (revocation.target() instanceof Revocation.Target.CertificateId id) {
        ids.add(id.jti());
      } else if (revocation.target() instanceof Revocation.Target.Key key) {
        keys.add(key.key());
      }
    }

    boolean covers(Issued issued) {
      return ids.contains(issued.id()) || keys.contains(issued.key());
    }
  }
}
