package org.peerroom.internal.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerAddress;
import org.peerroom.PeerId;
import org.peerroom.PeerStartException;
import org.peerroom.internal.crypto.LinkCertificate;
import org.peerroom.internal.crypto.PublicKeyCrypto;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;

/**
 * Links over TCP and TLS 1.3, on two event loop threads of its own.
 *
 * <p>Guarantees that {@link Link#remote} is the holder of that key, that a link's frames arrive in
 * order and unaltered, and that what a remote can make it hold is bounded: 1,024 accepted
 * connections, 256 of them before TLS is done, and for each link little more than 1 MiB that the
 * listener has not processed. Does not guarantee that a frame that was sent arrives: links break.
 * Does not limit how many links one remote has, nor hide who talks to whom and how much.
 */
public final class TcpTransport implements Transport {

  private static final int LOOPS = 2;
  private static final WriteBufferWaterMark SOCKET_MARK =
      new WriteBufferWaterMark(128 * 1024, 256 * 1024);

  private final LinkTls tls;
  private final LinkListener listener;
  private final TcpSettings settings;
  private final RefusalLog log = new RefusalLog(System::nanoTime);
  private final Admission admission;
  private final LoopResources loops = LoopResources.create("peerroom-net", -1, LOOPS, true, false);
  private final EventLoopGroup group = loops.onServer(LoopResources.DEFAULT_NATIVE);
  private final Scheduler timers = Schedulers.fromExecutorService(group);
  private final Set<Channel> open = ConcurrentHashMap.newKeySet();
  private final Mono<Void> closing = Mono.defer(this::closeAll).cache();
  private volatile boolean closed;

  /**
   * @param certificate proves this peer's key
   * @param crypto verifies the certificates of others
   * @param listener told of every link, on event loops
   */
  public TcpTransport(LinkCertificate certificate, PublicKeyCrypto crypto, LinkListener listener) {
    this(certificate, crypto, listener, TcpSettings.DEFAULTS);
  }

  TcpTransport(
      LinkCertificate certificate,
      PublicKeyCrypto crypto,
      LinkListener listener,
      TcpSettings settings) {
    this.tls = new LinkTls(certificate, crypto);
    this.listener = listener;
    this.settings = settings;
    this.admission = new Admission(settings.maxAccepted(), settings.maxHandshakes());
  }

  /** How many connections and frames from remotes were refused so far. */
  public long refused() {
    return log.count();
  }

  @Override
  public Mono<PeerAddress> listen(PeerAddress address) {
    return Names.resolve(address.host())
        .onErrorMap(e -> ListenFailure.unresolved(address, e))
        .flatMap(found -> bind(address, found.get(0)));
  }

  private Mono<PeerAddress> bind(PeerAddress address, InetAddress resolved) {
    Mono<PeerAddress> bound =
        Mono.create(
            sink -> {
              if (closed) {
                sink.error(ListenFailure.closed(address));
                return;
              }
              ChannelFuture binding =
                  server().bind(new InetSocketAddress(resolved, address.port()));
              track(binding.channel());
              sink.onCancel(() -> binding.channel().close());
              binding.addListener(
                  done -> {
                    if (binding.cause() == null) {
                      int port = ((InetSocketAddress) binding.channel().localAddress()).getPort();
                      sink.success(new PeerAddress(address.host(), port, address.peer()));
                    } else {
                      sink.error(binding.cause());
                    }
                  });
            });
    return bound
        .publishOn(Schedulers.boundedElastic())
        .onErrorMap(
            e -> !(e instanceof PeerStartException),
            e ->
                closed
                    ? ListenFailure.closed(address)
                    : ListenFailure.unbound(address, resolved, e));
  }

  private ServerBootstrap server() {
    return new ServerBootstrap()
        .group(group)
        .channelFactory(() -> loops.onChannel(ServerSocketChannel.class, group))
        .option(ChannelOption.SO_REUSEADDR, true)
        .option(ChannelOption.SO_BACKLOG, 256)
        .handler(new AcceptFailures(log))
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.SO_KEEPALIVE, true)
        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, SOCKET_MARK)
        .childHandler(initializer(this::accept));
  }

  private void accept(Channel channel) {
    Admission.Place place = closed ? null : admission.enter();
    if (place == null) {
      log.refused(
          "refused a connection from "
              + HandshakeFailure.text(channel.remoteAddress())
              + ": too many connections");
      channel.close();
      return;
    }
    track(channel);
    channel.closeFuture().addListener(done -> place.leave());
    startTls(channel, tls.accepting(), new Accepted(channel, place));
  }

  private final class Accepted implements LinkHandshake.Outcome {
    private final Channel channel;
    private final Admission.Place place;

    Accepted(Channel channel, Admission.Place place) {
      this.channel = channel;
      this.place = place;
    }

    @Override
    public TcpLink link(Channel channel, PeerId remote) {
      place.handshakeDone();
      return newLink(channel, remote, null);
    }

    @Override
    public void up() {}

    @Override
    public void failed(Throwable cause) {
      if (!closed) {
        log.refused(
            "refused a connection from "
                + HandshakeFailure.text(channel.remoteAddress())
                + ": "
                + HandshakeFailure.reason(cause));
      }
    }
  }

  @Override
  public Mono<Void> dial(PeerAddress address) {
    Mono<Void> dial =
        Names.resolve(address.host())
            .onErrorMap(e -> HandshakeFailure.unreachable(address, e, settings))
            .flatMap(found -> dialFirst(address, found, 0))
            .timeout(settings.dialTimeout(), Mono.error(() -> tooLate(address)), timers);
    return Mono.defer(() -> closed ? Mono.error(closedHere(address)) : dial);
  }

  private DialException tooLate(PeerAddress address) {
    String patience = HandshakeFailure.seconds(settings.dialTimeout());
    return new DialException(
        address.hostAndPort() + " did not become a link within " + patience, null);
  }

  /** A host may have addresses at which nobody listens, such as the IPv6 one of localhost. */
  private Mono<Void> dialFirst(PeerAddress address, List<InetAddress> found, int index) {
    InetSocketAddress socket = new InetSocketAddress(found.get(index), address.port());
    int patience = Math.max(1, (int) settings.connectTimeout().dividedBy(found.size()).toMillis());
    Mono<Void> attempt = Mono.create(sink -> connect(address, socket, patience, sink));
    return attempt.onErrorResume(
        Unconnected.class,
        e ->
            index + 1 < found.size()
                ? dialFirst(address, found, index + 1)
                : Mono.error(HandshakeFailure.unreachable(address, e.getCause(), settings)));
  }

  /** TCP did not connect. */
  private static final class Unconnected extends Exception {
    private static final long serialVersionUID = 1L;

    Unconnected(Throwable cause) {
      super(null, cause, false, false);
    }

    @Override
    public synchronized Throwable getCause() {
      return Objects.requireNonNull(super.getCause());
    }
  }

  private void connect(
      PeerAddress address, InetSocketAddress socket, int patience, MonoSink<Void> sink) {
    if (closed) {
      sink.error(closedHere(address));
      return;
    }
    LinkTls.Side side = tls.dialling(address.peer());
    Dialled outcome = new Dialled(address, sink);
    // The handlers are there before the connection is: it may come, speak and go in one turn of the
    // loop.
    ChannelFuture connecting =
        new Bootstrap()
            .group(group)
            .channelFactory(() -> loops.onChannel(SocketChannel.class, group))
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, patience)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, SOCKET_MARK)
            .handler(
                initializer(
                    channel -> {
                      track(channel);
                      startTls(channel, side, outcome);
                    }))
            .connect(socket);
    Channel channel = connecting.channel();
    sink.onCancel(channel::close);
    connecting.addListener(
        done -> {
          if (connecting.cause() != null) {
            outcome.unconnected(connecting.cause());
          } else {
            channel.closeFuture().addListener(gone -> outcome.failed(new ClosedChannelException()));
          }
        });
  }

  private final class Dialled implements LinkHandshake.Outcome {
    private final PeerAddress address;
    private final MonoSink<Void> sink;
    private boolean over;

    Dialled(PeerAddress address, MonoSink<Void> sink) {
      this.address = address;
      this.sink = sink;
    }

    @Override
    public TcpLink link(Channel channel, PeerId remote) {
      return newLink(channel, remote, address);
    }

    @Override
    public void up() {
      over = true;
      sink.success();
    }

    @Override
    public void failed(Throwable cause) {
      fail(HandshakeFailure.notThePeer(address, cause));
    }

    void unconnected(Throwable cause) {
      fail(new Unconnected(cause));
    }

    private void fail(Exception failure) {
      if (!over) {
        over = true;
        sink.error(closed ? closedHere(address) : failure);
      }
    }
  }

  private static DialException closedHere(PeerAddress address) {
    return new DialException(
        "cannot dial " + address.hostAndPort() + ": this peer is closed", null);
  }

  private TcpLink newLink(Channel channel, PeerId remote, @Nullable PeerAddress dialled) {
    return new TcpLink(channel, remote, dialled, listener, log, settings.closeTimeout());
  }

  private void startTls(Channel channel, LinkTls.Side side, LinkHandshake.Outcome outcome) {
    SslHandler handler = new SslHandler(side.engine());
    handler.setHandshakeTimeoutMillis(settings.handshakeTimeout().toMillis());
    handler.setCloseNotifyFlushTimeoutMillis(settings.closeTimeout().toMillis());
    channel
        .pipeline()
        .addLast("tls", handler)
        .addLast("handshake", new LinkHandshake(side, outcome));
  }

  private static ChannelHandler initializer(Consumer<Channel> init) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        init.accept(channel);
      }
    };
  }

  private void track(Channel channel) {
    open.add(channel);
    channel.closeFuture().addListener(done -> open.remove(channel));
    if (closed) {
      channel.close();
    }
  }

  @Override
  public Mono<Void> close() {
    return closing;
  }

  private Mono<Void> closeAll() {
    closed = true;
    List<Mono<Void>> all = new ArrayList<>();
    for (Channel channel : open) {
      channel.eventLoop().execute(() -> closeOne(channel));
      all.add(Mono.create(sink -> channel.closeFuture().addListener(done -> sink.success())));
    }
    Duration patience = settings.closeTimeout().plusSeconds(1);
    return Mono.when(all)
        .timeout(patience, Mono.empty(), timers)
        .then(loops.disposeLater(Duration.ZERO, patience))
        .onErrorResume(IllegalStateException.class, e -> Mono.empty());
  }

  private static void closeOne(Channel channel) {
    TcpLink link = channel.pipeline().get(TcpLink.class);
    if (link != null) {
      link.close("this peer closes");
    } else {
      channel.close();
    }
  }
}
