package org.peerroom.gateway.run;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Processor;
import org.apache.camel.spi.Synchronization;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what fails in routes, and what becomes of it: one line for a place that fails, then at most
 * one every 10 seconds with the number of failures since, and one line when it works again. Safe
 * for concurrent use.
 */
final class FailureLog implements Processor {

  private static final Logger LOG = LoggerFactory.getLogger("routes");
  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final String WATCHED = "PeerRoomFailureWatched";
  // More places than any routes file has; beyond it lines are not held back.
  private static final int MOST_PLACES = 1_000;

  private final LongSupplier nanoTime;
  private final Map<String, Place> places = new ConcurrentHashMap<>();

  FailureLog(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  @Override
  public void process(Exchange exchange) {
    Throwable failure = exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, Throwable.class);
    boolean again = Retry.isWorthwhile(exchange);
    String source =
        exchange.getFromEndpoint() == null ? "" : exchange.getFromEndpoint().getEndpointUri();
    if (failure == null || (!again && reportsItself(source))) {
      return;
    }
    String endpoint = exchange.getProperty(ExchangePropertyKey.TO_ENDPOINT, String.class);
    String name = endpoint == null ? "a step" : place(exchange, ErrorLine.withoutOptions(endpoint));
    String file = exchange.getIn().getHeader(Exchange.FILE_NAME, String.class);
    Place place = place(again || file == null ? name : name + " " + file);
    long suppressed = place.fail(nanoTime.getAsLong());
    if (again && exchange.getProperty(WATCHED) == null) {
      exchange.setProperty(WATCHED, true);
      exchange.getExchangeExtension().addOnCompletion(new Recovery(name, place));
    }
    if (suppressed >= 0) {
      LOG.warn(
          "{}: {}: {}; {}{}",
          exchange.getFromRouteId(),
          name,
          ErrorLine.cause(failure),
          again ? "trying again until it works" : outcome(source, file),
          suppressed == 0 ? "" : " (failed " + suppressed + " more times since)");
    }
  }

  /** A queue's name says nothing about where its broker should be. */
  private static String place(Exchange exchange, String endpoint) {
    if (!endpoint.startsWith("jms:")) {
      return endpoint;
    }
    JmsSettings settings =
        JmsSettings.of(exchange.getContext().getPropertiesComponent()::resolveProperty);
    return endpoint + " at " + ErrorLine.withoutOptions(settings.url());
  }

  private Place place(String key) {
    return places.size() < MOST_PLACES
        ? places.computeIfAbsent(key, n -> new Place())
        : new Place();
  }

  /** Whether the consumer logs what it can't keep, or tells the caller. */
  private static boolean reportsItself(String source) {
    return source.startsWith("room:") || source.startsWith("platform-http:");
  }

  private static String outcome(String source, @Nullable String file) {
    if (source.startsWith("file:") && file != null) {
      return "the file "
          + file
          + " stays where it is and is tried again with the next look into the folder";
    }
    if (source.startsWith("jms:")) {
      return "the message goes back to the queue";
    }
    return "this message is not tried again";
  }

  /** One endpoint that has failed. */
  private static final class Place {
    private boolean failing;
    private long loggedAt;
    private long suppressed;

    /**
     * How many failures were not logged since the last line, or -1 if this one is not to be logged
     * either.
     */
    synchronized long fail(long now) {
      if (failing && now - loggedAt < INTERVAL_NANOS) {
        suppressed++;
        return -1;
      }
      long held = suppressed;
      failing = true;
      loggedAt = now;
      suppressed = 0;
      return held;
    }

    synchronized boolean recover() {
      boolean was = failing;
      failing = false;
      suppressed = 0;
      return was;
    }
  }

  private record Recovery(String name, Place place) implements Synchronization {
    @Override
    public void onComplete(Exchange exchange) {
      if (place.recover()) {
        LOG.info("{}: {}: works again", exchange.getFromRouteId(), name);
      }
    }

    @Override
    public void onFailure(@Nullable Exchange exchange) {}
  }
}
