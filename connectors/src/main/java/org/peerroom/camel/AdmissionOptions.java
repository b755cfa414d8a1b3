package org.peerroom.camel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.peerroom.Admission;

/**
 * What an endpoint says about who is admitted to its room and whether this peer shows who it is, or
 * what several have agreed on. Null is not said.
 *
 * @param admission anyone, or those that authorities vouch for
 * @param authorities names in the trust file, or keys; sorted; empty is all of the trust file
 * @param attributes the values of which a member must have one, by the name of the attribute;
 *     sorted
 * @param anonymous whether this peer keeps its identity to itself in this room
 */
record AdmissionOptions(
    @Nullable Kind admission,
    @Nullable Set<String> authorities,
    @Nullable Map<String, Set<String>> attributes,
    @Nullable Boolean anonymous) {

  /** Says nothing. */
  static final AdmissionOptions NONE = new AdmissionOptions(null, null, null, null);

  /** A comma parts two attributes only where a name follows: a value may be {@code Acme, Inc.} */
  private static final Pattern BETWEEN_ATTRIBUTES = Pattern.compile(",(?=\\s*[a-z0-9_.-]+\\s*=)");

  /** Written in small letters. */
  enum Kind {
    OPEN,
    CERTIFIED
  }

  static AdmissionOptions of(RoomConfiguration configuration) {
    String admission = configuration.getAdmission();
    String authorities = configuration.getAuthorities();
    String attributes = configuration.getAttributes();
    return new AdmissionOptions(
        admission == null ? null : parseKind(admission),
        authorities == null ? null : parseAuthorities(authorities),
        attributes == null ? null : parseAttributes(attributes),
        configuration.getAnonymous());
  }

  private static Kind parseKind(String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "open" -> Kind.OPEN;
      case "certified" -> Kind.CERTIFIED;
      default ->
          throw new IllegalArgumentException("admission=" + text + ": expected open or certified");
    };
  }

  private static Set<String> parseAuthorities(String text) {
    Set<String> names = new TreeSet<>();
    for (String name : text.split(",")) {
      if (!name.isBlank()) {
        names.add(name.strip());
      }
    }
    return Collections.unmodifiableSet(names);
  }

  private static Map<String, Set<String>> parseAttributes(String text) {
    Map<String, Set<String>> attributes = new TreeMap<>();
    for (String attribute : BETWEEN_ATTRIBUTES.split(text)) {
      int equals = attribute.indexOf('=');
      String name = equals < 0 ? "" : attribute.substring(0, equals).strip();
      List<String> values = new ArrayList<>();
      for (String value : attribute.substring(equals + 1).split("\\|", -1)) {
        values.add(value.strip());
      }
      if (name.isEmpty() || values.contains("")) {
        throw new IllegalArgumentException(
            "attributes="
                + text
                + ": expected NAME=VALUE or NAME=VALUE|VALUE, separated by commas, names in small letters");
      }
      if (attributes.put(name, Collections.unmodifiableSet(new TreeSet<>(values))) != null) {
        throw new IllegalArgumentException(
            "attributes="
                + text
                + ": "
                + name
                + " is there twice; write the values it may have as "
                + name
                + "=VALUE|VALUE");
      }
    }
    return Collections.unmodifiableMap(attributes);
  }

  /**
   * What both say together.
   *
   * @throws org.peerroom.RoomConflictException if both say something about one option and not the
   *     same
   */
  AdmissionOptions agreeWith(AdmissionOptions other, String room) {
    return new AdmissionOptions(
        PolicyOptions.agreed("admission", admission, other.admission, room),
        PolicyOptions.agreed("authorities", authorities, other.authorities, room),
        PolicyOptions.agreed("attributes", attributes, other.attributes, room),
        PolicyOptions.agreed("anonymous", anonymous, other.anonymous, room));
  }

  /**
   * Who is admitted; where nothing is said, the fallback says it, and after that anyone is.
   *
   * @throws IllegalArgumentException if the options contradict each other, or an authority is not
   *     in the trust file, or that can't be read
   */
  Admission toAdmission(AdmissionOptions fallback, TrustFile trust) {
    Kind kind = admission != null ? admission : fallback.admission;
    if (kind != Kind.CERTIFIED) {
      refuse(authorities, "authorities");
      refuse(attributes, "attributes");
      if (admission == null) {
        refuse(fallback.authorities, "authorities");
        refuse(fallback.attributes, "attributes");
      }
      return Admission.open();
    }
    if (isAnonymous(fallback)) {
      throw new IllegalArgumentException(
          "anonymous=true and admission=certified exclude each other: whoever does not show an identity is not admitted");
    }
    Set<String> from = authorities != null ? authorities : fallback.authorities;
    Admission.Certified certified =
        Admission.certifiedBy(trust.keysOf(from == null ? Set.of() : from));
    Map<String, Set<String>> wanted = attributes != null ? attributes : fallback.attributes;
    for (Map.Entry<String, Set<String>> attribute :
        (wanted == null ? Map.<String, Set<String>>of() : wanted).entrySet()) {
      certified = certified.withAttribute(attribute.getKey(), attribute.getValue());
    }
    return certified;
  }

  /** Whether this peer keeps its identity to itself; where nothing is said, it does not. */
  boolean isAnonymous(AdmissionOptions fallback) {
    return Boolean.TRUE.equals(anonymous != null ? anonymous : fallback.anonymous);
  }

  private static void refuse(@Nullable Object option, String name) {
    if (option != null) {
      throw new IllegalArgumentException(
          name + " says who is certified, but anyone is admitted: add admission=certified");
    }
  }

  /** The value of an option as it is written in a URI. */
  static String written(Object value) {
    if (value instanceof Map<?, ?> attributes) {
      return attributes.entrySet().stream()
          .map(entry -> entry.getKey() + "=" + join((Set<?>) entry.getValue(), "|"))
          .collect(Collectors.joining(","));
    }
    return value instanceof Set<?> names ? join(names, ",") : value.toString();
  }

  private static String join(Set<?> texts, String separator) {
    return texts.stream().map(Object::toString).collect(Collectors.joining(separator));
  }
}
