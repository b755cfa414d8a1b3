package org.peerroom.internal.net;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import org.peerroom.PeerAddress;
import org.peerroom.PeerStartException;

/** Says in one line for people why an address cannot be listened on. */
final class ListenFailure {

  private ListenFailure() {}

  /** The host could not be looked up. */
  static PeerStartException unresolved(PeerAddress address, Throwable cause) {
    String why =
        cause instanceof UnknownHostException
            ? "unknown host '"
                + address.host()
                + "'; give one of this machine's addresses, or 0.0.0.0 for all"
            : HandshakeFailure.oneLine(cause);
    return new PeerStartException(cannotListen(address) + why, cause);
  }

  /**
   * The system did not give the address. Asks the system for its own addresses: not for an event
   * loop.
   */
  static PeerStartException unbound(PeerAddress address, InetAddress resolved, Throwable cause) {
    String message = HandshakeFailure.oneLine(cause);
    if (isForeign(resolved)) {
      return new PeerStartException(
          cannotListen(address)
              + address.host()
              + " is not an address of this machine; give one that is, or 0.0.0.0 for all",
          cause);
    }
    if (message.contains("Permission denied")) {
      return new PeerStartException(
          cannotListen(address) + "no permission for this port; choose one above 1023", cause);
    }
    // The texts of the system may be in any language; what remains when the address is good is a
    // port that is taken.
    return new PeerStartException(
        cannotListen(address)
            + "the port is in use; choose another port, or stop the program that uses it ("
            + message
            + ")",
        cause);
  }

  /** The peer is closed. */
  static PeerStartException closed(PeerAddress address) {
    return new PeerStartException(cannotListen(address) + "this peer is closed; start a new one");
  }

  private static String cannotListen(PeerAddress address) {
    return "cannot listen on " + address.hostAndPort() + ": ";
  }

  private static boolean isForeign(InetAddress address) {
    try {
      return !address.isAnyLocalAddress() && NetworkInterface.getByInetAddress(address) == null;
    } catch (SocketException e) {
      return false;
    }
  }
}
