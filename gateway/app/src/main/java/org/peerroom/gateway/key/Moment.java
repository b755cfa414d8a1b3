package org.peerroom.gateway.key;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.peerroom.gateway.GatewayException;

/** A moment as a person types it: {@code 2027-12-31T18:30:00Z}, or a day for its first second. */
final class Moment {

  private static final Instant EARLIEST = Instant.EPOCH;
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

  private Moment() {}

  /**
   * Reads what was given to an option; a day without a time begins in UTC.
   *
   * @param option how the option is written, for the message
   */
  static Instant parse(String option, String text) {
    Instant moment;
    try {
      moment =
          text.contains("T")
              ? Instant.parse(text)
              : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
    } catch (DateTimeException e) {
      throw GatewayException.badInput(
          option + " takes a date as 2027-12-31 or 2027-12-31T18:30:00Z, not '" + text + "'", e);
    }
    if (moment.isBefore(EARLIEST) || moment.isAfter(LATEST)) {
      throw GatewayException.badInput(
          option + " takes a date from 1970 to 9999, not '" + text + "'");
    }
    return moment;
  }
}
