package org.peerroom;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How messages are taken with acknowledgement: see {@link Room#deliveries}.
 *
 * @param name under which the room keeps what was acknowledged; null for a subscription that ends
 *     with its subscriber
 * @param start where a subscription begins that nothing is kept of
 * @param echo whether messages that this very peer publishes are delivered to it too
 * @param maxInFlight how many messages may be delivered and not acknowledged at the same time, 1 to
 *     10,000, for all its consumers together
 * @param redeliverAfter how long a message waits that was refused without another delay; from then
 *     on twice as long each time, one minute at most
 */
public record Subscription(
    @Nullable String name,
    SubscribeOptions.Start start,
    boolean echo,
    int maxInFlight,
    Duration redeliverAfter) {

  /** The largest number of messages in flight. */
  public static final int MAX_IN_FLIGHT = 10_000;

  private static final int MAX_NAME = 128;

  /** Ends with its subscriber: from the oldest, with this peer's own, 256 in flight. */
  public static final Subscription EPHEMERAL =
      new Subscription(null, SubscribeOptions.Start.OLDEST, true, 256, Duration.ofSeconds(1));

  /**
   * @throws IllegalArgumentException with one line that names the value and its range
   */
  public Subscription {
    if (name != null
        && (name.isBlank()
            || name.length() > MAX_NAME
            || name.chars().anyMatch(Character::isISOControl))) {
      throw new IllegalArgumentException(
          "a subscription's name has 1 to "
              + MAX_NAME
              + " characters, not all of them blank, and no control characters");
    }
    if (maxInFlight < 1 || maxInFlight > MAX_IN_FLIGHT) {
      throw new IllegalArgumentException(
          "a subscription has 1 to " + MAX_IN_FLIGHT + " messages in flight, not " + maxInFlight);
    }
    if (redeliverAfter.toMillis() < 1 || redeliverAfter.compareTo(Duration.ofMinutes(1)) > 0) {
      throw new IllegalArgumentException(
          "a message is redelivered after 1 millisecond to 1 minute, not " + redeliverAfter);
    }
  }

  /** A durable subscription of this name: goes on where it was, also after a restart. */
  public static Subscription named(String name) {
    return new Subscription(
        name, EPHEMERAL.start, EPHEMERAL.echo, EPHEMERAL.maxInFlight, EPHEMERAL.redeliverAfter);
  }

  /** The same, beginning elsewhere. */
  public Subscription withStart(SubscribeOptions.Start value) {
    return new Subscription(name, value, echo, maxInFlight, redeliverAfter);
  }

  /** The same, with or without this peer's own messages. */
  public Subscription withEcho(boolean value) {
    return new Subscription(name, start, value, maxInFlight, redeliverAfter);
  }

  /** The same, with another number in flight. */
  public Subscription withMaxInFlight(int value) {
    return new Subscription(name, start, echo, value, redeliverAfter);
  }

  /** The same, with another delay before redelivery. */
  public Subscription withRedeliverAfter(Duration value) {
    return new Subscription(name, start, echo, maxInFlight, value);
  }
}
