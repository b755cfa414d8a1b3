package org.peerroom.gateway.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import org.junit.jupiter.api.Test;

class EventLineTest {

  private static String line(boolean stackTraces, String message, Throwable thrown) {
    LoggerContext context = new LoggerContext();
    LoggingEvent event =
        new LoggingEvent(
            EventLineTest.class.getName(),
            context.getLogger("org.example.Thing"),
            Level.WARN,
            message,
            thrown,
            null);
    return new EventLine(stackTraces).doLayout(event);
  }

  @Test
  void doLayout_isTimeLevelLoggerMessage() {
    String line = line(false, "all is well", null);
    assertTrue(
        line.matches(
            "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3} WARN  Thing: all is well\\R"),
        line);
  }

  @Test
  void doLayout_isOneLineWhateverIsLogged() {
    String line = line(false, "one\r\ntwo\u001b[2Jthree", new IllegalStateException("four\nfive"));
    assertEquals(1, line.lines().count());
    assertTrue(line.contains("one  two [2Jthree (IllegalStateException: four five)"), line);
  }

  @Test
  void doLayout_namesTheLastCauseUnlessTheMessageDoes() {
    Exception thrown = new RuntimeException("outer", new IllegalStateException("inner"));
    assertTrue(line(false, "failed", thrown).contains("failed (IllegalStateException: inner)"));
    assertTrue(line(false, "failed: inner", thrown).strip().endsWith("Thing: failed: inner"));
  }

  @Test
  void doLayout_showsStackTracesWhenAskedFor() {
    assertTrue(
        line(true, "failed", new RuntimeException("x"))
            .contains("\tat " + EventLineTest.class.getName()));
  }

  @Test
  void floodGate_holdsBackWhatIsSaidTooOften() {
    FloodGate gate = new FloodGate();
    for (int i = 0; i < FloodGate.BURST; i++) {
      assertEquals(0, gate.pass("a", 1_000));
    }
    assertEquals(-1, gate.pass("a", 2_000));
    assertEquals(-1, gate.pass("a", 3_000));
    assertEquals(0, gate.pass("b", 3_000));
    assertEquals(2, gate.pass("a", 1_000 + FloodGate.INTERVAL_MILLIS));
    assertEquals(-1, gate.pass("a", 2_000 + FloodGate.INTERVAL_MILLIS));
    long later = 3_000 + FloodGate.INTERVAL_MILLIS + FloodGate.FORGET_MILLIS;
    assertEquals(1, gate.pass("a", later));
    assertEquals(0, gate.pass("a", later));
  }
}
