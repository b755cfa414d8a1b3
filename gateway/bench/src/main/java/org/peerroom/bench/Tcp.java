package org.peerroom.bench;

import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import java.net.InetSocketAddress;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.tcp.TcpClient;
import reactor.netty.tcp.TcpServer;

/** Length-prefixed messages over one connection of Reactor Netty, for the ways without a room. */
final class Tcp {

  private static final String LOOPBACK = "127.0.0.1";
  private static final int MAX_FRAME = 1 << 20;
  static final int PREFIX_SIZE = 4;

  private Tcp() {}

  /** What is done with the bytes of each message, on the connection's event loop. */
  interface Consumer {
    void accept(byte[] bytes);
  }

  static Receiver receiver(TcpServer server, Consumer consumer) {
    DisposableServer bound =
        server
            .host(LOOPBACK)
            .port(0)
            .doOnConnection(
                connection ->
                    connection.addHandlerLast(
                        new LengthFieldBasedFrameDecoder(
                            MAX_FRAME, 0, PREFIX_SIZE, 0, PREFIX_SIZE)))
            .handle((in, out) -> in.receive().asByteArray().doOnNext(consumer::accept).then())
            .bindNow();
    return new Receiver() {
      @Override
      public String address() {
        return LOOPBACK + ":" + bound.port();
      }

      @Override
      public void close() {
        bound.disposeNow();
      }
    };
  }

  static Connection connect(TcpClient client, String address) {
    String[] hostAndPort = address.split(":", -1);
    return client
        .remoteAddress(
            () -> new InetSocketAddress(hostAndPort[0], Integer.parseInt(hostAndPort[1])))
        .connectNow();
  }
}
