package org.peerroom.gateway.authority;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Set;
import org.peerroom.identity.Certificate;
import org.peerroom.identity.VerificationKey;

/**
 * One certificate that was issued, as the list keeps it.
 *
 * @param id the certificate's own id
 * @param origin how it was proved who asked
 * @param reference what the origin goes back to: the hash of a token, who logged in, or the id of
 *     the certificate that was renewed
 * @param certificate its text
 */
record Issued(
    String id,
    String name,
    VerificationKey key,
    Instant issuedAt,
    Instant expiresAt,
    Origin origin,
    String reference,
    String certificate) {

  private static final Set<String> MEMBERS =
      Set.of("id", "name", "key", "issued", "expires", "origin", "reference", "certificate");

  /** How it was proved who asked. */
  enum Origin {
    TOKEN("token"),
    LOGIN("login"),
    RENEWAL("renewal");

    private final String text;

    Origin(String text) {
      this.text = text;
    }

    static Origin parse(String text) {
      for (Origin origin : values()) {
        if (origin.text.equals(text)) {
          return origin;
        }
      }
      throw new IllegalArgumentException("no origin");
    }

    @Override
    public String toString() {
      return text;
    }
  }

  static Issued of(Certificate certificate, Origin origin, String reference) {
    return new Issued(
        certificate.id(),
        certificate.subject(),
        certificate.key(),
        certificate.issuedAt(),
        certificate.expiresAt(),
        origin,
        reference,
        certificate.text());
  }

  /** One line with its end. */
  byte[] toLine() {
    ObjectNode json =
        Json.object()
            .put("id", id)
            .put("name", name)
            .put("key", key.hex())
            .put("issued", issuedAt.toString())
            .put("expires", expiresAt.toString())
            .put("origin", origin.toString())
            .put("reference", reference)
            .put("certificate", certificate);
    return (json + "\n").getBytes(StandardCharsets.UTF_8);
  }

  static Issued parse(byte[] line) throws Json.MalformedException {
    ObjectNode json = Json.parse(line, MEMBERS);
    try {
      return new Issued(
          Json.text(json, "id"),
          Json.text(json, "name"),
          new VerificationKey(Json.text(json, "key")),
          Instant.parse(Json.text(json, "issued")),
          Instant.parse(Json.text(json, "expires")),
          Origin.parse(Json.text(json, "origin")),
          Json.text(json, "reference"),
          Json.text(json, "certificate"));
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new Json.MalformedException("a member is not what it should be: " + e.getMessage());
    }
  }
}
