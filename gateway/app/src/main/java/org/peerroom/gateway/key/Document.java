package org.peerroom.gateway.key;

import static org.peerroom.gateway.GatewayException.badInput;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.peerroom.gateway.command.TextSource;
import org.peerroom.identity.CertificateRequest;
import org.peerroom.identity.DurableRecipient;
import org.peerroom.identity.RefusedException;
import org.peerroom.identity.Revocation;
import org.peerroom.identity.SignatureChain;
import org.peerroom.identity.TrustedAuthorities;
import org.peerroom.identity.VerificationKey;

/**
 * A text that was read, and which kind it is. Each method parses it as one kind and fails with one
 * line if it is another, or not whole. Nothing more is verified than a method says.
 *
 * @param text without white space around it
 */
record Document(TextSource source, Kind kind, String text) {

  /** Reads what a person named. */
  static Document read(TextSource source) {
    String text = source.read();
    return new Document(source, Kind.of(source, text), text);
  }

  /** What everyone may see of a key file; not proved. */
  KeySummary keyFile() {
    require(Kind.KEY_FILE);
    try {
      return KeySummary.of(Kind.json(source, text));
    } catch (RefusedException e) {
      throw refused(e);
    } catch (IllegalArgumentException e) {
      throw badInput(source.title() + " is damaged: " + e.getMessage(), e);
    }
  }

  /** Certificates, root first; their signatures are not verified. */
  SignatureChain certificates() {
    require(Kind.CERTIFICATES);
    try {
      return SignatureChain.parse(text);
    } catch (RefusedException e) {
      throw refused(e);
    }
  }

  /** A request whose own signature holds. */
  CertificateRequest request() {
    require(Kind.REQUEST);
    try {
      return CertificateRequest.parse(text);
    } catch (RefusedException e) {
      throw refused(e);
    }
  }

  /** One or more revocations, one after the other; whether they count is not verified. */
  List<Revocation> revocations() {
    require(Kind.REVOCATIONS);
    List<Revocation> revocations = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    try {
      for (String line : text.lines().toList()) {
        lines.add(line);
        if (Kind.ofStatement(line) == Kind.REVOCATIONS) {
          revocations.add(Revocation.parse(String.join("\n", lines)));
          lines.clear();
        }
      }
      if (!lines.isEmpty()) {
        revocations.add(Revocation.parse(String.join("\n", lines)));
      }
    } catch (RefusedException e) {
      throw refused(e);
    }
    return revocations;
  }

  /** One or more recipients whose own signatures hold. */
  List<DurableRecipient> recipients() {
    require(Kind.RECIPIENTS);
    try {
      return DurableRecipient.parseAll(text);
    } catch (RefusedException e) {
      throw refused(e);
    }
  }

  /** The authorities of a trust file. */
  TrustedAuthorities trust() {
    require(Kind.TRUST);
    try {
      return TrustedAuthorities.parse(text);
    } catch (RuntimeException e) {
      throw badInput(source.title() + ": " + e.getMessage(), e);
    }
  }

  /** The public key that a key file, a request or a line of hex digits names. */
  VerificationKey publicKey() {
    if (kind == Kind.REQUEST) {
      return request().key();
    }
    if (kind == Kind.KEY_FILE) {
      return keyFile().key();
    }
    require(Kind.PUBLIC_KEY);
    return new VerificationKey(text.toLowerCase(Locale.ROOT));
  }

  private void require(Kind wanted) {
    if (kind != wanted) {
      String name = source.isStandardInput() ? "standard input" : source.name();
      throw badInput(name + " is " + kind.words() + ", not " + wanted.words());
    }
  }

  private RuntimeException refused(RefusedException e) {
    return badInput(source.title() + ": " + e.refusal(), e);
  }
}
