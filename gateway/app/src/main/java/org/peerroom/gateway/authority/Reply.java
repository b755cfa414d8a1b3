package org.peerroom.gateway.authority;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.peerroom.identity.Certificate;

/**
 * One answer.
 *
 * @param type its Content-Type
 */
record Reply(int status, String type, String body) {

  static Reply json(int status, ObjectNode body) {
    return new Reply(status, "application/json", body + "\n");
  }

  static Reply page(int status, String html) {
    return new Reply(status, "text/html; charset=utf-8", html);
  }

  static Reply error(RequestException why) {
    return json(why.status(), Json.object().put("error", why.getMessage()));
  }

  /** The certificates that were asked for, the authority's own first. */
  static Reply certificates(List<Certificate> certificates) {
    ObjectNode json = Json.object();
    ArrayNode texts = json.putArray("certificates");
    certificates.forEach(certificate -> texts.add(certificate.text()));
    return json(200, json);
  }

  byte[] bytes() {
    return body.getBytes(StandardCharsets.UTF_8);
  }
}
