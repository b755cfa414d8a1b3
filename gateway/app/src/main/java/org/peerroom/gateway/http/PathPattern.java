package org.peerroom.gateway.http;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The path of an endpoint: segments between slashes, of which {@code {name}} stands for any one.
 * Slashes at the end make no difference.
 *
 * @param segments the parts between slashes
 * @param prefix whether anything may follow
 */
record PathPattern(List<String> segments, boolean prefix) {

  /** The one that says most about a path comes first: more literal segments, then no prefix. */
  static final Comparator<PathPattern> MOST_SPECIFIC_FIRST =
      Comparator.<PathPattern>comparingLong(pattern -> -pattern.literals())
          .thenComparing(PathPattern::prefix)
          .thenComparing(pattern -> String.join("/", pattern.segments));

  PathPattern {
    segments = List.copyOf(segments);
  }

  /** Reads {@code /orders/{id}}; a {@code *} at the end means that anything may follow. */
  static PathPattern parse(String path, boolean prefix) {
    List<String> segments = split(path);
    if (!segments.isEmpty() && segments.get(segments.size() - 1).equals("*")) {
      return new PathPattern(segments.subList(0, segments.size() - 1), true);
    }
    return new PathPattern(segments, prefix);
  }

  /** What the names stand for in this path, or nothing if it does not match. */
  Optional<Map<String, String>> match(String path) {
    List<String> actual = split(path);
    if (actual.size() < segments.size() || (!prefix && actual.size() > segments.size())) {
      return Optional.empty();
    }
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < segments.size(); i++) {
      String segment = segments.get(i);
      if (isVariable(segment)) {
        values.put(segment.substring(1, segment.length() - 1), actual.get(i));
      } else if (!segment.equals(actual.get(i))) {
        return Optional.empty();
      }
    }
    return Optional.of(values);
  }

  private long literals() {
    return segments.stream().filter(segment -> !isVariable(segment)).count();
  }

  private static boolean isVariable(String segment) {
    return segment.length() > 2 && segment.startsWith("{") && segment.endsWith("}");
  }

  private static List<String> split(String path) {
    List<String> segments = new ArrayList<>(List.of(path.split("/", -1)));
    while (!segments.isEmpty() && segments.get(segments.size() - 1).isEmpty()) {
      segments.remove(segments.size() - 1);
    }
    if (!segments.isEmpty() && segments.get(0).isEmpty()) {
      segments.remove(0);
    }
    return segments;
  }
}
