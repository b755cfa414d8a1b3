package org.peerroom.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import javax.net.ssl.SSLException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.tcp.TcpClient;
import reactor.netty.tcp.TcpServer;

/**
 * Nothing but TLS 1.3 by the JDK's provider: what a connection of this kind carries at most. The
 * certificate is not checked, which costs no message anything.
 */
final class TlsWay {

  private static final String[] PROTOCOLS = {"TLSv1.3"};

  private TlsWay() {}

  static Receiver receiver(Tally tally) {
    SelfSigned self = SelfSigned.create();
    SslContext context = built(SslContextBuilder.forServer(self.privateKey(), self.certificate()));
    return Tcp.receiver(TcpServer.create().secure(s -> s.sslContext(context)), tally::arrived);
  }

  static Sender sender(String address) {
    SslContext context =
        built(SslContextBuilder.forClient().trustManager(InsecureTrustManagerFactory.INSTANCE));
    Connection connection =
        Tcp.connect(TcpClient.create().secure(s -> s.sslContext(context)), address);
    ByteBufAllocator allocator = connection.channel().alloc();
    return new Sender() {
      @Override
      public Mono<Void> send(Flux<byte[]> messages) {
        return connection.outbound().send(messages.map(m -> framed(allocator, m))).then();
      }

      @Override
      public void close() {
        connection.disposeNow();
      }
    };
  }

  private static SslContext built(SslContextBuilder builder) {
    try {
      return builder.sslProvider(SslProvider.JDK).protocols(PROTOCOLS).build();
    } catch (SSLException e) {
      throw new IllegalStateException("this Java runtime has no TLS 1.3", e);
    }
  }

  private static ByteBuf framed(ByteBufAllocator allocator, byte[] message) {
    return allocator
        .buffer(Tcp.PREFIX_SIZE + message.length)
        .writeInt(message.length)
        .writeBytes(message);
  }
}
