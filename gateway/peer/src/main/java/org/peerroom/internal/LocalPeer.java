package org.peerroom.internal;

import org.peerroom.Peer;
import reactor.core.publisher.Mono;

/** Starts peers. */
public final class LocalPeer {

  private LocalPeer() {}

  /** Starts a peer. */
  public static Mono<Peer> start(PeerSettings settings) {
    return Mono.error(() -> new UnsupportedOperationException("no runtime yet for " + settings));
  }
}
