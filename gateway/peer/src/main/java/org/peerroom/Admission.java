package org.peerroom;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.peerroom.identity.VerificationKey;
import org.peerroom.identity.VerifiedIdentity;

/**
 * Who is admitted to a room besides having to know its name and, where there is one, its secret.
 * Part of the {@link RoomPolicy}: every member applies it for itself, and members whose rules
 * differ exchange nothing.
 */
public sealed interface Admission {

  /** Everyone who knows the name and, where there is one, the secret; known or anonymous. */
  static Admission open() {
    return new Open();
  }

  /**
   * Only those whom one of these authorities vouches for.
   *
   * @param authorities their keys, 1 to {@value Certified#MAX_AUTHORITIES}; each must also be among
   *     the authorities that a peer trusts, or it admits nobody through it
   * @throws IllegalArgumentException if there are none or too many
   */
  static Certified certifiedBy(Collection<VerificationKey> authorities) {
    return new Certified(Set.copyOf(authorities), Map.of());
  }

  /** Everyone who knows the name and, where there is one, the secret. */
  record Open() implements Admission {
    @Override
    public String toString() {
      return "open";
    }
  }

  /**
   * Only peers that show a chain of certificates from one of these authorities. What such a peer
   * may do follows from its roles: without {@code publish} no member takes a message from it,
   * without {@code subscribe} no member gives it a key.
   *
   * @param authorities the keys of the authorities, 1 to {@value #MAX_AUTHORITIES}
   * @param attributes what the chain must say besides: for each name, one of the values; at most
   *     {@value #MAX_ATTRIBUTES} names and {@value #MAX_TEXT} characters in all
   */
  record Certified(Set<VerificationKey> authorities, Map<String, Set<String>> attributes)
      implements Admission {

    /** The largest number of authorities. */
    public static final int MAX_AUTHORITIES = 64;

    /** The largest number of attributes. */
    public static final int MAX_ATTRIBUTES = 16;

    /** The largest number of characters that names and values have together. */
    public static final int MAX_TEXT = 4096;

    /**
     * Copies and sorts.
     *
     * @throws IllegalArgumentException if there is no authority, an attribute without a value, or
     *     too much of anything, or a control character in a text
     */
    public Certified {
      if (authorities.isEmpty() || authorities.size() > MAX_AUTHORITIES) {
        throw new IllegalArgumentException(
            "certified admission names 1 to "
                + MAX_AUTHORITIES
                + " authorities, not "
                + authorities.size());
      }
      if (attributes.size() > MAX_ATTRIBUTES) {
        throw new IllegalArgumentException(
            "certified admission asks for at most "
                + MAX_ATTRIBUTES
                + " attributes, not "
                + attributes.size());
      }
      authorities = Collections.unmodifiableSet(new TreeSet<>(authorities));
      attributes = sorted(attributes);
    }

    private static Map<String, Set<String>> sorted(Map<String, Set<String>> attributes) {
      Map<String, Set<String>> sorted = new LinkedHashMap<>();
      int text = 0;
      for (Map.Entry<String, Set<String>> entry : new TreeMap<>(attributes).entrySet()) {
        requirePrintable(entry.getKey());
        entry.getValue().forEach(Certified::requirePrintable);
        if (entry.getKey().isBlank() || entry.getValue().isEmpty()) {
          throw new IllegalArgumentException(
              "attribute '" + entry.getKey() + "' needs a name and at least one value");
        }
        text += entry.getKey().length();
        for (String value : entry.getValue()) {
          text += value.length();
        }
        sorted.put(entry.getKey(), Collections.unmodifiableSet(new TreeSet<>(entry.getValue())));
      }
      if (text > MAX_TEXT) {
        throw new IllegalArgumentException(
            "the attributes of an admission have at most " + MAX_TEXT + " characters, not " + text);
      }
      return Collections.unmodifiableMap(sorted);
    }

    /** A policy comes from others too, and what differs in it is told and logged. */
    private static void requirePrintable(String text) {
      if (text.chars().anyMatch(Character::isISOControl)) {
        throw new IllegalArgumentException(
            "an attribute of an admission has no control characters");
      }
    }

    /** The same, and this attribute must have one of these values. */
    public Certified withAttribute(String name, Collection<String> anyOf) {
      Map<String, Set<String>> more = new LinkedHashMap<>(attributes);
      more.put(name, Set.copyOf(anyOf));
      return new Certified(authorities, more);
    }

    /** Whether this identity is one of those that are admitted; says nothing about its roles. */
    public boolean admits(VerifiedIdentity identity) {
      return authorities.contains(identity.authorityKey()) && hasAttributes(identity);
    }

    private boolean hasAttributes(VerifiedIdentity identity) {
      for (Map.Entry<String, Set<String>> wanted : attributes.entrySet()) {
        String has = identity.attributes().get(wanted.getKey());
        if (has == null || !wanted.getValue().contains(has)) {
          return false;
        }
      }
      return true;
    }

    @Override
    public String toString() {
      StringBuilder text = new StringBuilder("certified by ");
      String separator = "";
      for (VerificationKey authority : authorities) {
        text.append(separator).append(authority.shortHex());
        separator = " or ";
      }
      attributes.forEach(
          (name, values) ->
              text.append(", ").append(name).append("=").append(String.join("|", values)));
      return text.toString();
    }
  }
}
