package org.peerroom.camel;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;
import org.jspecify.annotations.Nullable;
import org.peerroom.Peer;
import org.peerroom.PeerId;

/**
 * Whether the peer of an endpoint can reach anyone and is believed: down without a link if it was
 * told to dial, when its own identity has expired or does not let it read, and when its room has
 * another policy than that of everyone who is there.
 */
final class RoomHealthCheck extends AbstractHealthCheck {

  private final RoomEndpoint endpoint;

  private final Supplier<@Nullable String> problem;

  /**
   * @param problem what keeps the consumer or producer from its work for good; null if nothing
   */
  RoomHealthCheck(String id, RoomEndpoint endpoint, Supplier<@Nullable String> problem) {
    super("camel", id);
    this.endpoint = endpoint;
    this.problem = problem;
    setCamelContext(endpoint.getCamelContext());
  }

  /** Losing all links is nothing that a restart heals. */
  @Override
  public boolean isLiveness() {
    return false;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    builder.detail("room.name", endpoint.getName());
    Peer peer = endpoint.getComponent().runningPeer();
    if (peer == null) {
      builder.down().message("the peer is not running");
      return;
    }
    Set<PeerId> linked = peer.linkedPeers();
    builder.detail("peer.id", peer.id().hex());
    builder.detail("peer.links", linked.size());
    builder.detail("crypto", peer.cryptography());
    Instant expiry = endpoint.getComponent().identityExpiry().orElse(null);
    if (expiry != null) {
      builder.detail("identity.expires", expiry.toString());
    }
    String stopped = problem.get();
    String dispute = endpoint.dispute(linked).orElse(null);
    if (expiry != null && !expiry.isAfter(Instant.now())) {
      builder.down().message("the identity expired at " + expiry + "; renew its certificates");
    } else if (stopped != null) {
      builder.down().message(stopped);
    } else if (dispute != null) {
      builder.down().message("linked peers have another policy for the room: " + dispute);
    } else if (linked.isEmpty() && endpoint.getComponent().dials()) {
      builder.detail("peer.bootstrap", endpoint.getComponent().getBootstrap());
      builder
          .down()
          .message("no link to any peer; dialling " + endpoint.getComponent().getBootstrap());
    } else {
      builder.up();
    }
  }
}
