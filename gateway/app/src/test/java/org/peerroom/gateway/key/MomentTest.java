package org.peerroom.gateway.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.peerroom.gateway.GatewayException;

class MomentTest {

  @Test
  void parse_readsADayAsItsBeginningInUtc() {
    assertEquals(Instant.parse("2027-12-31T00:00:00Z"), Moment.parse("--at", "2027-12-31"));
    assertEquals(
        Instant.parse("2027-12-31T18:30:05Z"), Moment.parse("--at", "2027-12-31T18:30:05Z"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "tomorrow", "2027-02-30", "31.12.2027", "2027-12-31T18:30", "T"})
  void parse_failsWithTheFormThatIsTaken(String text) {
    assertEquals(
        "--at takes a date as 2027-12-31 or 2027-12-31T18:30:00Z, not '" + text + "'",
        assertThrows(GatewayException.class, () -> Moment.parse("--at", text)).getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"1969-12-31", "+10000-01-01", "+1000000000-12-31T23:59:59Z"})
  void parse_failsOutsideOfItsBounds(String text) {
    assertEquals(
        "--at takes a date from 1970 to 9999, not '" + text + "'",
        assertThrows(GatewayException.class, () -> Moment.parse("--at", text)).getMessage());
  }
}
