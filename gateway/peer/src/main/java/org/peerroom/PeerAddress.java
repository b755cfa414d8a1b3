package org.peerroom;

import org.jspecify.annotations.Nullable;

/**
 * Where a peer can be dialled: a host, a TCP port and, where it is known beforehand, the peer that
 * must answer.
 *
 * @param host a host name or an IP address without brackets, not blank, at most 255 characters
 * @param port 0 to 65,535; 0 only makes sense to listen on
 * @param peer the peer that must answer there; null for whoever answers
 */
public record PeerAddress(String host, int port, @Nullable PeerId peer) {

  /**
   * @throws IllegalArgumentException if host or port is out of range
   */
  public PeerAddress {
    if (host.isBlank()
        || host.length() > 255
        || host.chars().anyMatch(c -> c <= ' ' || c == '@' || c == ',')) {
      throw new IllegalArgumentException("not a host: '" + host + "'");
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("not a port: " + port + " (0 to 65535)");
    }
  }

  /** An address where any peer may answer. */
  public static PeerAddress of(String host, int port) {
    return new PeerAddress(host, port, null);
  }

  /**
   * Reads {@code HOST:PORT} or {@code PEERID@HOST:PORT}; an IPv6 address stands in brackets.
   *
   * @throws IllegalArgumentException with one line that says what is wrong and what is expected
   */
  public static PeerAddress parse(String text) {
    String rest = text.strip();
    PeerId peer = null;
    int at = rest.indexOf('@');
    if (at >= 0) {
      peer = parsePeer(rest.substring(0, at), text);
      rest = rest.substring(at + 1);
    }
    int colon = rest.lastIndexOf(':');
    if (colon <= 0) {
      throw malformed(text, "the port is missing", null);
    }
    String host = rest.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      throw malformed(text, "an IPv6 address stands in brackets", null);
    }
    try {
      return new PeerAddress(host, Integer.parseInt(rest.substring(colon + 1)), peer);
    } catch (IllegalArgumentException e) {
      throw malformed(text, "host or port is not valid", e);
    }
  }

  private static PeerId parsePeer(String hex, String whole) {
    try {
      return new PeerId(hex);
    } catch (IllegalArgumentException e) {
      throw malformed(whole, "what stands before '@' is not a peer id of 64 hexadecimal digits", e);
    }
  }

  private static IllegalArgumentException malformed(
      String text, String why, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        "'" + text + "' is not an address: " + why + "; expected HOST:PORT or PEERID@HOST:PORT",
        cause);
  }

  /** {@code HOST:PORT}, as one would type it; IPv6 in brackets. */
  public String hostAndPort() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  /** {@code HOST:PORT} or {@code PEERID@HOST:PORT}: what {@link #parse} reads. */
  @Override
  public String toString() {
    return peer == null ? hostAndPort() : peer + "@" + hostAndPort();
  }
}
