package org.peerroom.internal.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;

/**
 * A listening socket that cannot accept, as when the process has too many files open, rests for a
 * second.
 */
final class AcceptFailures extends ChannelInboundHandlerAdapter {

  private final RefusalLog log;

  AcceptFailures(RefusalLog log) {
    this.log = log;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    log.refused(
        "cannot accept connections at "
            + HandshakeFailure.text(ctx.channel().localAddress())
            + ": "
            + HandshakeFailure.oneLine(cause));
    ctx.channel().config().setAutoRead(false);
    ctx.executor().schedule(() -> ctx.channel().config().setAutoRead(true), 1, TimeUnit.SECONDS);
  }
}
