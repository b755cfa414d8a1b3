package org.peerroom.gateway.http;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** What a request is answered with. */
final class HttpReply {

  private final int status;
  private final Map<String, List<String>> headers;
  private final byte[] body;

  /**
   * @param body not to be changed any more
   */
  HttpReply(int status, Map<String, List<String>> headers, byte[] body) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  int status() {
    return status;
  }

  Map<String, List<String>> headers() {
    return headers;
  }

  /** Not to be changed. */
  byte[] body() {
    return body;
  }

  /** One line of text. */
  static HttpReply of(int status, String line) {
    return new HttpReply(
        status,
        Map.of("Content-Type", List.of("text/plain; charset=utf-8")),
        (line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Not now: the same request may work later. */
  static HttpReply later(String line) {
    HttpReply reply = of(503, line);
    return new HttpReply(
        503,
        Map.of(
            "Content-Type", List.of("text/plain; charset=utf-8"),
            "Retry-After", List.of("5")),
        reply.body());
  }
}
