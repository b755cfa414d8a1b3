package org.peerroom.gateway.key;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.peerroom.identity.Certificate;
import org.peerroom.identity.RefusedException;
import org.peerroom.identity.VerificationKey;

/**
 * What a key file says to everyone who can read it, without its passphrase; nothing of it is
 * proved.
 *
 * @param protection {@code passphrase} or {@code file-mode}
 * @param certificates root first; empty before any were imported
 * @param authority where it is renewed, if somewhere
 */
record KeySummary(
    String name,
    VerificationKey key,
    String protection,
    List<Certificate> certificates,
    Optional<String> authority) {

  private static final String PASSPHRASE = "passphrase";

  KeySummary {
    certificates = List.copyOf(certificates);
  }

  /**
   * Takes it from the file's JSON.
   *
   * @throws IllegalArgumentException if something is missing or malformed
   * @throws RefusedException if a certificate is malformed
   */
  static KeySummary of(JsonNode json) throws RefusedException {
    List<Certificate> certificates = new ArrayList<>();
    for (JsonNode text : json.path("certificates")) {
      certificates.add(Certificate.parse(text.asText()));
    }
    return new KeySummary(
        text(json, "name"),
        new VerificationKey(text(json, "key")),
        text(json, "protection"),
        certificates,
        Optional.ofNullable(json.path("authority").textValue()));
  }

  private static String text(JsonNode json, String member) {
    String text = json.path(member).textValue();
    if (text == null) {
      throw new IllegalArgumentException("it has no text '" + member + "'");
    }
    return text;
  }

  boolean needsPassphrase() {
    return protection.equals(PASSPHRASE);
  }
}
