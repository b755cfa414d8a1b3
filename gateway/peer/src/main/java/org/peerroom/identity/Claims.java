package org.peerroom.identity;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.peerroom.identity.Refusal.Reason;

/**
 * The members of one JSON object from elsewhere (RFC 8259), read strictly: a member twice, at
 * whatever depth, text after the object, and members that nobody asked for are refused. Callers
 * check the size first.
 */
final class Claims {

  /** Numbers above this are not the same in every JSON library (RFC 8259, section 6). */
  static final long MAX_NUMBER = (1L << 53) - 1;

  static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  // What others send is not to stay in a table that all parsers share.
                  .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                  .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(8)
                          .maxNumberLength(32)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final ObjectNode node;
  private final int link;
  private final String what;

  private Claims(ObjectNode node, int link, String what) {
    this.node = node;
    this.link = link;
    this.what = what;
  }

  static Claims parse(byte[] utf8, int link, String what) throws RefusedException {
    String json;
    try {
      json = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new RefusedException(link, Reason.MALFORMED, what + " is not UTF-8");
    }
    return parse(json, link, what);
  }

  static Claims parse(String json, int link, String what) throws RefusedException {
    JsonNode root;
    try {
      root = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new RefusedException(link, Reason.MALFORMED, what + " is not strict JSON" + where(e));
    }
    if (root instanceof ObjectNode object) {
      return new Claims(object, link, what);
    }
    throw new RefusedException(link, Reason.MALFORMED, what + " is not a JSON object");
  }

  /**
   * The parser's own message quotes what it could not read, and that may be a private key whose
   * quotes somebody lost. Only the name of a member that is there twice is worth that risk.
   */
  private static String where(JsonProcessingException e) {
    String message = String.valueOf(e.getOriginalMessage());
    JsonLocation location = e.getLocation();
    return (location == null
            ? ""
            : ", line " + location.getLineNr() + ", column " + location.getColumnNr())
        + (message.startsWith("Duplicate field") ? ": " + Texts.shown(message) : "");
  }

  /** Refuses members that are not among these. */
  Claims only(Set<String> known) throws RefusedException {
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!known.contains(name)) {
        throw malformed("has an unknown member '" + Texts.shown(name) + "'");
      }
    }
    return this;
  }

  boolean has(String name) {
    return node.has(name);
  }

  String text(String name) throws RefusedException {
    return text(node.get(name), name);
  }

  /** A text that is shown to people. */
  String plain(String name, int max) throws RefusedException {
    String text = text(name);
    if (!Texts.isPlain(text, max)) {
      throw malformed(
          "has a '"
              + name
              + "' that has not 1 to "
              + max
              + " characters, none of them a control character");
    }
    return text;
  }

  String id(String name) throws RefusedException {
    String id = text(name);
    if (!Texts.isId(id)) {
      throw malformed("has a '" + name + "' that is not 1 to 64 characters of A-Za-z0-9_-");
    }
    return id;
  }

  VerificationKey key(String name) throws RefusedException {
    try {
      return new VerificationKey(text(name));
    } catch (IllegalArgumentException e) {
      throw malformed("has a '" + name + "' that is not a key of 64 lower-case hexadecimal digits");
    }
  }

  /** A NumericDate (RFC 7519, section 2), in whole seconds. */
  long seconds(String name) throws RefusedException {
    JsonNode value = node.get(name);
    if (value == null || !value.isIntegralNumber() || !value.canConvertToLong()) {
      throw malformed("has no '" + name + "' in whole seconds");
    }
    long seconds = value.longValue();
    if (seconds < 0 || seconds > MAX_NUMBER) {
      throw malformed("has a '" + name + "' that is not between 0 and 2^53 - 1");
    }
    return seconds;
  }

  /** A number from 0 to 2^53 - 1. */
  long number(String name) throws RefusedException {
    JsonNode value = node.get(name);
    if (value == null || !value.isIntegralNumber() || !value.canConvertToLong()) {
      throw malformed("has no whole number '" + name + "'");
    }
    long number = value.longValue();
    if (number < 0 || number > MAX_NUMBER) {
      throw malformed("has a '" + name + "' that is not between 0 and 2^53 - 1");
    }
    return number;
  }

  Claims object(String name) throws RefusedException {
    if (node.get(name) instanceof ObjectNode object) {
      return new Claims(object, link, "'" + name + "' of " + what);
    }
    throw malformed("has no object '" + name + "'");
  }

  /** An array of texts, in its order. */
  List<String> texts(String name) throws RefusedException {
    List<String> texts = new ArrayList<>();
    for (JsonNode element : array(name)) {
      texts.add(text(element, name));
    }
    return texts;
  }

  /** An array of objects, in its order. */
  List<Claims> objects(String name) throws RefusedException {
    List<Claims> objects = new ArrayList<>();
    for (JsonNode element : array(name)) {
      if (!(element instanceof ObjectNode object)) {
        throw malformed("has something else than objects in '" + name + "'");
      }
      objects.add(new Claims(object, link, "entry " + (objects.size() + 1) + " of '" + name + "'"));
    }
    return objects;
  }

  List<String> names() {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  int link() {
    return link;
  }

  RefusedException malformed(String problem) {
    return refused(Reason.MALFORMED, problem);
  }

  RefusedException refused(Reason reason, String problem) {
    return new RefusedException(link, reason, what + " " + problem);
  }

  private JsonNode array(String name) throws RefusedException {
    JsonNode array = node.get(name);
    if (array == null || !array.isArray()) {
      throw malformed("has no array '" + name + "'");
    }
    return array;
  }

  private String text(@Nullable JsonNode value, String name) throws RefusedException {
    if (value == null || !value.isTextual()) {
      throw malformed("has no text in '" + name + "'");
    }
    return value.textValue();
  }
}
