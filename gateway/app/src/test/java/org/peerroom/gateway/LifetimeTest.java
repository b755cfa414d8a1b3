package org.peerroom.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LifetimeTest {

  @Test
  void parse_readsEveryUnit() {
    assertEquals(Duration.ofSeconds(90), Lifetime.parse("--valid", "90s"));
    assertEquals(Duration.ofMinutes(5), Lifetime.parse("--valid", "5m"));
    assertEquals(Duration.ofHours(12), Lifetime.parse("--valid", "12h"));
    assertEquals(Duration.ofDays(365), Lifetime.parse("--valid", "365d"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "d", "365", "-1d", "1.5h", "1w", "1 d", "1D", "PT1H", "99999999999s"})
  void parse_failsWithTheFormThatIsTaken(String text) {
    GatewayException refused =
        assertThrows(GatewayException.class, () -> Lifetime.parse("--valid", text));
    assertEquals(ExitCode.BAD_INPUT, refused.exitCode());
    assertEquals(
        "--valid takes a number and s, m, h or d, as in 90s, 12h or 365d, not '" + text + "'",
        refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0s", "0d", "36501d", "9999999999d"})
  void parse_failsOutsideOfItsBounds(String text) {
    GatewayException refused =
        assertThrows(GatewayException.class, () -> Lifetime.parse("--ttl", text));
    assertEquals("--ttl takes from 1s to 36500d, not '" + text + "'", refused.getMessage());
  }
}
