package org.peerroom.internal.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;

/**
 * Waits until TLS is done and gives its place to the link, or closes the channel. On the channel's
 * event loop.
 */
final class LinkHandshake extends ChannelInboundHandlerAdapter {

  /**
   * What becomes of a connection; {@link #up} or {@link #failed} is called once, or neither if the
   * connection never came about.
   */
  interface Outcome {

    /**
     * TLS is done, the protocol agreed, the remote proved: makes the link, which is then put into
     * the pipeline.
     */
    TcpLink link(Channel channel, PeerId remote);

    /** The listener knows of the link. */
    void up();

    /** There will be no link. */
    void failed(Throwable cause);
  }

  private final LinkTls.Side tls;
  private final Outcome outcome;
  private boolean connected;
  private boolean over;

  LinkHandshake(LinkTls.Side tls, Outcome outcome) {
    this.tls = tls;
    this.outcome = outcome;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    connected = ctx.channel().isActive();
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    connected = true;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (over || !(event instanceof SslHandshakeCompletionEvent done)) {
      return;
    }
    if (!done.isSuccess()) {
      // A handshake that ends with the connection fails by whatever TLS missed next; the end is the
      // reason.
      fail(ctx, ctx.channel().isActive() ? done.cause() : new ClosedChannelException());
      return;
    }
    PeerId remote;
    try {
      remote = proved(ctx);
    } catch (SSLException | ClosedChannelException e) {
      fail(ctx, e);
      return;
    }
    over = true;
    TcpLink link = outcome.link(ctx.channel(), remote);
    ctx.pipeline().replace(this, "link", link);
    link.up();
    outcome.up();
  }

  private PeerId proved(ChannelHandlerContext ctx) throws SSLException, ClosedChannelException {
    if (!ctx.channel().isActive()) {
      throw new ClosedChannelException();
    }
    if (!LinkTls.PROTOCOL.equals(tls.engine().getApplicationProtocol())) {
      throw new SSLException("no_application_protocol: it did not agree on " + LinkTls.PROTOCOL);
    }
    return tls.trust().peer(tls.engine().getSession());
  }

  private void fail(ChannelHandlerContext ctx, @Nullable Throwable cause) {
    if (connected && !over) {
      over = true;
      outcome.failed(cause == null ? new ClosedChannelException() : cause);
    }
    ctx.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ReferenceCountUtil.release(message);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail(ctx, cause);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    fail(ctx, new ClosedChannelException());
  }
}
