package org.peerroom.camel;

import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;
import org.peerroom.Peer;

/**
 * Whether the peer of an endpoint can reach anyone: up with at least one link, or if it was not
 * told to dial.
 */
final class RoomHealthCheck extends AbstractHealthCheck {

  private final RoomEndpoint endpoint;

  RoomHealthCheck(String id, RoomEndpoint endpoint) {
    super("camel", id);
    this.endpoint = endpoint;
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
    int links = peer.linkedPeers().size();
    builder.detail("peer.id", peer.id().hex());
    builder.detail("peer.links", links);
    if (links == 0 && endpoint.getComponent().dials()) {
      builder.detail("peer.bootstrap", endpoint.getComponent().getBootstrap());
      builder
          .down()
          .message("no link to any peer; dialling " + endpoint.getComponent().getBootstrap());
    } else {
      builder.up();
    }
  }
}
