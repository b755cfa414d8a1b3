package org.peerroom.internal.net;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerAddress;

/** Says in one line for people why a connection did not become a link. */
final class HandshakeFailure {

  /** What Netty's native transport puts before the system's words. */
  private static final Pattern SYSTEM_CALL =
      Pattern.compile("^\\w+\\(\\.\\.\\) failed with error\\(-?\\d+\\): ");

  private HandshakeFailure() {}

  /** TCP did not connect. */
  static DialException unreachable(PeerAddress address, Throwable cause, TcpSettings settings) {
    String to = address.hostAndPort();
    if (cause instanceof UnknownHostException) {
      return new DialException(
          "unknown host '" + address.host() + "': check the spelling and the name service", cause);
    }
    if (cause instanceof ConnectTimeoutException) {
      return new DialException(
          to
              + " did not answer within "
              + seconds(settings.connectTimeout())
              + ": check the address and the firewalls on the way",
          cause);
    }
    String message = oneLine(cause);
    if (cause instanceof NoRouteToHostException
        || message.contains("unreachable")
        || message.contains("No route")) {
      return new DialException(to + " cannot be reached from here: " + message, cause);
    }
    if (message.contains("refused")) {
      return new DialException(
          "nobody listens at "
              + to
              + " (connection refused): check the address, or start the peer there",
          cause);
    }
    if (isReset(cause)) {
      return notThePeer(address, cause);
    }
    return new DialException("no connection to " + to + ": " + message, cause);
  }

  /** TCP connected, but what answered is not the peer that was dialled. */
  static DialException notThePeer(PeerAddress address, Throwable cause) {
    String at = address.hostAndPort();
    PeerTrust.WrongPeerException wrong = find(PeerTrust.WrongPeerException.class, cause);
    if (wrong != null) {
      return new DialException(at + " " + wrong.getMessage(), cause);
    }
    return new DialException(
        at + " answered, but is not a Peer Room peer (" + reason(cause) + ")", cause);
  }

  /** Why a handshake failed, about the other side. */
  static String reason(Throwable cause) {
    CertificateException certificate = find(CertificateException.class, cause);
    if (certificate != null) {
      return oneLine(certificate);
    }
    if (find(NotSslRecordException.class, cause) != null) {
      return "what it sends is not TLS";
    }
    if (find(SslHandshakeTimeoutException.class, cause) != null) {
      return "it did not finish the TLS handshake in time";
    }
    if (find(ClosedChannelException.class, cause) != null || isReset(cause)) {
      return "it closed the connection during the TLS handshake, or takes no more links";
    }
    SSLException tls = find(SSLException.class, cause);
    if (tls != null) {
      String message = oneLine(tls);
      return message.contains("no_application_protocol")
          ? "it does not speak " + LinkTls.PROTOCOL
          : "TLS: " + message;
    }
    if (cause instanceof IOException) {
      return "it broke the connection during the TLS handshake: " + oneLine(cause);
    }
    return oneLine(cause);
  }

  /** {@code HOST:PORT} of a socket. */
  static String text(@Nullable SocketAddress address) {
    if (address instanceof InetSocketAddress inet) {
      return NetUtil.toSocketAddressString(inet);
    }
    return String.valueOf(address);
  }

  static String seconds(Duration time) {
    return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
  }

  static String oneLine(Throwable cause) {
    String message = cause.getMessage();
    return RefusalLog.printable(
        message == null
            ? cause.getClass().getSimpleName()
            : SYSTEM_CALL.matcher(message).replaceFirst(""));
  }

  /** Whether the other side broke the connection rather than close it. */
  static boolean isReset(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return cause instanceof IOException
        && (message.contains("Connection reset") || message.contains("Broken pipe"));
  }

  private static <T extends Throwable> @Nullable T find(Class<T> type, Throwable from) {
    Throwable at = from;
    for (int depth = 0; at != null && depth < 16; depth++) {
      if (type.isInstance(at)) {
        return type.cast(at);
      }
      at = at.getCause();
    }
    return null;
  }
}
