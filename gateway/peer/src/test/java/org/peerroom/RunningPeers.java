package org.peerroom;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.peerroom.identity.Identity;
import org.peerroom.identity.TrustedAuthorities;
import reactor.core.publisher.Flux;

/** The peers that a test has started, over real sockets; closed when it is over. */
final class RunningPeers implements AfterEachCallback {

  static final Duration LIMIT = Duration.ofSeconds(20);

  private final List<Peer> started = new CopyOnWriteArrayList<>();

  Peer start(PeerBuilder builder) {
    Peer peer = builder.start().block(LIMIT);
    started.add(peer);
    return peer;
  }

  Peer listening(PeerBuilder builder) {
    return start(builder.listen("127.0.0.1:0"));
  }

  Peer dialling(Peer other, PeerBuilder builder) {
    return start(builder.bootstrap(other.listenAddress().orElseThrow().toString()));
  }

  /** A peer that speaks as this identity and trusts these authorities. */
  static PeerBuilder as(Identity identity, TrustedAuthorities trusted) {
    return Peer.builder().identity(identity).trust(trusted);
  }

  static Room join(Peer peer, RoomConfig config) {
    return peer.join(config).block(LIMIT);
  }

  static void awaitMembers(Room room, Peer... others) {
    List<PeerId> expected = List.of(others).stream().map(Peer::id).toList();
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> {
              if (!room.members().containsAll(expected) || room.members().size() != others.length) {
                throw new AssertionError(room.members() + " are the members, not " + expected);
              }
            });
  }

  /** Everything that comes of these events from now on. */
  static <T> List<T> recorded(Flux<T> events) {
    List<T> recorded = new CopyOnWriteArrayList<>();
    events.subscribe(recorded::add);
    return recorded;
  }

  /** Waits for an event of this kind. */
  static <T> T awaitEvent(List<? super T> recorded, Class<T> kind) {
    return await()
        .atMost(LIMIT)
        .until(
            () -> recorded.stream().filter(kind::isInstance).map(kind::cast).findFirst(),
            f -> f.isPresent())
        .orElseThrow();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Flux.fromIterable(started).flatMap(Peer::close).blockLast(LIMIT);
  }
}
