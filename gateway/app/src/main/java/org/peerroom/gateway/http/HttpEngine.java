package org.peerroom.gateway.http;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.support.service.ServiceSupport;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@code platform-http:} endpoints, all at one address. It listens while at least one of
 * them is started: a gateway whose routes do not serve HTTP opens no port.
 *
 * <p>Bodies are read whole into memory before a route sees them. At most {@link
 * HttpListener#MAX_REQUESTS} requests are under way at the same time, and their bodies take at most
 * {@link HttpListener#bodyBudget()} bytes; what comes on top is answered 503.
 */
public final class HttpEngine extends ServiceSupport implements PlatformHttpEngine {

  private static final int THREADS = 20;

  private final CamelContext context;
  private final HttpSettings settings;
  private final Predicate<Throwable> isTransient;
  private final List<HttpRouteConsumer> consumers = new CopyOnWriteArrayList<>();
  private final ReentrantLock state = new ReentrantLock();
  private @Nullable HttpListener listener;
  private @Nullable ExecutorService threads;

  /**
   * Prepares; nothing is opened yet.
   *
   * @param isTransient which failures are answered 503 rather than 500
   */
  public HttpEngine(CamelContext context, HttpSettings settings, Predicate<Throwable> isTransient) {
    this.context = context;
    this.settings = settings;
    this.isTransient = isTransient;
  }

  @Override
  public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
    if (endpoint.isHttpProxy()) {
      throw new IllegalArgumentException(
          "platform-http:proxy is not served by the gateway; name a path");
    }
    if (endpoint.isUseCookieHandler()) {
      throw new IllegalArgumentException(
          "useCookieHandler is not served by the gateway; read the header Cookie and set Set-Cookie");
    }
    return new HttpRouteConsumer(this, endpoint, processor, isTransient);
  }

  @Override
  public int getServerPort() {
    state.lock();
    try {
      return listener == null ? settings.port() : listener.port();
    } finally {
      state.unlock();
    }
  }

  void add(HttpRouteConsumer consumer) {
    state.lock();
    try {
      consumers.add(consumer);
      if (listener == null) {
        ExecutorService pool = newThreads();
        listener = HttpListener.open(settings, consumers, pool);
        threads = pool;
      }
    } catch (RuntimeException e) {
      consumers.remove(consumer);
      throw e;
    } finally {
      state.unlock();
    }
  }

  void remove(HttpRouteConsumer consumer) {
    state.lock();
    try {
      consumers.remove(consumer);
      if (consumers.isEmpty()) {
        closeListener();
      }
    } finally {
      state.unlock();
    }
  }

  private ExecutorService newThreads() {
    ThreadPoolProfile profile = new ThreadPoolProfile("http");
    profile.setPoolSize(THREADS);
    profile.setMaxPoolSize(THREADS);
    profile.setKeepAliveTime(60L);
    profile.setAllowCoreThreadTimeOut(true);
    profile.setMaxQueueSize(HttpListener.MAX_REQUESTS);
    profile.setRejectedPolicy(ThreadPoolRejectedPolicy.Abort);
    return context.getExecutorServiceManager().newThreadPool(this, "http", profile);
  }

  @Override
  protected void doStop() {
    state.lock();
    try {
      closeListener();
    } finally {
      state.unlock();
    }
  }

  private void closeListener() {
    if (listener != null) {
      listener.close();
      listener = null;
    }
    if (threads != null) {
      context.getExecutorServiceManager().shutdown(threads);
      threads = null;
    }
  }
}
