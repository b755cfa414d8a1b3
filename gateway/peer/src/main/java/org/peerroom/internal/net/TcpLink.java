package org.peerroom.internal.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerAddress;
import org.peerroom.PeerId;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.FrameCodec;
import org.peerroom.internal.wire.Limits;
import org.peerroom.internal.wire.WireException;

/**
 * A link over one TCP connection, behind a {@link SslHandler} whose handshake is done. It is the
 * last handler of the channel; everything that is not said to be for any thread happens on the
 * channel's event loop.
 *
 * <p>Closing lingers: after what is queued, TLS's close_notify is sent and the socket is read until
 * the remote closes too. A socket that is closed with bytes unread is reset, and a reset can cost
 * the remote the last frames.
 */
final class TcpLink extends ChannelInboundHandlerAdapter implements Link {

  /**
   * Given to the listener and not yet processed: reading stops above the one and goes on below the
   * other.
   */
  static final int UNPROCESSED_HIGH = 1024 * 1024;

  static final int UNPROCESSED_LOW = 512 * 1024;

  /**
   * What the objects around a frame count for, so that many tiny frames are not many times what
   * they are counted.
   */
  static final int FRAME_OVERHEAD = 128;

  private final Channel channel;
  private final PeerId remote;
  private final String remoteAddress;
  private final @Nullable PeerAddress dialled;
  private final LinkListener listener;
  private final RefusalLog log;
  private final Duration closeTimeout;
  private final OutboundQueue outbound;
  private final Watermark unprocessed = new Watermark(UNPROCESSED_HIGH, UNPROCESSED_LOW);
  private final FrameReader reader = new FrameReader();
  private final AtomicReference<@Nullable String> closing = new AtomicReference<>();

  private @Nullable String downReason;
  private boolean discarding;
  private @Nullable Future<?> closeDeadline;

  TcpLink(
      Channel channel,
      PeerId remote,
      @Nullable PeerAddress dialled,
      LinkListener listener,
      RefusalLog log,
      Duration closeTimeout) {
    this.channel = channel;
    this.remote = remote;
    this.remoteAddress = HandshakeFailure.text(channel.remoteAddress());
    this.dialled = dialled;
    this.listener = listener;
    this.log = log;
    this.closeTimeout = closeTimeout;
    this.outbound = new OutboundQueue(channel, this::writableAgain);
  }

  @Override
  public PeerId remote() {
    return remote;
  }

  @Override
  public String remoteAddress() {
    return remoteAddress;
  }

  @Override
  public @Nullable PeerAddress dialled() {
    return dialled;
  }

  @Override
  public void send(Frame frame) {
    byte[] bytes = FrameCodec.encode(frame);
    if (bytes.length > Limits.MAX_FRAME) {
      throw new IllegalArgumentException(
          "a frame of " + bytes.length + " bytes is over the limit of " + Limits.MAX_FRAME);
    }
    outbound.add(bytes);
  }

  @Override
  public void flush() {
    outbound.flush();
  }

  @Override
  public boolean writable() {
    return !outbound.high();
  }

  @Override
  public void processed(int bytes) {
    if (unprocessed.remove(bytes)) {
      onLoop(this::readOrPause);
    }
  }

  @Override
  public void close(String reason) {
    if (closing.compareAndSet(null, reason)) {
      outbound.seal();
      onLoop(this::beginClose);
    }
  }

  @Override
  public String toString() {
    return "link "
        + (dialled == null ? "from " : "to ")
        + remote.shortHex()
        + " at "
        + remoteAddress;
  }

  /** Says that the link is up. Once, after the link has been put into its pipeline. */
  void up() {
    try {
      listener.up(this);
    } catch (RuntimeException | Error e) {
      listenerFailed(e);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (!discarding && message instanceof ByteBuf bytes) {
        reader.read(bytes, this::receive);
      }
    } catch (WireException e) {
      refuse(e.getMessage());
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void receive(byte[] bytes) throws WireException {
    if (discarding) {
      return;
    }
    Frame frame = decode(bytes);
    int counted = bytes.length + FRAME_OVERHEAD;
    if (unprocessed.add(counted)) {
      readOrPause();
    }
    try {
      listener.frame(this, frame, counted);
    } catch (RuntimeException | Error e) {
      listenerFailed(e);
    }
  }

  private Frame decode(byte[] bytes) throws WireException {
    try {
      return FrameCodec.decode(bytes);
    } catch (RuntimeException e) {
      log.defect(this + ": reading a frame of type " + bytes[0] + " failed", e);
      throw new WireException("a frame that cannot be read");
    }
  }

  private void refuse(@Nullable String why) {
    log.refused(this + " is closed, it broke the protocol: " + why);
    discarding = true;
    close("refused: " + why);
  }

  private void listenerFailed(Throwable cause) {
    log.defect(this + " is closed: handling what came from it failed", cause);
    discarding = true;
    close("internal error: " + cause);
  }

  private void readOrPause() {
    channel.config().setAutoRead(discarding || !unprocessed.high());
  }

  private void writableAgain() {
    if (discarding) {
      return;
    }
    try {
      listener.writable(this);
    } catch (RuntimeException | Error e) {
      listenerFailed(e);
    }
  }

  private void beginClose() {
    if (!channel.isActive()) {
      return;
    }
    discarding = true;
    readOrPause();
    closeDeadline =
        channel
            .eventLoop()
            .schedule(this::closeNow, closeTimeout.toMillis(), TimeUnit.MILLISECONDS);
    outbound.finish(
        () -> {
          SslHandler tls = channel.pipeline().get(SslHandler.class);
          if (tls != null && channel.isActive()) {
            tls.closeOutbound();
          }
        });
  }

  /** Past TLS, which would wait for a socket that takes nothing. */
  private void closeNow() {
    ChannelHandlerContext tls = channel.pipeline().context(SslHandler.class);
    if (tls != null) {
      tls.close();
    } else {
      channel.close();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (channel.isWritable()) {
      outbound.drain();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslCloseCompletionEvent) {
      ctx.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Throwable actual =
        cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
    if (downReason == null) {
      downReason = reason(actual);
    }
    if (!(actual instanceof IOException)) {
      log.defect(this + " is closed", actual);
    }
    ctx.close();
  }

  private static String reason(Throwable cause) {
    if (cause instanceof SSLException) {
      return "TLS error: " + HandshakeFailure.oneLine(cause);
    }
    if (HandshakeFailure.isReset(cause)) {
      return "connection reset";
    }
    if (cause instanceof IOException) {
      return "read error: " + HandshakeFailure.oneLine(cause);
    }
    return "internal error: " + cause.getClass().getSimpleName();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (closeDeadline != null) {
      closeDeadline.cancel(false);
    }
    discarding = true;
    outbound.discard();
    try {
      listener.down(this, finalReason());
    } catch (RuntimeException | Error e) {
      log.defect(this + " is down: handling that failed", e);
    }
  }

  private String finalReason() {
    String ours = closing.get();
    if (ours != null) {
      return ours;
    }
    if (downReason != null) {
      return downReason;
    }
    return reader.betweenFrames()
        ? "closed by the remote"
        : "closed by the remote in the middle of a frame";
  }

  private void onLoop(Runnable task) {
    if (channel.eventLoop().inEventLoop()) {
      task.run();
      return;
    }
    try {
      channel.eventLoop().execute(task);
    } catch (RejectedExecutionException e) {
      // The loop ends only after all its channels: the link is down already.
    }
  }
}
