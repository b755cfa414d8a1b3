package org.peerroom.gateway.run;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.util.Set;
import org.apache.camel.component.file.GenericFileOperationFailedException;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.peerroom.PublishTimeoutException;
import org.peerroom.RoomBusyException;
import org.peerroom.StorageException;

/**
 * Which failures pass without anyone changing the message or the routes: those are worth another
 * attempt.
 */
final class Transient {

  private static final Set<Integer> HTTP_STATUS = Set.of(408, 425, 429, 500, 502, 503, 504);

  /** What a broker refuses because of the message or the route, however often it is tried. */
  private static final Set<String> PERMANENT =
      Set.of(
          "jakarta.jms.InvalidSelectorException",
          "jakarta.jms.MessageFormatException",
          "jakarta.jms.MessageNotWriteableException");

  private Transient() {}

  /**
   * Whether this failure, or what caused it, is a place that can't be reached or is too busy now: a
   * broker, a server, a folder, a room without the members that must hold a message, or whose disk
   * is full.
   */
  static boolean isTransient(Throwable failure) {
    int depth = 0;
    for (Throwable cause = failure;
        cause != null && depth < 32;
        cause = cause.getCause(), depth++) {
      if (cause instanceof HttpOperationFailedException http) {
        return HTTP_STATUS.contains(http.getStatusCode());
      }
      if (isUnreachable(cause)
          || cause instanceof RoomBusyException
          || cause instanceof PublishTimeoutException
          || cause instanceof StorageException) {
        return true;
      }
    }
    return false;
  }

  private static boolean isUnreachable(Throwable cause) {
    return cause instanceof SocketException
        || cause instanceof UnknownHostException
        || cause instanceof InterruptedIOException
        || cause instanceof ClosedChannelException
        || (cause instanceof GenericFileOperationFailedException
            && cause.getCause() instanceof IOException)
        || isNamedUnreachable(cause.getClass());
  }

  // By name, so that a gateway without queues or HTTP does not load their classes.
  private static boolean isNamedUnreachable(Class<?> type) {
    for (Class<?> c = type; c != null && c != Throwable.class; c = c.getSuperclass()) {
      String name = c.getName();
      if (PERMANENT.contains(name)) {
        return false;
      }
      if (name.equals("jakarta.jms.JMSException")
          || name.equals("org.apache.hc.core5.http.NoHttpResponseException")) {
        return true;
      }
    }
    return false;
  }
}
