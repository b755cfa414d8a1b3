package org.peerroom.gateway.key;

import static org.peerroom.gateway.GatewayException.badInput;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.peerroom.gateway.ExitCode;
import org.peerroom.gateway.GatewayException;
import org.peerroom.gateway.command.TextSource;
import org.peerroom.identity.Certificate;
import org.peerroom.identity.ChainVerifier;
import org.peerroom.identity.Purpose;
import org.peerroom.identity.Refusal;
import org.peerroom.identity.Refusal.Reason;
import org.peerroom.identity.RefusedException;
import org.peerroom.identity.Revocation;
import org.peerroom.identity.RevocationList;
import org.peerroom.identity.SignatureChain;
import org.peerroom.identity.TrustedAuthorities;
import org.peerroom.identity.Verification;
import org.peerroom.identity.VerifiedIdentity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says who certificates speak for, by a trust file alone. */
@Command(
    name = "verify",
    description = {
      "Verifies certificates against a trust file: one line that says who it is, or which link does not hold and why.",
      "A chain that ends in a person or service verifies for identify and certify; for the rest it ends in a peer."
    },
    sortOptions = false,
    usageHelpWidth = 110,
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -jar gateway.jar key verify --trust trust.json alice.certs",
      "  java -jar gateway.jar key verify --trust trust.json --at 2027-01-01 --revocations alice.revoked alice.certs",
      "",
      "Exit codes: 0 it verifies, 1 it does not, 2 the arguments or the files can't be used."
    })
final class VerifyCommand extends OfflineCommand {

  /**
   * A statement that can't be about a chain that verifies here and now: no danger in passing over
   * it.
   */
  private static final Set<Reason> WITHOUT_EFFECT =
      Set.of(
          Reason.UNKNOWN_AUTHORITY, Reason.AUTHORITY_EXPIRED, Reason.EXPIRED, Reason.NOT_YET_VALID);

  @Parameters(
      paramLabel = "CHAINFILE",
      description =
          "Certificates, root first, or the key file that holds them, or - for standard input.")
  private String chain = "";

  @Option(
      names = "--trust",
      paramLabel = "TRUSTFILE",
      required = true,
      description = "The authorities that you trust; see 'key trust'.")
  private String trust = "";

  @Option(
      names = "--for",
      paramLabel = "PURPOSE",
      defaultValue = "identify",
      description = "identify, publish, subscribe, relay or certify (default: ${DEFAULT-VALUE}).")
  private String purpose = "identify";

  @Option(names = "--room", paramLabel = "ROOM", description = "The room that it is for.")
  private @Nullable String room;

  @Option(
      names = "--at",
      paramLabel = "INSTANT",
      description = "At this time instead of now: 2027-12-31T18:30:00Z, or 2027-12-31.")
  private @Nullable String at;

  @Option(
      names = "--revocations",
      paramLabel = "FILE",
      description = "Revocations to heed. May be given several times.")
  private List<String> revocations = new ArrayList<>();

  @Mixin private JsonOption json = new JsonOption();

  @Override
  ExitCode run() {
    Purpose wanted = purpose();
    Instant when = at == null ? Instant.now() : Moment.parse("--at", at);
    requireOneStandardInput();
    TrustedAuthorities trusted = Document.read(new TextSource("the trust file", trust)).trust();
    ChainVerifier verifier = ChainVerifier.create();
    RevocationList revoked = revoked(trusted, verifier, when);
    TextSource source = new TextSource("the chain", chain);
    try {
      SignatureChain read = read(source);
      Verification found = verifier.verify(read, trusted, revoked, when, wanted, room);
      return found instanceof VerifiedIdentity identity
          ? verified(identity, read.last())
          : refused(source, (Refusal) found);
    } catch (RefusedException e) {
      return refused(source, e.refusal());
    }
  }

  private static SignatureChain read(TextSource source) throws RefusedException {
    String text = source.read();
    if (!text.startsWith("{")) {
      return SignatureChain.parse(text);
    }
    List<Certificate> certificates =
        new Document(source, Kind.of(source, text), text).keyFile().certificates();
    if (certificates.isEmpty()) {
      throw badInput(source.title() + " has no certificates yet; see 'key import'");
    }
    return SignatureChain.of(certificates);
  }

  private ExitCode verified(VerifiedIdentity identity, Certificate last) {
    ObjectNode said = Description.of(identity, last);
    json.print(said, () -> Description.line(identity, last));
    return ExitCode.OK;
  }

  private ExitCode refused(TextSource source, Refusal refusal) {
    if (json.chosen()) {
      json.print(Description.of(refusal), () -> "");
      return ExitCode.FAILED;
    }
    throw new GatewayException(
        ExitCode.FAILED, source.title() + " does not verify: " + refusal, null);
  }

  private Purpose purpose() {
    for (Purpose known : Purpose.values()) {
      if (known.name().toLowerCase(Locale.ROOT).equals(purpose)) {
        return known;
      }
    }
    throw badInput(
        "--for takes identify, publish, subscribe, relay or certify, not '" + purpose + "'");
  }

  private void requireOneStandardInput() {
    List<String> named = new ArrayList<>(revocations);
    named.add(trust);
    named.add(chain);
    if (Collections.frequency(named, TextSource.STANDARD) > 1) {
      throw badInput("only one of the files can be standard input; name the others");
    }
  }

  private RevocationList revoked(TrustedAuthorities trusted, ChainVerifier verifier, Instant when) {
    RevocationList revoked = RevocationList.create();
    for (String name : revocations) {
      TextSource source = new TextSource("the revocation", name);
      for (Revocation revocation : Document.read(source).revocations()) {
        add(revocation, source, revoked, trusted, verifier, when);
      }
    }
    return revoked;
  }

  private static void add(
      Revocation revocation,
      TextSource source,
      RevocationList revoked,
      TrustedAuthorities trusted,
      ChainVerifier verifier,
      Instant when) {
    try {
      if (revoked.add(revocation, trusted, when, verifier) == RevocationList.Added.FULL) {
        throw badInput(source.title() + " is one too many; no more can be heeded at once");
      }
    } catch (RefusedException e) {
      if (!WITHOUT_EFFECT.contains(e.refusal().reason())) {
        throw badInput(source.title() + ": " + e.refusal(), e);
      }
      System.err.println(
          "gateway: " + source.title() + " is passed over, it does not count here: " + e.refusal());
    }
  }
}
