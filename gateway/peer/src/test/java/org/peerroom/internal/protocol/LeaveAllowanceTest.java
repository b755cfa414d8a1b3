package org.peerroom.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How many sender keys those can bring about who leave; wherever the clock for timers began. */
class LeaveAllowanceTest {

  private static final Duration RETENTION = Duration.ofMinutes(10);

  private static Now at(long tick) {
    return new Now(0, tick);
  }

  private static int taken(LeaveAllowance allowance, long tick, int times) {
    int taken = 0;
    for (int i = 0; i < times; i++) {
      taken += allowance.take(at(tick)) ? 1 : 0;
    }
    return taken;
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 1_000_000_000L, -1_000_000_000L, -1, Long.MIN_VALUE / 2_000_000})
  void manyAtOnce_getSixtyFour_thenOneASecond(long origin) {
    LeaveAllowance allowance = new LeaveAllowance(RETENTION, at(origin));
    assertEquals(64, taken(allowance, origin, 1_000));
    assertFalse(allowance.take(at(origin + 999)));
    assertTrue(allowance.take(at(origin + 1_000)));
    assertFalse(allowance.take(at(origin + 1_000)));
    assertEquals(9, taken(allowance, origin + 10_000, 100));
    assertEquals(64, taken(allowance, origin + 3_600_000, 1_000));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 600, 86_400, 30 * 86_400})
  void inOneRetention_thereAreNoMoreThanAMemberCanHoldKeys(long seconds) {
    Duration retention = Duration.ofSeconds(seconds);
    LeaveAllowance allowance = new LeaveAllowance(retention, at(0));
    int taken = 0;
    long step = Math.max(1, retention.toMillis() / 20_000);
    for (long tick = 0; tick <= retention.toMillis(); tick += step) {
      taken += allowance.take(at(tick)) ? 1 : 0;
    }
    assertTrue(taken <= 64 + 4_096 + 1, seconds + " s: " + taken);
  }
}
