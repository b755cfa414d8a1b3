package org.peerroom.camel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LogThrottleTest {

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 10);
  private final LogThrottle throttle = new LogThrottle(Duration.ofNanos(100), 2, now::get);

  @Test
  void permit_letsTheFirstThroughAndTheNextOnlyAfterTheWindow() {
    assertEquals(OptionalLong.of(0), throttle.permit("a", 1));
    now.addAndGet(99);
    assertTrue(throttle.permit("a", 1).isEmpty());
    now.addAndGet(1);
    assertEquals(OptionalLong.of(1), throttle.permit("a", 1));
  }

  @Test
  void permit_tellsTheWeightOfWhatWasHeldBack() {
    throttle.permit("a", 1);
    throttle.permit("a", 3);
    throttle.permit("a", 4);
    now.addAndGet(100);
    assertEquals(OptionalLong.of(7), throttle.permit("a", 1));
    now.addAndGet(100);
    assertEquals(OptionalLong.of(0), throttle.permit("a", 1));
  }

  @Test
  void permit_countsEachSubjectAlone() {
    throttle.permit("a", 1);
    assertEquals(OptionalLong.of(0), throttle.permit("b", 1));
    assertTrue(throttle.permit("a", 1).isEmpty());
  }

  @Test
  void permit_forgetsTheSubjectSpokenOfLeastRecently() {
    throttle.permit("a", 1);
    throttle.permit("b", 1);
    throttle.permit("a", 1);
    throttle.permit("c", 1);
    assertTrue(throttle.permit("a", 1).isEmpty());
    assertEquals(OptionalLong.of(0), throttle.permit("b", 1));
  }
}
