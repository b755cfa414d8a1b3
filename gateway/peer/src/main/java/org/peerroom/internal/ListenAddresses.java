package org.peerroom.internal;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.peerroom.PeerAddress;

/** What other peers can dial, where a peer listens. */
final class ListenAddresses {

  private static final int MAX = 8;

  private ListenAddresses() {}

  /** The address itself, or this machine's addresses where it stands for all of them. */
  static List<PeerAddress> reachable(PeerAddress listening) {
    boolean any = listening.host().equals("0.0.0.0") || listening.host().equals("::");
    if (!any) {
      return List.of(PeerAddress.of(listening.host(), listening.port()));
    }
    List<PeerAddress> all = new ArrayList<>();
    try {
      for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
        if (!network.isUp() || network.isLoopback()) {
          continue;
        }
        for (InetAddress address : Collections.list(network.getInetAddresses())) {
          boolean usable = !address.isLinkLocalAddress() && !address.isMulticastAddress();
          boolean matches = !(address instanceof Inet6Address) || listening.host().equals("::");
          if (usable && matches && all.size() < MAX) {
            all.add(
                PeerAddress.of(address.getHostAddress().replaceAll("%.*", ""), listening.port()));
          }
        }
      }
    } catch (SocketException e) {
      all.clear();
    }
    return all.isEmpty() ? List.of(PeerAddress.of("127.0.0.1", listening.port())) : all;
  }
}
