package org.peerroom.identity;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one certificate narrows: the rooms and roles that its key may have, and what else is said
 * about its holder.
 *
 * <p>Not narrowed means: as the certificate before it; at the head of a chain all rooms, and the
 * roles publish, subscribe and relay. The role certify is never taken for granted.
 *
 * @param rooms null for not narrowed, empty for no room at all; at most 16
 * @param roles null for not narrowed, empty for no role at all
 * @param attributes such as {@code org}; at most 16, names of 1 to 64 characters of {@code
 *     a-z0-9_.-}, values of 1 to 256 characters without control characters
 */
public record Scope(
    @Nullable Set<RoomPattern> rooms, @Nullable Set<Role> roles, Map<String, String> attributes) {

  /** How many room patterns one certificate may have. */
  public static final int MAX_ROOMS = 16;

  /** How many attributes one certificate may have. */
  public static final int MAX_ATTRIBUTES = 16;

  /** Narrows nothing and says nothing more. */
  public static final Scope ALL = new Scope(null, null, Map.of());

  /**
   * @throws IllegalArgumentException if one of the bounds is passed
   */
  public Scope {
    rooms = rooms == null ? null : Set.copyOf(rooms);
    roles = roles == null ? null : Set.copyOf(roles);
    attributes = Map.copyOf(attributes);
    if (rooms != null && rooms.size() > MAX_ROOMS) {
      throw new IllegalArgumentException(
          "a certificate has at most " + MAX_ROOMS + " rooms, not " + rooms.size());
    }
    if (attributes.size() > MAX_ATTRIBUTES) {
      throw new IllegalArgumentException(
          "a certificate has at most " + MAX_ATTRIBUTES + " attributes, not " + attributes.size());
    }
    attributes.forEach(Scope::requireAttribute);
  }

  private static void requireAttribute(String name, String value) {
    if (!Texts.isAttributeName(name)) {
      throw new IllegalArgumentException(
          "the name of an attribute has 1 to 64 characters of a-z0-9_.-, not '"
              + Texts.shown(name)
              + "'");
    }
    if (!Texts.isPlain(value, Texts.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "the attribute "
              + name
              + " has a value of 1 to 256 characters without control characters, not '"
              + Texts.shown(value)
              + "'");
    }
  }

  /**
   * The same, narrowed to these rooms.
   *
   * @param patterns names, or prefixes with a {@code *} at the end
   * @throws IllegalArgumentException if one is not a pattern, or there are too many
   */
  public Scope withRooms(String... patterns) {
    return withRooms(Arrays.stream(patterns).map(RoomPattern::new).toList());
  }

  /** The same, narrowed to these rooms. */
  public Scope withRooms(Collection<RoomPattern> patterns) {
    return new Scope(new LinkedHashSet<>(patterns), roles, attributes);
  }

  /** The same, narrowed to these roles. */
  public Scope withRoles(Role... only) {
    return withRoles(Arrays.asList(only));
  }

  /** The same, narrowed to these roles. */
  public Scope withRoles(Collection<Role> only) {
    return new Scope(rooms, new LinkedHashSet<>(only), attributes);
  }

  /**
   * The same with this attribute, in place of one of the same name.
   *
   * @throws IllegalArgumentException if name or value is out of bounds, or there are too many
   */
  public Scope withAttribute(String name, String value) {
    Map<String, String> more = new TreeMap<>(attributes);
    more.put(name, value);
    return new Scope(rooms, roles, more);
  }

  /** The same with these attributes and no others. */
  public Scope withAttributes(Map<String, String> only) {
    return new Scope(rooms, roles, only);
  }

  /** One line for people: what is narrowed. */
  @Override
  public String toString() {
    return "rooms "
        + (rooms == null ? "not narrowed" : joined(rooms))
        + ", roles "
        + (roles == null ? "not narrowed" : joined(roles.stream().map(Role::claim).toList()))
        + ", attributes "
        + new TreeMap<>(attributes);
  }

  private static String joined(Collection<?> some) {
    return some.isEmpty()
        ? "none"
        : some.stream().map(Object::toString).sorted().collect(Collectors.joining(" "));
  }
}
