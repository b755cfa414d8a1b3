package org.peerroom;

import java.util.Optional;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One running participant. Its keys are made in memory when it starts, are written nowhere and are
 * forgotten when it is closed.
 *
 * <pre>{@code
 * Peer peer = Peer.builder().bootstrap("192.0.2.10:7400").start().block();
 * Room orders = peer.join("orders").block();
 * orders.messages().subscribe(m -> System.out.println(m.author() + ": " + m.text()));
 * orders.publish("one espresso").block();
 * }</pre>
 *
 * <p>All methods may be called from any thread.
 */
public interface Peer {

  /** Begins to describe a peer. */
  static PeerBuilder builder() {
    return new PeerBuilder();
  }

  /** This run's throw-away public key. */
  PeerId id();

  /** Where this peer listens, with the port that was chosen; empty if it only dials. */
  Optional<PeerAddress> listenAddress();

  /** The peers that are linked now; a snapshot. */
  Set<PeerId> linkedPeers();

  /** As {@link #join(RoomConfig)} with a name alone. */
  default Mono<Room> join(String name) {
    return Mono.defer(() -> join(RoomConfig.of(name)));
  }

  /**
   * Joins a room. Lazy; emits the room once its keys are derived and linked peers have been told;
   * does not wait for anyone to be there. Joining a room again gives the same room; with another
   * policy it ends with {@link RoomConflictException}.
   */
  Mono<Room> join(RoomConfig config);

  /**
   * What happens to links. Hot: starts with what happens after subscription. A subscriber that is
   * more than 1,024 events behind loses the newest. Completes when the peer is closed.
   */
  Flux<PeerEvent> events();

  /**
   * Leaves every room, waits until linked members hold what this peer has published, at most for
   * the close timeout (default 10 seconds), closes all links and forgets all keys. Lazy and
   * idempotent.
   */
  Mono<Void> close();
}
