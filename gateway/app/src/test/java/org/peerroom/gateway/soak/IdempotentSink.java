package org.peerroom.gateway.soak;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.peerroom.gateway.Body;

/** A web service for which the same order twice is one order: it knows it by its key. */
final class IdempotentSink implements AutoCloseable {

  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(4);
  private final Map<String, Body> effects = new ConcurrentHashMap<>();
  private final AtomicLong repeats = new AtomicLong();
  private final AtomicLong altered = new AtomicLong();

  IdempotentSink() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/orders", this::take);
    server.start();
  }

  private void take(HttpExchange exchange) throws IOException {
    Body body = new Body(exchange.getRequestBody().readAllBytes());
    String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
    int status = 204;
    if (key == null) {
      status = 400;
    } else {
      Body first = effects.putIfAbsent(key, body);
      if (first != null) {
        repeats.incrementAndGet();
        if (!first.equals(body)) {
          altered.incrementAndGet();
        }
      }
    }
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/orders";
  }

  /** What was ordered, by key. */
  Map<String, Body> effects() {
    return effects;
  }

  /** How many orders came that had come before. */
  long repeats() {
    return repeats.get();
  }

  /** How many of those were not the same as the first one. */
  long altered() {
    return altered.get();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
