package org.peerroom.gateway;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A web server that keeps what is posted to it. */
public final class HttpSink implements AutoCloseable {

  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(2);
  private final List<Body> bodies = new CopyOnWriteArrayList<>();

  /** Opens a free port. */
  public HttpSink() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/orders",
        exchange -> {
          Body body = new Body(exchange.getRequestBody().readAllBytes());
          boolean post = exchange.getRequestMethod().equals("POST");
          if (post) {
            bodies.add(body);
          }
          exchange.sendResponseHeaders(post ? 204 : 405, -1);
          exchange.close();
        });
    server.start();
  }

  /** Where to post to. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/orders";
  }

  /** What has been posted so far. */
  public List<Body> bodies() {
    return List.copyOf(bodies);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
