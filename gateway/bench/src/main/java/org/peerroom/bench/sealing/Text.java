package org.peerroom.bench.sealing;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers for people: no more digits than were measured. */
final class Text {

  private static final MathContext DIGITS = new MathContext(3);
  private static final int THOUSAND = 1_000;

  private Text() {}

  /** Three digits that count, with a comma between thousands. */
  static String number(double value) {
    BigDecimal rounded = new BigDecimal(value).round(DIGITS);
    int decimals = Math.max(0, Math.min(rounded.stripTrailingZeros().scale(), 4));
    return String.format(Locale.ROOT, "%,." + decimals + "f", rounded);
  }

  /** How many members, where that was interpolated: two digits count. */
  static String members(double count) {
    BigDecimal rounded = new BigDecimal(Math.round(count)).round(new MathContext(2));
    return String.format(Locale.ROOT, "%,.0f", rounded);
  }

  /** Milliseconds in the unit that is read best. */
  static String time(double millis) {
    if (millis >= THOUSAND) {
      return number(millis / THOUSAND) + " s";
    }
    return millis >= 1 ? number(millis) + " ms" : number(millis * THOUSAND) + " µs";
  }

  /** Bytes in the unit that is read best; 1 kB is 1,000 bytes. */
  static String bytes(double bytes) {
    if (bytes >= THOUSAND * THOUSAND) {
      return number(bytes / (THOUSAND * THOUSAND)) + " MB";
    }
    return bytes >= THOUSAND ? number(bytes / THOUSAND) + " kB" : number(bytes) + " B";
  }
}
