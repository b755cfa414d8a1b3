package org.peerroom.gateway.http;

import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.peerroom.gateway.ExitCode;
import org.peerroom.gateway.GatewayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.netty.ChannelBindException;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.LoopResources;

/**
 * The open port: finds the endpoint of a request, reads its body within limits, sends the reply.
 */
final class HttpListener {

  /** How many requests may be under way at the same time. */
  static final int MAX_REQUESTS = 256;

  private static final Logger LOG = LoggerFactory.getLogger(HttpListener.class);
  private static final long MOST_BODY_BYTES = 256L << 20;
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final HttpSettings settings;
  private final List<HttpRouteConsumer> consumers;
  private final ExecutorService threads;
  private final LoopResources loops = LoopResources.create("http", 1, 2, true);
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicLong bodyBytes = new AtomicLong();
  private final DisposableServer server;

  private HttpListener(
      HttpSettings settings, List<HttpRouteConsumer> consumers, ExecutorService threads) {
    this.settings = settings;
    this.consumers = consumers;
    this.threads = threads;
    ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    this.server =
        bind(
            HttpServer.create()
                .host(settings.host())
                .port(settings.port())
                .protocol(HttpProtocol.HTTP11)
                .runOn(loops)
                .channelGroup(channels)
                .readTimeout(READ_TIMEOUT)
                .idleTimeout(IDLE_TIMEOUT)
                .handle(this::handle));
  }

  /**
   * Opens the port.
   *
   * @throws GatewayException with one line if the address can't be taken
   */
  static HttpListener open(
      HttpSettings settings, List<HttpRouteConsumer> consumers, ExecutorService threads) {
    HttpListener listener = new HttpListener(settings, consumers, threads);
    LOG.info("HTTP is served at http://{}:{}", settings.host(), listener.port());
    return listener;
  }

  private DisposableServer bind(HttpServer http) {
    try {
      return http.bindNow();
    } catch (ChannelBindException e) {
      loops.disposeLater(Duration.ZERO, CLOSE_TIMEOUT).subscribe();
      throw new GatewayException(
          ExitCode.ADDRESS_UNAVAILABLE,
          "HTTP can't be served at " + settings.host() + ":" + settings.port() + ": " + why(e),
          e);
    }
  }

  private static String why(ChannelBindException failure) {
    String cause = String.valueOf(failure.getCause());
    return cause.contains("in use")
        ? "the port is in use; choose another with --set camel.server.port=PORT, or stop the program that uses it"
        : cause.contains("ermission denied")
            ? "this user may not open that port; choose one above 1023 with --set camel.server.port=PORT"
            : "this is no address of this machine; set camel.server.host to one that is, or to 0.0.0.0 for all";
  }

  int port() {
    return ((InetSocketAddress) server.address()).getPort();
  }

  /** Takes no new connection, lets replies that are being sent finish, and closes all. */
  void close() {
    server.disposeNow(CLOSE_TIMEOUT);
    loops.disposeLater(Duration.ZERO, CLOSE_TIMEOUT).block();
  }

  /** How many bytes all bodies under way may take together. */
  static long bodyBudget() {
    return Math.min(MOST_BODY_BYTES, Runtime.getRuntime().maxMemory() / 4);
  }

  private Mono<Void> handle(HttpServerRequest request, HttpServerResponse response) {
    String method = request.method().name();
    QueryStringDecoder uri = new QueryStringDecoder(request.uri());
    List<Candidate> candidates =
        consumers.stream()
            .flatMap(consumer -> Candidate.of(consumer, uri.path()).stream())
            .sorted(Comparator.comparing(c -> c.consumer().path(), PathPattern.MOST_SPECIFIC_FIRST))
            .toList();
    Optional<Candidate> candidate =
        candidates.stream().filter(c -> c.consumer().takes(method)).findFirst();
    if (candidates.isEmpty()) {
      return refuse(request, response, HttpReply.of(404, "nothing is served at this path"));
    }
    if (candidate.isEmpty()) {
      return refuse(request, response, notAllowed(candidates));
    }
    HttpRouteConsumer consumer = candidate.get().consumer();
    String type = request.requestHeaders().get("Content-Type", "");
    if (!consumer.consumes(type)) {
      return refuse(request, response, HttpReply.of(415, "this type of content is not taken here"));
    }
    if (BodyReader.isHopeless(announcedLength(request), settings.maxBodySize())) {
      return refuse(request, response, tooLarge());
    }
    if (requests.incrementAndGet() > MAX_REQUESTS) {
      requests.decrementAndGet();
      return refuse(request, response, HttpReply.later("too many requests at once"));
    }
    BodyReader body = new BodyReader(settings.maxBodySize(), bodyBytes, bodyBudget());
    return body.read(request.receive().asByteArray())
        .flatMap(bytes -> consumer.serve(head(request, uri, candidate.get()), bytes, threads))
        .onErrorResume(BodyReader.TooLarge.class, e -> Mono.just(tooLarge()))
        .onErrorResume(
            BodyReader.TooMuch.class, e -> Mono.just(HttpReply.later("too much at once")))
        .flatMap(reply -> send(response, reply, body.isWhole()))
        .doFinally(
            signal -> {
              body.release();
              requests.decrementAndGet();
            });
  }

  private static HttpReply notAllowed(List<Candidate> candidates) {
    TreeSet<String> allowed = new TreeSet<>();
    candidates.forEach(c -> allowed.addAll(c.consumer().methods()));
    HttpReply reply = HttpReply.of(405, "this method is not taken here");
    Map<String, List<String>> headers = new LinkedHashMap<>(reply.headers());
    headers.put("Allow", List.of(String.join(", ", allowed)));
    return new HttpReply(405, headers, reply.body());
  }

  private HttpReply tooLarge() {
    return HttpReply.of(413, "a body may have at most " + settings.maxBodySize() + " bytes");
  }

  private static long announcedLength(HttpServerRequest request) {
    String length = request.requestHeaders().get("Content-Length");
    try {
      return length == null ? 0 : Long.parseLong(length.strip());
    } catch (NumberFormatException e) {
      // Netty has answered what is malformed; a number that is too long is too large.
      return Long.MAX_VALUE;
    }
  }

  private static HttpRequest head(
      HttpServerRequest request, QueryStringDecoder uri, Candidate candidate) {
    return new HttpRequest(
        request.method().name(),
        request.uri(),
        uri.path(),
        uri.rawQuery(),
        uri.parameters(),
        headers(request.requestHeaders()),
        candidate.variables());
  }

  private static Map<String, List<String>> headers(HttpHeaders headers) {
    Map<String, List<String>> all = new LinkedHashMap<>();
    headers.names().forEach(name -> all.put(name, headers.getAll(name)));
    return all;
  }

  /** Answers without reading the body, which ends the connection if there is one. */
  private static Mono<Void> refuse(
      HttpServerRequest request, HttpServerResponse response, HttpReply reply) {
    boolean hasBody =
        announcedLength(request) > 0 || request.requestHeaders().contains("Transfer-Encoding");
    return send(response, reply, !hasBody);
  }

  private static Mono<Void> send(HttpServerResponse response, HttpReply reply, boolean keepAlive) {
    response.status(reply.status());
    reply
        .headers()
        .forEach((name, values) -> values.forEach(value -> response.addHeader(name, value)));
    if (!keepAlive) {
      response.keepAlive(false);
    }
    boolean noBody = reply.status() == 204 || reply.status() == 304 || reply.status() < 200;
    if (noBody || reply.body().length == 0) {
      if (!noBody) {
        response.header("Content-Length", "0");
      }
      return response.send().then();
    }
    response.header("Content-Length", Integer.toString(reply.body().length));
    return response.sendByteArray(Mono.just(reply.body())).then();
  }

  /** An endpoint whose path matches. */
  private record Candidate(HttpRouteConsumer consumer, Map<String, String> variables) {
    static Optional<Candidate> of(HttpRouteConsumer consumer, String path) {
      return consumer.path().match(path).map(variables -> new Candidate(consumer, variables));
    }
  }
}
