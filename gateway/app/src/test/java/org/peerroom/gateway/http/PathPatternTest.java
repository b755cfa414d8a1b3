package org.peerroom.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PathPatternTest {

  private static Optional<Map<String, String>> match(String pattern, String path) {
    return PathPattern.parse(pattern, false).match(path);
  }

  @Test
  void match_isSegmentBySegment() {
    assertEquals(Optional.of(Map.of()), match("/orders", "/orders"));
    assertEquals(Optional.of(Map.of()), match("orders", "/orders/"));
    assertEquals(Optional.of(Map.of()), match("/", "/"));
    assertFalse(match("/orders", "/order").isPresent());
    assertFalse(match("/orders", "/orders/7").isPresent());
    assertFalse(match("/orders", "/ORDERS").isPresent());
    assertFalse(match("/orders", "//orders").isPresent());
    assertFalse(match("/", "/orders").isPresent());
  }

  @Test
  void match_givesVariables() {
    assertEquals(
        Optional.of(Map.of("customer", "7", "id", "a b")),
        match("/c/{customer}/orders/{id}", "/c/7/orders/a b"));
    assertFalse(match("/c/{id}", "/c").isPresent());
  }

  @Test
  void match_takesWhatFollowsAPrefix() {
    assertTrue(PathPattern.parse("/orders", true).match("/orders/1/2").isPresent());
    assertTrue(match("/orders/*", "/orders/1/2").isPresent());
    assertTrue(match("/*", "/anything/at/all").isPresent());
    assertFalse(PathPattern.parse("/orders", true).match("/ordersandmore").isPresent());
  }

  @Test
  void mostSpecificFirst_prefersLiteralsAndWholePaths() {
    List<String> sorted =
        Stream.of("/*", "/orders/{id}", "/orders/open", "/orders/*")
            .sorted(
                (a, b) ->
                    PathPattern.MOST_SPECIFIC_FIRST.compare(
                        PathPattern.parse(a, false), PathPattern.parse(b, false)))
            .toList();
    assertEquals(List.of("/orders/open", "/orders/{id}", "/orders/*", "/*"), sorted);
  }
}
