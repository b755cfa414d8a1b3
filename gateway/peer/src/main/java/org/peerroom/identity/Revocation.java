package org.peerroom.identity;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.peerroom.identity.Refusal.Reason;
import org.peerroom.internal.crypto.Digests;
import org.peerroom.internal.crypto.SigningKey;

/**
 * A signed, expiring statement that takes back a certificate, or every certificate for a key, that
 * the same key signed. It carries the certificates of its issuer, so that anyone who trusts the
 * authority behind them can tell whether it counts.
 *
 * <p>Guarantees that the text is in canonical form, within every bound, and signed by its issuer.
 * Does not guarantee that the issuer may revoke anything or is known to anybody: that is decided by
 * {@link RevocationList#add}. Equal are those with the same text. Any thread may read.
 */
public final class Revocation {

  /** The {@code typ} of its JWS header. */
  public static final String TYPE = "peerroom-revocation+jwt";

  /** How large the text may be, in bytes, certificates included. */
  public static final int MAX_BYTES = SignatureChain.MAX_BYTES;

  /** How many certificates of its issuer it may carry. */
  public static final int MAX_CERTIFICATES = SignatureChain.MAX_LINKS - 1;

  private static final String DIGEST_LABEL = Digests.LABEL_PREFIX + "revocation";
  private static final Set<String> KNOWN = Set.of("iss", "iat", "exp", "jti", "revokes", "reason");
  private static final Set<String> BY_ID = Set.of("jti");
  private static final Set<String> BY_KEY = Set.of("key");

  /** What is taken back. */
  public sealed interface Target {

    /**
     * One certificate.
     *
     * @param jti its id, as its issuer gave it
     */
    record CertificateId(String jti) implements Target {
      /**
       * @throws IllegalArgumentException if it is no id of a certificate
       */
      public CertificateId {
        if (!Texts.isId(jti)) {
          throw new IllegalArgumentException(
              "the id of a certificate has 1 to 64 characters of A-Za-z0-9_-, not '"
                  + Texts.shown(jti)
                  + "'");
        }
      }
    }

    /**
     * Every certificate that the issuer of the statement signed, or will sign, for this key.
     *
     * @param key the key that is not to be vouched for
     */
    record Key(VerificationKey key) implements Target {}
  }

  private final List<Certificate> chain;
  private final String text;
  private final String digest;
  private final VerificationKey issuer;
  private final String id;
  private final long issuedAt;
  private final long expiresAt;
  private final Target target;
  private final @Nullable String reason;

  private Revocation(List<Certificate> chain, String text, Claims claims) throws RefusedException {
    this.chain = List.copyOf(chain);
    this.text = text;
    byte[] hash = Digests.sha256(DIGEST_LABEL, text.getBytes(StandardCharsets.US_ASCII));
    this.digest = HexFormat.of().formatHex(hash);
    this.issuer = claims.only(KNOWN).key("iss");
    this.id = claims.id("jti");
    this.issuedAt = claims.seconds("iat");
    this.expiresAt = claims.seconds("exp");
    this.target = target(claims.object("revokes"));
    this.reason = claims.has("reason") ? claims.plain("reason", Texts.MAX_VALUE) : null;
    if (expiresAt <= issuedAt) {
      throw claims.malformed("ends before it begins");
    }
  }

  /**
   * Reads the certificates of the issuer and then the statement, one compact JWS a line; the last
   * line may end with a line feed. Verifies the signature of the statement, not yet those of the
   * certificates.
   *
   * @throws RefusedException if it is not that
   */
  public static Revocation parse(String text) throws RefusedException {
    return parseLines(Lines.text(text, "a revocation"));
  }

  /**
   * Reads what {@link #encoded()} wrote, and nothing else.
   *
   * @throws RefusedException if it is not that
   */
  public static Revocation decode(byte[] encoded) throws RefusedException {
    return parseLines(Lines.text(encoded, "a revocation"));
  }

  private static Revocation parseLines(String text) throws RefusedException {
    List<String> lines = Lines.split(text);
    if (lines.size() - 1 > MAX_CERTIFICATES) {
      throw new RefusedException(
          0,
          Reason.TOO_MANY_LINKS,
          "a revocation carries at most " + MAX_CERTIFICATES + " certificates");
    }
    List<Certificate> chain = new ArrayList<>();
    for (String line : lines.subList(0, lines.size() - 1)) {
      chain.add(Certificate.parse(line, chain.size() + 1));
    }
    CompactJws jws = CompactJws.parse(lines.get(lines.size() - 1), 0, "a revocation", Set.of(TYPE));
    Revocation revocation = new Revocation(chain, text, jws.claims(0, "the revocation"));
    revocation.requireIssuer();
    if (!jws.isSignedBy(revocation.issuer)) {
      throw new RefusedException(
          0, Reason.BAD_SIGNATURE, "the revocation is not signed by its issuer");
    }
    return revocation;
  }

  private void requireIssuer() throws RefusedException {
    if (chain.isEmpty()) {
      return;
    }
    Certificate last = chain.get(chain.size() - 1);
    if (last.kind() != Certificate.Kind.IDENTITY) {
      throw new RefusedException(
          chain.size(), Reason.WRONG_SUBJECT, "it is of a peer, and no peer may revoke");
    }
    if (!last.key().equals(issuer)) {
      throw new RefusedException(
          chain.size(),
          Reason.BROKEN,
          "it vouches for another key than the one that signed the revocation");
    }
  }

  private static Target target(Claims revokes) throws RefusedException {
    return revokes.has("jti")
        ? new Target.CertificateId(revokes.only(BY_ID).id("jti"))
        : new Target.Key(revokes.only(BY_KEY).key("key"));
  }

  /**
   * Signs one.
   *
   * @throws IllegalArgumentException if something is out of bounds
   */
  static Revocation issue(Draft draft, List<Certificate> chain, SigningKey key) {
    StringBuilder text = new StringBuilder();
    chain.forEach(certificate -> text.append(certificate.text()).append('\n'));
    text.append(CompactJws.sign(TYPE, draft.toJson(), key).text());
    try {
      return parse(text.toString());
    } catch (RefusedException e) {
      throw new IllegalArgumentException(
          "no such revocation can be made: " + e.refusal().message(), e);
    }
  }

  /** What a statement is going to say. Times are seconds since 1970. */
  record Draft(
      VerificationKey issuer,
      Target target,
      long issuedAt,
      long expiresAt,
      String id,
      @Nullable String reason) {

    private ObjectNode toJson() {
      ObjectNode json = Claims.JSON.createObjectNode();
      json.put("iss", issuer.hex());
      json.put("iat", issuedAt);
      json.put("exp", expiresAt);
      json.put("jti", id);
      ObjectNode revokes = json.putObject("revokes");
      if (target instanceof Target.CertificateId certificate) {
        revokes.put("jti", certificate.jti());
      } else if (target instanceof Target.Key key) {
        revokes.put("key", key.key().hex());
      }
      if (reason != null) {
        json.put("reason", reason);
      }
      return json;
    }
  }

  /** The key that signed it. */
  public VerificationKey issuer() {
    return issuer;
  }

  /** The certificates of the issuer, the authority's end first; none if it is an authority. */
  public List<Certificate> chain() {
    return chain;
  }

  /** Its {@code jti}. */
  public String id() {
    return id;
  }

  /** When it was made, by the issuer's clock; in whole seconds. */
  public Instant issuedAt() {
    return Instant.ofEpochSecond(issuedAt);
  }

  /** Until when it must be remembered; what it revokes ends before that, or comes back. */
  public Instant expiresAt() {
    return Instant.ofEpochSecond(expiresAt);
  }

  /** What it takes back. */
  public Target target() {
    return target;
  }

  /** Why, for people. */
  public Optional<String> reason() {
    return Optional.ofNullable(reason);
  }

  /** The certificates and then the statement, one compact JWS a line, no line feed at the end. */
  public String text() {
    return text;
  }

  /** The text in ASCII, which is UTF-8. */
  public byte[] encoded() {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** The labelled SHA-256 of the text, 64 hexadecimal digits. */
  public String digest() {
    return digest;
  }

  long startSecond() {
    return issuedAt;
  }

  long endSecond() {
    return expiresAt;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Revocation revocation && text.equals(revocation.text);
  }

  @Override
  public int hashCode() {
    return digest.hashCode();
  }

  /** One line for people. */
  @Override
  public String toString() {
    String what =
        target instanceof Target.CertificateId certificate
            ? "certificate " + certificate.jti()
            : "key " + ((Target.Key) target).key().shortHex();
    return "Revocation[" + what + " by " + issuer.shortHex() + " until " + expiresAt() + "]";
  }
}
