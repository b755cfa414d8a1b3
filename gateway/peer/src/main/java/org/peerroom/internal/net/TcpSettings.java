package org.peerroom.internal.net;

import java.time.Duration;

/**
 * Times and limits of a {@link TcpTransport}.
 *
 * @param connectTimeout until a TCP connection stands, over all addresses of a host
 * @param handshakeTimeout until TLS is done, on both sides
 * @param dialTimeout for a dial as a whole, the look-up of the name included
 * @param closeTimeout how long what is queued may take to go out when a link closes
 * @param maxAccepted the largest number of accepted connections at once
 * @param maxHandshakes the largest number of accepted connections whose TLS is not done
 */
record TcpSettings(
    Duration connectTimeout,
    Duration handshakeTimeout,
    Duration dialTimeout,
    Duration closeTimeout,
    int maxAccepted,
    int maxHandshakes) {

  static final TcpSettings DEFAULTS =
      new TcpSettings(
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ofMillis(9_500),
          Duration.ofSeconds(2),
          1024,
          256);
}
