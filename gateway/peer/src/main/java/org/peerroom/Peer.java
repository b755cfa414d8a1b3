package org.peerroom;

import java.util.Optional;
import java.util.Set;
import org.peerroom.identity.Identity;
import org.peerroom.identity.Revocation;
import org.peerroom.identity.TrustedAuthorities;
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
 * <p>All methods may be called from any thread. When the peer has been closed, what asks something
 * of it ends with {@link RoomClosedException}.
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

  /**
   * Which providers do the cryptography of this peer, with their versions, for logs and health: one
   * line of free text, the same for as long as the peer runs. Signatures are made and verified by
   * the provider that the system property {@code peerroom.crypto.provider} names as the peer
   * starts: {@code bouncycastle}, {@code corretto} (the Amazon Corretto Crypto Provider, where it
   * is on the class path), {@code jdk}, or {@code auto}, the default: Corretto where it runs, else
   * BouncyCastle. All accept the same signatures. Key agreement is BouncyCastle's whichever is
   * named.
   */
  String cryptography();

  /** The peers that are linked now; a snapshot. */
  Set<PeerId> linkedPeers();

  /** As {@link #join(RoomConfig)} with a name alone. */
  default Mono<Room> join(String name) {
    return Mono.defer(() -> join(RoomConfig.of(name)));
  }

  /**
   * Joins a room. Lazy; emits the room once its keys are derived and linked peers have been told;
   * does not wait for anyone to be there: whether other members have the same policy shows as soon
   * as one of them is met, see {@link RoomEvent.PolicyDiffers}. Joining a room again gives the same
   * room; with another policy, or anonymously where this peer has shown its identity, it ends with
   * {@link RoomConflictException}. Ends with {@link NotAdmittedException} if the policy admits
   * certified peers only and this peer's own chain is none of those, as its own trusted authorities
   * see it.
   */
  Mono<Room> join(RoomConfig config);

  /**
   * Speaks as this identity from now on, in every room that was not joined {@linkplain
   * RoomConfig#anonymous() anonymously}. Also for an identity whose certificates have been renewed:
   * members are told and nothing is interrupted. The identity signs this peer's throw-away key, for
   * 24 hours unless told otherwise, and again before that time is over.
   *
   * <p>Lazy; completes when the members that are linked have been told. Ends with {@link
   * NotAdmittedException} if the identity has no certificates that are valid now. The identity is
   * kept until the peer is closed; who gave it may destroy it then, not before.
   */
  Mono<Void> reveal(Identity identity);

  /**
   * Trusts these authorities from now on and no others. Members that none of them vouches for any
   * more are expelled from rooms that admit certified peers only, and anonymous in others. Lazy.
   */
  Mono<Void> trust(TrustedAuthorities authorities);

  /**
   * Takes a revocation in and tells the members of all rooms, sealed; each of them that trusts the
   * authority behind it acts on it and passes it on. What it revokes is expelled at once: links are
   * closed, nothing more is taken from it, sender keys change before the next segment. Held and
   * passed on to newcomers until it expires. Lazy; ends with {@link NotAdmittedException} if it
   * does not come from an authority that this peer trusts, or from a key that one vouches for.
   */
  Mono<Void> revoke(Revocation revocation);

  /**
   * What happens to links, to this peer's identity and to whom it trusts. Hot: starts with what
   * happens after subscription; the first subscriber also gets what has happened before, the last
   * 256 events. A subscriber that is more than 1,024 events behind loses the newest. Completes when
   * the peer is closed.
   */
  Flux<PeerEvent> events();

  /**
   * Leaves every room, waits until linked members hold what this peer has published, at most for
   * the close timeout (default 10 seconds), closes all links and forgets all keys. Lazy and
   * idempotent.
   */
  Mono<Void> close();
}
