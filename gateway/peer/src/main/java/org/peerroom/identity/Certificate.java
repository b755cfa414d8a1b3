package org.peerroom.identity;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.peerroom.internal.crypto.SigningKey;

/**
 * A signed statement that a key belongs to someone, or to something: a compact JWS (RFC 7515) with
 * a {@code cnf} claim (RFC 7800).
 *
 * <p>Guarantees that the text is in its one canonical form and within every bound. Does not
 * guarantee that the signature fits, nor that anybody trusts the issuer or that it is valid now:
 * that is what {@link ChainVerifier} is for. Equal are those with the same text. Any thread may
 * read.
 */
public final class Certificate {

  /** The longest life of the certificate of a peer. */
  public static final Duration MAX_PEER_LIFE = Duration.ofHours(24);

  /** What kind of key it vouches for. */
  public enum Kind {
    /** The long-term key of a person or service. */
    IDENTITY("peerroom-identity+jwt"),
    /** The throw-away key of one running peer. */
    PEER("peerroom-peer+jwt");

    private final String type;

    Kind(String type) {
      this.type = type;
    }

    /** The {@code typ} of its JWS header. */
    public String type() {
      return type;
    }
  }

  private static final Set<String> TYPES = Set.of(Kind.IDENTITY.type, Kind.PEER.type);

  private final CompactJws jws;
  private final CertificateClaims claims;

  private Certificate(CompactJws jws, CertificateClaims claims) {
    this.jws = jws;
    this.claims = claims;
  }

  /**
   * Reads a compact JWS.
   *
   * @throws RefusedException if it is not a certificate in canonical form
   */
  public static Certificate parse(String text) throws RefusedException {
    return parse(text, 1);
  }

  static Certificate parse(String text, int link) throws RefusedException {
    CompactJws jws = CompactJws.parse(text, link, "a certificate", TYPES);
    Kind kind = jws.type().equals(Kind.PEER.type) ? Kind.PEER : Kind.IDENTITY;
    return new Certificate(jws, CertificateClaims.read(kind, jws.claims(link, "the certificate")));
  }

  /**
   * Signs the claims, whose issuer must be this key.
   *
   * @throws IllegalArgumentException if what is claimed is out of bounds
   */
  static Certificate issue(CertificateClaims claims, SigningKey issuer) {
    try {
      return parse(CompactJws.sign(claims.kind().type, claims.toJson(), issuer).text());
    } catch (RefusedException e) {
      throw new IllegalArgumentException(
          "no such certificate can be made: " + e.refusal().message(), e);
    }
  }

  /** What kind of key it vouches for. */
  public Kind kind() {
    return claims.kind();
  }

  /** Its {@code jti}, which the issuer gives to no other. */
  public String id() {
    return claims.id();
  }

  /** The key that is said to have signed it. */
  public VerificationKey issuer() {
    return claims.issuer();
  }

  /** The name of the identity, or the key of the peer in hexadecimal digits. */
  public String subject() {
    return claims.subject();
  }

  /** The key that it vouches for. */
  public VerificationKey key() {
    return claims.key();
  }

  /** When it was made, by the issuer's clock; in whole seconds. */
  public Instant issuedAt() {
    return Instant.ofEpochSecond(claims.issuedAt());
  }

  /**
   * Its {@code nbf}, or {@link #issuedAt()} where it has none; it counts from the later of both.
   */
  public Instant notBefore() {
    return Instant.ofEpochSecond(claims.notBefore());
  }

  /** When it ends. */
  public Instant expiresAt() {
    return Instant.ofEpochSecond(claims.expiresAt());
  }

  /** What it narrows and says besides. */
  public Scope scope() {
    return claims.scope();
  }

  /** The compact JWS. */
  public String text() {
    return jws.text();
  }

  long startSecond() {
    return claims.start();
  }

  long endSecond() {
    return claims.expiresAt();
  }

  boolean isSignedBy(VerificationKey key) {
    return jws.isSignedBy(key);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Certificate certificate && text().equals(certificate.text());
  }

  @Override
  public int hashCode() {
    return text().hashCode();
  }

  /** One line for people: who vouches for whom, until when. */
  @Override
  public String toString() {
    return kind()
        + " "
        + (kind() == Kind.PEER ? key().shortHex() : subject() + " " + key().shortHex())
        + " by "
        + issuer().shortHex()
        + " until "
        + expiresAt();
  }
}
