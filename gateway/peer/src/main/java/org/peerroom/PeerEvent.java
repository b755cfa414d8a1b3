package org.peerroom;

import org.jspecify.annotations.Nullable;

/**
 * Something that happened to this peer's links, told to whoever listens to {@link Peer#events()}.
 */
public sealed interface PeerEvent {

  /**
   * A link is up: encrypted, and the other side proved its key.
   *
   * @param remoteAddress as the socket shows it
   * @param dialled whether this side dialled
   */
  record LinkUp(PeerId peer, String remoteAddress, boolean dialled) implements PeerEvent {}

  /** A link ended. */
  record LinkDown(PeerId peer, String reason) implements PeerEvent {}

  /**
   * A dial did not lead to a link; it is tried again, later each time, up to every 30 seconds.
   *
   * @param attempt 1 for the first
   * @param peer the peer that was expected there, if known
   */
  record DialFailed(PeerAddress address, String reason, int attempt, @Nullable PeerId peer)
      implements PeerEvent {}
}
