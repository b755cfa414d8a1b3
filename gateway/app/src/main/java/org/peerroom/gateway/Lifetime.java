package org.peerroom.gateway;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long something is valid, as a person types it: a whole number and {@code s}, {@code m},
 * {@code h} or {@code d}, such as {@code 90s}, {@code 12h} or {@code 365d}. A day is 24 hours.
 */
public final class Lifetime {

  private static final Duration LONGEST = Duration.ofDays(36_500);
  private static final Pattern FORM = Pattern.compile("([0-9]{1,10})([smhd])");

  private Lifetime() {}

  /**
   * Reads what was given to an option.
   *
   * @param option how the option is written, for the message
   * @return from 1 second to 36,500 days
   * @throws GatewayException with one line if it is something else
   */
  public static Duration parse(String option, String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw GatewayException.badInput(
          option + " takes a number and s, m, h or d, as in 90s, 12h or 365d, not '" + text + "'");
    }
    long number = Long.parseLong(matcher.group(1));
    Duration life =
        switch (matcher.group(2)) {
          case "s" -> Duration.ofSeconds(number);
          case "m" -> Duration.ofMinutes(number);
          case "h" -> Duration.ofHours(number);
          default -> Duration.ofDays(number);
        };
    if (life.isZero() || life.compareTo(LONGEST) > 0) {
      throw GatewayException.badInput(
          option + " takes from 1s to " + LONGEST.toDays() + "d, not '" + text + "'");
    }
    return life;
  }
}
