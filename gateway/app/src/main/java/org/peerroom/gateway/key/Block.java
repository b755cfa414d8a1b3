package org.peerroom.gateway.key;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Lays out a description for people: one line a fact, what belongs together indented. */
final class Block {

  private static final int INDENT = 2;

  private final StringBuilder text = new StringBuilder();

  private Block() {}

  /**
   * @param what its first fact, the heading
   * @param file what stands beside the heading
   */
  static String of(String what, String file, ObjectNode facts) {
    Block block = new Block();
    block.text.append(what).append(' ').append(file).append('\n');
    block.add(facts, INDENT);
    return block.text.toString();
  }

  private void add(ObjectNode facts, int indent) {
    int width = 0;
    for (var fact : facts.properties()) {
      if (isLine(fact.getValue())) {
        width = Math.max(width, fact.getKey().length());
      }
    }
    for (var fact : facts.properties()) {
      JsonNode value = fact.getValue();
      if (isLine(value)) {
        text.append(" ".repeat(indent)).append(fact.getKey());
        text.append(" ".repeat(width - fact.getKey().length() + 2));
        text.append(line(value)).append('\n');
      } else if (value instanceof ObjectNode inner) {
        text.append(" ".repeat(indent)).append(fact.getKey()).append('\n');
        add(inner, indent + INDENT);
      } else {
        addEach(fact.getKey(), value, indent);
      }
    }
  }

  private void addEach(String name, JsonNode items, int indent) {
    int number = 1;
    for (JsonNode item : items) {
      text.append(" ".repeat(indent)).append(name).append(' ').append(number).append('\n');
      add((ObjectNode) item, indent + INDENT);
      number++;
    }
  }

  /** Whether it fits into one line: a text, or a list of texts. */
  private static boolean isLine(JsonNode value) {
    return value.isValueNode()
        || (value.isArray() && (value.isEmpty() || value.get(0).isTextual()));
  }

  private static String line(JsonNode value) {
    if (!value.isArray()) {
      return value.asText();
    }
    List<String> texts = new ArrayList<>();
    value.forEach(item -> texts.add(item.asText()));
    return texts.isEmpty() ? "none" : String.join(", ", texts);
  }
}
