package org.peerroom.camel;

import java.time.Duration;
import java.util.Locale;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.jspecify.annotations.Nullable;
import org.peerroom.Acks;
import org.peerroom.RoomConfig;
import org.peerroom.RoomSecret;
import org.peerroom.SubscribeOptions;
import org.peerroom.Subscription;

/** The options of one endpoint, read and checked. */
final class RoomSettings {

  /** The largest number of messages that one consumer routes at the same time. */
  static final int MAX_IN_FLIGHT = 1024;

  private final RoomConfig room;
  private final PolicyOptions policy;
  private final PolicyOptions policyDefaults;
  private final Acks acks;
  private final MessageKey key;
  private final int maxInFlight;
  private final Subscription subscription;
  private final HeaderFilterStrategy headerFilter;

  /**
   * Reads the options of an endpoint over the defaults of its component.
   *
   * @param trust what the names of authorities mean
   * @param context of which the languages are that expressions are written in
   * @throws IllegalArgumentException with one line that names what is wrong and what is expected;
   *     never the secret
   */
  RoomSettings(
      String name,
      RoomConfiguration endpoint,
      RoomConfiguration component,
      TrustFile trust,
      CamelContext context) {
    policy = PolicyOptions.of(endpoint);
    policyDefaults = PolicyOptions.of(component);
    RoomConfig open = RoomConfig.of(name).withPolicy(policy.toPolicy(policyDefaults, trust));
    String secret = firstOf(endpoint.getSecret(), component.getSecret());
    room = secret == null ? open : open.withSecret(RoomSecret.of(secret.toCharArray()));
    acks = parseAcks(firstOf(endpoint.getAcks(), component.getAcks()));
    key = new MessageKey(context, firstOf(endpoint.getKey(), component.getKey()));
    maxInFlight = checkInFlight(firstOf(endpoint.getMaxInFlight(), component.getMaxInFlight()));
    subscription = subscription(endpoint, component);
    HeaderFilterStrategy filter =
        firstOf(endpoint.getHeaderFilterStrategy(), component.getHeaderFilterStrategy());
    headerFilter = filter == null ? new RoomHeaderFilterStrategy() : filter;
  }

  private static <T> @Nullable T firstOf(@Nullable T first, @Nullable T second) {
    return first != null ? first : second;
  }

  private static Acks parseAcks(@Nullable String text) {
    return text == null ? Acks.LOCAL : Acks.parse(text);
  }

  private static int checkInFlight(@Nullable Integer number) {
    if (number == null) {
      return 1;
    }
    if (number < 1 || number > MAX_IN_FLIGHT) {
      throw new IllegalArgumentException(
          "maxInFlight=" + number + ": expected a number from 1 to " + MAX_IN_FLIGHT);
    }
    return number;
  }

  /**
   * In flight are as many messages as the consumer has asked for, so the subscription, which others
   * may share, sets no bound of its own.
   */
  private static Subscription subscription(
      RoomConfiguration endpoint, RoomConfiguration component) {
    String name = firstOf(endpoint.getSubscription(), component.getSubscription());
    Boolean echo = firstOf(endpoint.getEcho(), component.getEcho());
    Duration after = firstOf(endpoint.getRedeliverAfter(), component.getRedeliverAfter());
    SubscribeOptions.Start start = parseStart(firstOf(endpoint.getStart(), component.getStart()));
    Subscription taken =
        new Subscription(
            name,
            start,
            echo == null || echo,
            Subscription.MAX_IN_FLIGHT,
            Subscription.EPHEMERAL.redeliverAfter());
    return after == null ? taken : taken.withRedeliverAfter(after);
  }

  private static SubscribeOptions.Start parseStart(@Nullable String text) {
    return switch (text == null ? "oldest" : text.strip().toLowerCase(Locale.ROOT)) {
      case "oldest" -> SubscribeOptions.Start.OLDEST;
      case "live" -> SubscribeOptions.Start.LIVE;
      default -> throw new IllegalArgumentException("start=" + text + ": expected oldest or live");
    };
  }

  /**
   * The room as this endpoint alone would join it; with others it is what all of them say together.
   */
  RoomConfig room() {
    return room;
  }

  /** What this endpoint itself says about the room's policy. */
  PolicyOptions policy() {
    return policy;
  }

  /** What holds where no endpoint of the room says anything. */
  PolicyOptions policyDefaults() {
    return policyDefaults;
  }

  Acks acks() {
    return acks;
  }

  MessageKey key() {
    return key;
  }

  int maxInFlight() {
    return maxInFlight;
  }

  /** How consumers take messages. */
  Subscription subscription() {
    return subscription;
  }

  HeaderFilterStrategy headerFilter() {
    return headerFilter;
  }
}
