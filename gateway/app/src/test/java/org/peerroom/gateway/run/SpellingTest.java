package org.peerroom.gateway.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpellingTest {

  @Test
  void hint_isTheClosestWord() {
    assertEquals(
        "; did you mean 'period'?",
        Spelling.hint("perid", List.of("delay", "period", "fixedRate")));
    assertEquals("; did you mean 'jms'?", Spelling.hint("jsm", List.of("jms", "room")));
    assertEquals(
        "; did you mean 'repeatCount'?", Spelling.hint("repeatcount", List.of("repeatCount")));
  }

  @Test
  void hint_isNothingIfNoWordIsClose() {
    assertEquals("", Spelling.hint("frobnicate", List.of("jms", "room")));
    assertEquals("", Spelling.hint("x", List.of()));
  }

  @Test
  void distance_countsEdits() {
    assertEquals(0, Spelling.distance("room", "ROOM"));
    assertEquals(1, Spelling.distance("romo", "room"));
    assertEquals(1, Spelling.distance("rooms", "room"));
    assertEquals(3, Spelling.distance("", "abc"));
    assertEquals(3, Spelling.distance("kitten", "sitting"));
  }
}
