package org.peerroom.gateway.http;

import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Processor;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.Suspendable;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.DefaultConsumer;
import org.peerroom.MessageTooLargeException;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * One {@code platform-http:} endpoint. A request becomes an exchange on a thread of the engine's
 * pool; the reply is sent when the exchange is done, wherever that happens. A suspended or stopping
 * route answers 503 and finishes what it has taken.
 */
final class HttpRouteConsumer extends DefaultConsumer
    implements PlatformHttpConsumer, Suspendable, ShutdownAware {

  private static final Duration DEFAULT_REQUEST_TIMEOUT = Duration.ofSeconds(60);

  private final HttpEngine engine;
  private final PathPattern path;
  private final Set<String> methods = new TreeSet<>();
  private final Predicate<Throwable> isTransient;
  private final AtomicInteger pending = new AtomicInteger();

  HttpRouteConsumer(
      HttpEngine engine,
      PlatformHttpEndpoint endpoint,
      Processor processor,
      Predicate<Throwable> isTransient) {
    super(endpoint, processor);
    this.engine = engine;
    this.isTransient = isTransient;
    this.path = PathPattern.parse(endpoint.getPath(), endpoint.isMatchOnUriPrefix());
    if (endpoint.getHttpMethodRestrict() != null) {
      for (String method : endpoint.getHttpMethodRestrict().split(",")) {
        methods.add(method.strip().toUpperCase(Locale.ROOT));
      }
    }
  }

  @Override
  public PlatformHttpEndpoint getEndpoint() {
    return (PlatformHttpEndpoint) super.getEndpoint();
  }

  PathPattern path() {
    return path;
  }

  /** The methods it takes; empty for all. */
  Set<String> methods() {
    return methods;
  }

  boolean takes(String method) {
    return methods.isEmpty() || methods.contains(method);
  }

  /** Whether a body of this type is taken; what has no type is. */
  boolean consumes(String contentType) {
    String consumes = getEndpoint().getConsumes();
    if (consumes == null
        || contentType.isBlank()
        || !getEndpoint().getComponent().isServerRequestValidation()) {
      return true;
    }
    String type = contentType.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT);
    for (String accepted : consumes.toLowerCase(Locale.ROOT).split(",")) {
      String pattern = accepted.replaceFirst(";.*", "").strip();
      if (pattern.equals("*/*")
          || pattern.equals(type)
          || (pattern.endsWith("/*")
              && type.startsWith(pattern.substring(0, pattern.length() - 1)))) {
        return true;
      }
    }
    return false;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    engine.add(this);
  }

  @Override
  protected void doStop() throws Exception {
    engine.remove(this);
    super.doStop();
  }

  @Override
  public boolean deferShutdown(ShutdownRunningTask shutdownRunningTask) {
    return false;
  }

  @Override
  public int getPendingExchangesSize() {
    return pending.get();
  }

  @Override
  public void prepareShutdown(boolean suspendOnly, boolean forced) {
    // Requests that have been taken are counted as pending and finish by themselves.
  }

  /** Routes a request. Lazy; always ends with a reply. */
  Mono<HttpReply> serve(HttpRequest request, byte[] body, ExecutorService threads) {
    long millis = getEndpoint().getRequestTimeout();
    Duration timeout = millis > 0 ? Duration.ofMillis(millis) : DEFAULT_REQUEST_TIMEOUT;
    return Mono.<HttpReply>create(sink -> accept(request, body, threads, sink))
        .timeout(
            timeout,
            Mono.fromSupplier(
                () ->
                    HttpReply.later(
                        "not done within "
                            + timeout.toSeconds()
                            + " s; it goes on and may still be done")));
  }

  private void accept(
      HttpRequest request, byte[] body, ExecutorService threads, MonoSink<HttpReply> sink) {
    if (!isRunAllowed() || isSuspendingOrSuspended()) {
      sink.success(HttpReply.later("this route is stopping"));
      return;
    }
    pending.incrementAndGet();
    try {
      threads.execute(() -> route(request, body, sink));
    } catch (RejectedExecutionException e) {
      pending.decrementAndGet();
      sink.success(HttpReply.later("too many requests at once"));
    }
  }

  private void route(HttpRequest request, byte[] body, MonoSink<HttpReply> sink) {
    Exchange exchange = createExchange(false);
    try {
      exchange.setPattern(ExchangePattern.InOut);
      HttpExchanges.fill(exchange, request, body, getEndpoint().getHeaderFilterStrategy());
      createUoW(exchange);
    } catch (Exception e) {
      exchange.setException(e);
      finish(exchange, sink);
      return;
    }
    getAsyncProcessor().process(exchange, doneSync -> finish(exchange, sink));
  }

  private void finish(Exchange exchange, MonoSink<HttpReply> sink) {
    try {
      sink.success(reply(exchange));
    } finally {
      doneUoW(exchange);
      releaseExchange(exchange, false);
      pending.decrementAndGet();
    }
  }

  private HttpReply reply(Exchange exchange) {
    Exception failure = exchange.getException();
    if (failure == null) {
      try {
        return HttpExchanges.reply(exchange, getEndpoint().getHeaderFilterStrategy());
      } catch (RuntimeException e) {
        failure = e;
      }
    }
    getExceptionHandler()
        .handleException(
            "a request to " + getEndpoint().getPath() + " failed in its route", exchange, failure);
    return failed(failure);
  }

  /** What the caller is told: whether trying again can help, and nothing of what is inside. */
  private HttpReply failed(Throwable failure) {
    String why = getEndpoint().isMuteException() ? "" : ": " + failure;
    for (Throwable cause = failure;
        cause != null && cause != cause.getCause();
        cause = cause.getCause()) {
      if (cause instanceof MessageTooLargeException) {
        return HttpReply.of(413, "too large" + why);
      }
    }
    if (isTransient.test(failure)) {
      return HttpReply.later("not possible now" + why);
    }
    return HttpReply.of(500, "failed" + why);
  }
}
