package org.peerroom.camel;

import java.time.Duration;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import org.peerroom.Peer;
import org.peerroom.PeerAddress;
import org.peerroom.PeerEvent;
import org.peerroom.PeerId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what happens to the links of a peer, one readable line each, at a bounded rate. */
final class PeerLog {

  static final Duration WINDOW = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(RoomComponent.class);
  private static final int MAX_ADDRESSES = 1024;
  private static final int MAX_LINKED = 4096;

  private final Set<PeerAddress> bootstrap;
  private final LogThrottle throttle = new LogThrottle(WINDOW, MAX_ADDRESSES, System::nanoTime);
  private final Set<PeerId> linked = new HashSet<>();

  /**
   * @param bootstrap the addresses that someone has written down here; others are what members say
   *     about themselves, and share one line
   */
  PeerLog(Set<PeerAddress> bootstrap) {
    this.bootstrap = Set.copyOf(bootstrap);
  }

  /** Logs the links that were made before anyone could listen. */
  void seen(Peer peer) {
    for (PeerId other : peer.linkedPeers()) {
      if (isNew(other)) {
        LOG.info("linked with peer {}", other.shortHex());
      }
    }
  }

  void log(PeerEvent event) {
    if (event instanceof PeerEvent.LinkUp up) {
      if (isNew(up.peer())) {
        LOG.info(
            "linked with peer {} at {} ({})",
            up.peer().shortHex(),
            up.remoteAddress(),
            up.dialled() ? "dialled" : "accepted");
      }
    } else if (event instanceof PeerEvent.LinkDown down) {
      forget(down.peer());
      LOG.info("link with peer {} ended: {}", down.peer().shortHex(), down.reason());
    } else if (event instanceof PeerEvent.DialFailed failed) {
      logFailure(failed);
    }
  }

  private void logFailure(PeerEvent.DialFailed failed) {
    if (bootstrap.contains(failed.address())) {
      if (throttle.permit(failed.address().toString(), 1).isPresent()) {
        LOG.warn(
            "can't reach {}: {}; trying again (attempt {})",
            failed.address(),
            failed.reason(),
            failed.attempt());
      }
      return;
    }
    OptionalLong held = throttle.permit("members", 1);
    if (held.isPresent()) {
      LOG.info(
          "can't reach a member at {}: {}{}",
          failed.address().hostAndPort(),
          failed.reason(),
          RoomLog.more(held.getAsLong()));
    }
  }

  private synchronized boolean isNew(PeerId peer) {
    if (linked.size() >= MAX_LINKED) {
      // Events can be lost, and with them the end of a link.
      linked.clear();
    }
    return linked.add(peer);
  }

  private synchronized void forget(PeerId peer) {
    linked.remove(peer);
  }
}
