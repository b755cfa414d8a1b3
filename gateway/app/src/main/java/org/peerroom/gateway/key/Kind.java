package org.peerroom.gateway.key;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.peerroom.gateway.GatewayException;
import org.peerroom.gateway.command.TextSource;

/** What a file of these commands can be, told by what is in it and not by its name. */
enum Kind {
  KEY_FILE("a key file"),
  CERTIFICATES("certificates"),
  REQUEST("a certificate request"),
  REVOCATIONS("a revocation"),
  RECIPIENTS("a statement of a recipient"),
  TRUST("a trust file"),
  PUBLIC_KEY("a public key");

  private static final Pattern KEY = Pattern.compile("[0-9a-fA-F]{64}");

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final String words;

  Kind(String words) {
    this.words = words;
  }

  /** For messages. */
  String words() {
    return words;
  }

  /**
   * The kind of a text; that it is a whole and valid one is not checked.
   *
   * @throws GatewayException with one line if it is none of them
   */
  static Kind of(TextSource source, String text) {
    Kind kind = null;
    if (KEY.matcher(text).matches()) {
      kind = PUBLIC_KEY;
    } else if (text.startsWith("{")) {
      kind = ofJson(json(source, text));
    } else {
      List<@Nullable Kind> lines = text.lines().map(Kind::ofStatement).toList();
      // The certificates of whoever signed a revocation stand before it.
      kind =
          lines.contains(REVOCATIONS)
              ? REVOCATIONS
              // Before statements of recipients there may be comments.
              : lines.contains(RECIPIENTS) ? RECIPIENTS : lines.get(0);
    }
    if (kind == null) {
      throw GatewayException.badInput(
          source.title()
              + " is nothing that is known here: no key file, certificates, request, revocation,"
              + " recipient, trust file or public key");
    }
    return kind;
  }

  /**
   * The JSON of a key file or trust file. What the parser says is not passed on: it may repeat a
   * secret.
   */
  static JsonNode json(TextSource source, String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      throw GatewayException.badInput(
          source.title()
              + " is not valid JSON"
              + (at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr())
              + "; is it whole, and unchanged?");
    }
  }

  private static @Nullable Kind ofJson(JsonNode json) {
    if ("peerroom-identity".equals(json.path("kind").textValue())) {
      return KEY_FILE;
    }
    return json.has("authorities") ? TRUST : null;
  }

  /** By the header of a compact JWS. */
  static @Nullable Kind ofStatement(String line) {
    int dot = line.indexOf('.');
    if (dot < 0) {
      return null;
    }
    try {
      byte[] header = Base64.getUrlDecoder().decode(line.substring(0, dot));
      String text = new String(header, StandardCharsets.UTF_8);
      return switch (JSON.readTree(text).path("typ").asText()) {
        case "peerroom-identity+jwt", "peerroom-peer+jwt" -> CERTIFICATES;
        case "peerroom-request+jwt" -> REQUEST;
        case "peerroom-revocation+jwt" -> REVOCATIONS;
        case "peerroom-recipient+jwt" -> RECIPIENTS;
        default -> null;
      };
    } catch (IllegalArgumentException | JsonProcessingException e) {
      return null;
    }
  }
}
