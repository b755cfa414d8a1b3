package org.peerroom.bench;

import io.netty.channel.ChannelOption;
import io.netty.handler.codec.LengthFieldPrepender;
import java.security.GeneralSecurityException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.tcp.TcpClient;
import reactor.netty.tcp.TcpServer;

/**
 * The way one writes by hand: each message sealed and signed by itself, sent over plain TCP,
 * verified and opened by itself. As such code is written, the work is done in the stream's own
 * operators, one thread on each side.
 */
final class HandWay {

  /**
   * Small socket buffers, so that seconds of work do not queue where a window can't see them; the
   * work takes far longer than the bytes.
   */
  private static final int SOCKET_BUFFER = 64 * 1024;

  private HandWay() {}

  static Receiver receiver(SharedKeys keys, Signatures signatures, Tally tally) {
    SealedMessage.Opener opener;
    try {
      opener = new SealedMessage.Opener(keys, signatures);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime lacks AES-GCM or Ed25519", e);
    }
    return Tcp.receiver(
        TcpServer.create().childOption(ChannelOption.SO_RCVBUF, SOCKET_BUFFER),
        message -> tally.arrived(opener.open(message)));
  }

  static Sender sender(SharedKeys keys, Signatures signatures, String address) {
    SealedMessage.Sealer sealer;
    try {
      sealer = new SealedMessage.Sealer(keys, signatures);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime lacks AES-GCM or Ed25519", e);
    }
    Connection connection =
        Tcp.connect(TcpClient.create().option(ChannelOption.SO_SNDBUF, SOCKET_BUFFER), address);
    connection.addHandlerLast(new LengthFieldPrepender(Tcp.PREFIX_SIZE));
    return new Sender() {
      @Override
      public Mono<Void> send(Flux<byte[]> messages) {
        return connection.outbound().sendByteArray(messages.map(sealer::seal)).then();
      }

      @Override
      public void close() {
        connection.disposeNow();
      }
    };
  }
}
