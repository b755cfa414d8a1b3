package org.peerroom.camel;

import java.time.Duration;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import org.peerroom.Peer;
import org.peerroom.PeerAddress;
import org.peerroom.PeerEvent;
import org.peerroom.PeerId;
import org.peerroom.identity.Revocation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what happens to the links of a peer, to its identity and to those of others, one readable
 * line each, at a bounded rate.
 */
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
    } else {
      logIdentities(event);
    }
  }

  private void logIdentities(PeerEvent event) {
    if (event instanceof PeerEvent.Revoked revoked) {
      OptionalLong held = throttle.permit("revoked", 1);
      if (held.isPresent()) {
        LOG.warn(
            "revoked until {}: {}{}{}",
            revoked.revocation().expiresAt(),
            target(revoked.revocation()),
            revoked.revocation().reason().map(reason -> " (" + reason + ")").orElse(""),
            RoomLog.more(held.getAsLong()));
      }
    } else if (event instanceof PeerEvent.IdentityProblem problem) {
      if (throttle.permit("identity " + problem.reason(), 1).isPresent()) {
        LOG.error("the identity of this peer: {}", problem.reason());
      }
    } else if (event instanceof PeerEvent.TrustProblem problem) {
      if (throttle.permit("trust " + problem.reason(), 1).isPresent()) {
        LOG.error("the trusted authorities: {}; those read last hold on", problem.reason());
      }
    }
  }

  private static String target(Revocation revocation) {
    String by = " by " + revocation.issuer().shortHex();
    if (revocation.target() instanceof Revocation.Target.CertificateId certificate) {
      return "certificate " + certificate.jti() + by;
    }
    return revocation.target() instanceof Revocation.Target.Key key
        ? "every certificate of key " + key.key().shortHex() + by
        : revocation.id() + by;
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
