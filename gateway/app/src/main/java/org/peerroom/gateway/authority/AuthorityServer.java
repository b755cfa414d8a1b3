package org.peerroom.gateway.authority;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.peerroom.gateway.ExitCode;
import org.peerroom.gateway.GatewayException;
import org.peerroom.gateway.http.BodyReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.netty.ChannelBindException;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.LoopResources;

/**
 * The open port of the authority: limits first, then the API. What one can't do is answered with
 * the reason; what is wrong here is logged, and answered without saying what.
 */
final class AuthorityServer implements AutoCloseable {

  static final int MAX_BODY = 16 << 10;
  static final int MAX_CONNECTIONS = 2_000;

  /** Requests of one address: this many at once, then {@link #EACH_SECOND}. */
  static final int BURST = 60;

  static final int EACH_SECOND = 2;

  private static final Logger LOG = LoggerFactory.getLogger(AuthorityServer.class);
  private static final long MAX_BODIES = 16L << 20;
  private static final int MAX_LINE = 8 << 10;
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final ServerSettings settings;
  private final AuthorityApi api;
  private final RateLimit limit = new RateLimit(BURST, EACH_SECOND, System::nanoTime);
  private final LoopResources loops = LoopResources.create("authority-http", 1, 2, true);
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicLong bodyBytes = new AtomicLong();
  private final DisposableServer server;

  private AuthorityServer(ServerSettings settings, AuthorityApi api) {
    this.settings = settings;
    this.api = api;
    HttpServer http =
        HttpServer.create()
            .host(settings.host())
            .port(settings.port())
            .protocol(HttpProtocol.HTTP11)
            .runOn(loops)
            .readTimeout(READ_TIMEOUT)
            .idleTimeout(IDLE_TIMEOUT)
            .requestTimeout(REQUEST_TIMEOUT)
            .httpRequestDecoder(spec -> spec.maxInitialLineLength(MAX_LINE).maxHeaderSize(MAX_LINE))
            .doOnConnection(this::count)
            .handle(this::handle);
    this.server = bind(withTls(http));
  }

  /**
   * Opens the port.
   *
   * @throws GatewayException with one line if the address can't be taken or TLS can't be set up
   */
  static AuthorityServer open(ServerSettings settings, AuthorityApi api) {
    return new AuthorityServer(settings, api);
  }

  private HttpServer withTls(HttpServer http) {
    if (settings.certificate() == null || settings.key() == null) {
      return http;
    }
    SslContext context;
    try {
      context =
          Http11SslContextSpec.forServer(settings.certificate().toFile(), settings.key().toFile())
              .sslContext();
    } catch (Exception e) {
      throw GatewayException.badInput(
          "TLS can't be set up with "
              + settings.certificate()
              + " and "
              + settings.key()
              + "; they are to be a certificate chain and its PKCS#8 key without a passphrase, in PEM form",
          e);
    }
    return http.secure(spec -> spec.sslContext(context));
  }

  private DisposableServer bind(HttpServer http) {
    try {
      return http.bindNow();
    } catch (ChannelBindException e) {
      throw unbound(String.valueOf(e.getCause()), e);
    } catch (RuntimeException e) {
      if (e.getCause() instanceof UnknownHostException || e instanceof UnresolvedAddressException) {
        throw unbound("unknown host", e);
      }
      throw e;
    }
  }

  private GatewayException unbound(String cause, Throwable failure) {
    loops.disposeLater(Duration.ZERO, CLOSE_TIMEOUT).subscribe();
    String why =
        cause.contains("in use")
            ? "the port is in use; choose another, or stop the program that uses it"
            : cause.contains("ermission denied")
                ? "this user may not open that port; choose one above 1023"
                : "this is no address of this machine; give one that is, or 0.0.0.0 for all";
    return new GatewayException(
        ExitCode.ADDRESS_UNAVAILABLE,
        "cannot listen on " + settings.host() + ":" + settings.port() + ": " + why,
        failure);
  }

  /** Where it listens. */
  URI url() {
    String host = settings.host();
    return URI.create(
        (settings.tls() ? "https://" : "http://")
            + (host.indexOf(':') >= 0 ? "[" + host + "]" : host)
            + ":"
            + ((InetSocketAddress) server.address()).getPort());
  }

  private URI publicUrl() {
    return settings.publicUrl() == null ? url() : settings.publicUrl();
  }

  private void count(Connection connection) {
    connection.onDispose(connections::decrementAndGet);
    if (connections.incrementAndGet() > MAX_CONNECTIONS) {
      connection.dispose();
    }
  }

  private Mono<Void> handle(HttpServerRequest request, HttpServerResponse response) {
    InetAddress from = address(request);
    if (!limit.allows(from)) {
      response.header("Retry-After", "1");
      return send(
          response,
          Reply.error(
              RequestException.tooOften("too many requests from this address; wait a little")),
          false);
    }
    BodyReader body = new BodyReader(MAX_BODY, bodyBytes, MAX_BODIES);
    QueryStringDecoder uri = new QueryStringDecoder(request.uri());
    if (BodyReader.isHopeless(announcedLength(request), MAX_BODY)) {
      return send(response, Reply.error(tooLarge()), false);
    }
    return body.read(request.receive().asByteArray())
        .flatMap(
            bytes -> api.answer(new Call(request.method().name(), uri, bytes, from, publicUrl())))
        .onErrorResume(failure -> Mono.just(failed(failure, uri.path(), from)))
        .flatMap(reply -> send(response, reply, body.isWhole()))
        .doFinally(signal -> body.release());
  }

  private static InetAddress address(HttpServerRequest request) {
    InetSocketAddress remote = request.remoteAddress();
    return remote == null || remote.getAddress() == null
        ? InetAddress.getLoopbackAddress()
        : remote.getAddress();
  }

  private static long announcedLength(HttpServerRequest request) {
    String length = request.requestHeaders().get("Content-Length");
    try {
      return length == null ? 0 : Long.parseLong(length.strip());
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE;
    }
  }

  private static RequestException tooLarge() {
    return RequestException.tooLarge("a request has at most " + MAX_BODY + " bytes");
  }

  private static Reply failed(Throwable failure, String path, InetAddress from) {
    RequestException why;
    if (failure instanceof RequestException known) {
      LOG.warn("refused {} from {}: {}", known.status(), from.getHostAddress(), known.getMessage());
      why = known;
    } else if (failure instanceof BodyReader.TooLarge) {
      why = tooLarge();
    } else if (failure instanceof BodyReader.TooMuch
        || failure instanceof RejectedExecutionException) {
      why = RequestException.later("too many requests at once; try again later");
    } else {
      LOG.error("a request can't be answered: {}", String.valueOf(failure.getMessage()), failure);
      why = RequestException.later("the authority has a problem; try again later");
    }
    return path.startsWith("/v1/login/")
        ? Reply.page(why.status(), LoginPage.failed(String.valueOf(why.getMessage())))
        : Reply.error(why);
  }

  private static Mono<Void> send(HttpServerResponse response, Reply reply, boolean keepAlive) {
    byte[] bytes = reply.bytes();
    response
        .status(reply.status())
        .header("Content-Type", reply.type())
        .header("Content-Length", Integer.toString(bytes.length))
        .header("Cache-Control", "no-store")
        .header("X-Content-Type-Options", "nosniff")
        .header("Referrer-Policy", "no-referrer")
        .header("X-Frame-Options", "DENY")
        .header(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'");
    if (!keepAlive) {
      response.keepAlive(false);
    }
    return response.sendByteArray(Mono.just(bytes)).then();
  }

  /** Takes no new connection, lets answers that are being sent finish, and closes all. */
  @Override
  public void close() {
    server.disposeNow(CLOSE_TIMEOUT);
    loops.disposeLater(Duration.ZERO, CLOSE_TIMEOUT).block();
  }
}
