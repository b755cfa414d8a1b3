package org.peerroom.gateway.authority;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.peerroom.identity.Role;
import org.peerroom.identity.RoomPattern;
import org.peerroom.identity.Scope;

/**
 * What someone will be certified as.
 *
 * @param name 1 to 128 characters
 */
record Certification(String name, Scope scope) {

  static final Set<String> MEMBERS = Set.of("name", "rooms", "roles", "attributes");
  private static final int MAX_NAME = 128;

  /**
   * @throws IllegalArgumentException with one line if the name can't be one
   */
  Certification {
    boolean plain =
        !name.isBlank()
            && name.length() <= MAX_NAME
            && name.codePoints().allMatch(Certification::isPartOfName);
    if (!plain) {
      throw new IllegalArgumentException(
          "a name has 1 to " + MAX_NAME + " characters and no control characters");
    }
  }

  private static boolean isPartOfName(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  ObjectNode toJson() {
    ObjectNode json = Json.object().put("name", name);
    if (scope.rooms() != null) {
      put(json.putArray("rooms"), scope.rooms().stream().map(RoomPattern::text).toList());
    }
    if (scope.roles() != null) {
      put(json.putArray("roles"), scope.roles().stream().map(Role::claim).toList());
    }
    ObjectNode attributes = json.putObject("attributes");
    scope.attributes().forEach(attributes::put);
    return json;
  }

  private static void put(ArrayNode array, List<String> texts) {
    texts.stream().sorted().forEach(array::add);
  }

  /** Reads what {@link #toJson} has written. */
  static Certification of(ObjectNode json) throws Json.MalformedException {
    try {
      Set<RoomPattern> rooms = null;
      if (json.has("rooms")) {
        rooms = new HashSet<>(Json.texts(json, "rooms").stream().map(RoomPattern::new).toList());
      }
      Set<Role> roles = null;
      if (json.has("roles")) {
        roles = new HashSet<>(Json.texts(json, "roles").stream().map(Role::parse).toList());
      }
      return new Certification(Json.text(json, "name"), new Scope(rooms, roles, attributes(json)));
    } catch (IllegalArgumentException e) {
      throw new Json.MalformedException(String.valueOf(e.getMessage()));
    }
  }

  private static Map<String, String> attributes(ObjectNode json) throws Json.MalformedException {
    if (!(json.get("attributes") instanceof ObjectNode object)) {
      throw new Json.MalformedException("'attributes' is not an object");
    }
    Map<String, String> attributes = new LinkedHashMap<>();
    for (String name : (Iterable<String>) object::fieldNames) {
      attributes.put(name, Json.text(object, name));
    }
    return attributes;
  }
}
