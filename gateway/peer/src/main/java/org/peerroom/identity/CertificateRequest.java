package org.peerroom.identity;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Set;
import org.peerroom.identity.Refusal.Reason;
import org.peerroom.internal.crypto.SigningKey;

/**
 * What someone hands to an authority to be certified: a name and a key, signed by that key.
 *
 * <p>Guarantees that whoever made it held the private key at some time. Does not guarantee that the
 * name is true, nor that the one who hands it in made it: it has no addressee and can be copied.
 */
public final class CertificateRequest {

  /** The {@code typ} of its JWS header. */
  public static final String TYPE = "peerroom-request+jwt";

  private static final Set<String> KNOWN = Set.of("iss", "sub", "iat");

  private final String text;
  private final String name;
  private final VerificationKey key;
  private final long issuedAt;

  private CertificateRequest(String text, String name, VerificationKey key, long issuedAt) {
    this.text = text;
    this.name = name;
    this.key = key;
    this.issuedAt = issuedAt;
  }

  /**
   * Reads a compact JWS and verifies its signature.
   *
   * @throws RefusedException if it is not a request, or not signed by the key that it names
   */
  public static CertificateRequest parse(String text) throws RefusedException {
    CompactJws jws = CompactJws.parse(text, 0, "a request", Set.of(TYPE));
    Claims claims = jws.claims(0, "the request").only(KNOWN);
    VerificationKey key = claims.key("iss");
    String name = claims.plain("sub", Texts.MAX_NAME);
    long issuedAt = claims.seconds("iat");
    if (!jws.isSignedBy(key)) {
      throw claims.refused(Reason.BAD_SIGNATURE, "is not signed by the key that it names");
    }
    return new CertificateRequest(text, name, key, issuedAt);
  }

  static CertificateRequest sign(String name, VerificationKey key, Instant at, SigningKey signing) {
    long issuedAt = at.getEpochSecond();
    ObjectNode json = Claims.JSON.createObjectNode();
    json.put("iss", key.hex());
    json.put("sub", name);
    json.put("iat", issuedAt);
    String text = CompactJws.sign(TYPE, json, signing).text();
    return new CertificateRequest(text, name, key, issuedAt);
  }

  /** The name that the asker wants to have. */
  public String name() {
    return name;
  }

  /** The key that is to be certified. */
  public VerificationKey key() {
    return key;
  }

  /** When it was made, by the asker's clock; in whole seconds. */
  public Instant issuedAt() {
    return Instant.ofEpochSecond(issuedAt);
  }

  /** The compact JWS. */
  public String text() {
    return text;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CertificateRequest request && text.equals(request.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return "CertificateRequest[" + name + ", " + key.shortHex() + "]";
  }
}
