package org.peerroom.gateway.authority;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * JSON objects, read strictly: no member twice, nothing after the end, no member of another name.
 */
final class Json {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  /** What was read is not the object that is expected; the message says why in one line. */
  static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
      super(message);
    }
  }

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** An object of any members. */
  static ObjectNode parse(byte[] bytes) throws MalformedException {
    try {
      if (MAPPER.readTree(bytes) instanceof ObjectNode object) {
        return object;
      }
      throw new MalformedException("it is not a JSON object");
    } catch (JsonProcessingException e) {
      throw new MalformedException("it is not valid JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new MalformedException("it can't be read: " + e.getMessage());
    }
  }

  /** An object with members of these names only. */
  static ObjectNode parse(byte[] bytes, Set<String> names) throws MalformedException {
    ObjectNode object = parse(bytes);
    for (String name : (Iterable<String>) object::fieldNames) {
      if (!names.contains(name)) {
        throw new MalformedException("it has a member that is not known here");
      }
    }
    return object;
  }

  static String text(ObjectNode object, String name) throws MalformedException {
    return optionalText(object, name)
        .orElseThrow(() -> new MalformedException("there is no '" + name + "'"));
  }

  static Optional<String> optionalText(ObjectNode object, String name) throws MalformedException {
    JsonNode value = object.get(name);
    if (value == null || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw new MalformedException("'" + name + "' is not a text");
    }
    return Optional.of(value.textValue());
  }

  /** Texts of an array. */
  static List<String> texts(ObjectNode object, String name) throws MalformedException {
    JsonNode array = object.get(name);
    if (array == null || !array.isArray()) {
      throw new MalformedException("'" + name + "' is not a list of texts");
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode text : array) {
      if (!text.isTextual()) {
        throw new MalformedException("'" + name + "' is not a list of texts");
      }
      texts.add(text.textValue());
    }
    return texts;
  }
}
