package org.peerroom.internal.net;

import org.peerroom.PeerAddress;
import reactor.core.publisher.Mono;

/** Makes links. One for each peer; holds the peer's throw-away TLS key. */
public interface Transport {

  /**
   * Accepts links at this address. Lazy; emits the address with the port that was taken. Ends with
   * {@link org.peerroom.PeerStartException} whose message says whether the port is in use or the
   * address is not one of this machine.
   */
  Mono<PeerAddress> listen(PeerAddress address);

  /**
   * Dials. Lazy; completes empty once {@link LinkListener#up} has been called. Ends with {@link
   * DialException}, within 10 seconds, whose message is one clear line: refused, timed out, unknown
   * host, not a Peer Room peer, another peer than the one expected there.
   */
  Mono<Void> dial(PeerAddress address);

  /** Closes every link and stops listening. Lazy; completes when all is closed. */
  Mono<Void> close();
}
