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
 * Logs what is going to be tried again: one line for a place that fails, then at most one every 10
 * seconds with the number of failures since, and one line when it works again. What is not tried
 * again is for the consumer to report, which knows what becomes of the message. Safe for concurrent
 * use.
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
    if (failure == null || !Retry.isWorthwhile(exchange)) {
      return;
    }
    String endpoint = exchange.getProperty(ExchangePropertyKey.TO_ENDPOINT, String.class);
    String name = endpoint == null ? exchange.getFromRouteId() : ErrorLine.withoutOptions(endpoint);
    Place place =
        places.size() < MOST_PLACES ? places.computeIfAbsent(name, n -> new Place()) : new Place();
    long suppressed = place.fail(nanoTime.getAsLong());
    if (exchange.getProperty(WATCHED) == null) {
      exchange.setProperty(WATCHED, true);
      exchange.getExchangeExtension().addOnCompletion(new Recovery(name, place));
    }
    if (suppressed >= 0) {
      LOG.warn(
          "{}: {}: {}; trying again until it works{}",
          exchange.getFromRouteId(),
          name,
          ErrorLine.cause(failure),
          suppressed == 0 ? "" : " (failed " + suppressed + " more times since)");
    }
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
