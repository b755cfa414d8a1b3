package org.peerroom.simulator;

import org.jspecify.annotations.Nullable;
import org.peerroom.PeerAddress;

/** A machine in the simulated network, with one endpoint on it. */
final class Host {

  final int number;
  final Endpoint endpoint;

  /** Where it listens; null if it only dials. */
  @Nullable PeerAddress listening;

  /** Which part of a divided network it is in. */
  int part;

  boolean alive = true;

  Host(int number, Endpoint endpoint) {
    this.number = number;
    this.endpoint = endpoint;
  }

  @Override
  public String toString() {
    return "host-" + number;
  }
}
