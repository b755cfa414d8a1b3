package org.peerroom.gateway.http;

/**
 * Where HTTP is served.
 *
 * @param host a name or address of this machine
 * @param port 0 to 65,535; 0 takes a free one
 * @param maxBodySize the largest request body taken, in bytes, 1 to {@link #LARGEST_BODY}
 */
public record HttpSettings(String host, int port, int maxBodySize) {

  /** Twice what a room takes at most. */
  public static final int LARGEST_BODY = 128 << 20;

  /**
   * @throws IllegalArgumentException with one line if something is out of range
   */
  public HttpSettings {
    if (host.isBlank()) {
      throw new IllegalArgumentException(
          "camel.server.host is empty; it is a name or address of this machine");
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("camel.server.port is from 0 to 65535, not " + port);
    }
    if (maxBodySize < 1 || maxBodySize > LARGEST_BODY) {
      throw new IllegalArgumentException(
          "camel.server.maxBodySize is from 1 to " + LARGEST_BODY + " bytes, not " + maxBodySize);
    }
  }
}
