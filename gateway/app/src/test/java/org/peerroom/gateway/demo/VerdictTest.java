package org.peerroom.gateway.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each lie must be found out: a demo whose checks can't fail would prove nothing. */
class VerdictTest {

  private static final String AUTHOR = "aa".repeat(32);

  private final Verdict verdict = new Verdict();

  private static Order order(String name, String content) {
    return new Order(name, Path.of(name), content.length(), content, List.of());
  }

  private static Arrival arrival(String name, String content, String author) {
    return new Arrival(name, author, content, 0);
  }

  private List<String> failed(Arrival... arrivals) {
    verdict.compare(List.of(order("1", "a"), order("2", "b")), List.of(arrivals), AUTHOR);
    return verdict.checks().stream()
        .filter(check -> !check.holds())
        .map(Verdict.Check::what)
        .toList();
  }

  @Test
  void verdict_holdsIfEverythingArrivedOnceAndUnaltered() {
    assertEquals(List.of(), failed(arrival("2", "b", AUTHOR), arrival("1", "a", AUTHOR)));
    assertTrue(verdict.holds());
  }

  @Test
  void verdict_findsALostOrder() {
    assertEquals(
        List.of("every order arrived", "every body is what was sent"),
        failed(arrival("1", "a", AUTHOR)));
    assertFalse(verdict.holds());
  }

  @Test
  void verdict_findsAnAlteredBody() {
    assertEquals(
        List.of("every body is what was sent"),
        failed(arrival("1", "a", AUTHOR), arrival("2", "x", AUTHOR)));
  }

  @Test
  void verdict_findsADuplicate() {
    assertEquals(
        List.of("nothing arrived twice"),
        failed(arrival("1", "a", AUTHOR), arrival("2", "b", AUTHOR), arrival("1", "a", AUTHOR)));
  }

  @Test
  void verdict_findsAForeignAuthor() {
    assertEquals(
        List.of("each message's author was verified"),
        failed(arrival("1", "a", AUTHOR), arrival("2", "b", "bb".repeat(32))));
  }

  @Test
  void verdict_withoutAnyCheckDoesNotHold() {
    assertFalse(verdict.holds());
  }
}
