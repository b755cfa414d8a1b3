package org.peerroom;

import org.jspecify.annotations.Nullable;
import org.peerroom.identity.Revocation;

/**
 * Something that happened to this peer's links, its identity or whom it trusts, told to whoever
 * listens to {@link Peer#events()}.
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

  /** A revocation that counts here has been taken in, from this application or from a member. */
  record Revoked(Revocation revocation) implements PeerEvent {}

  /**
   * This peer's own identity will not be believed, or soon no longer: less than a tenth of the life
   * of its certificates is left (at most 30 days; also when a peer starts so), they have expired,
   * they were revoked by someone whom this peer trusts, or its private key was destroyed.
   */
  record IdentityProblem(String reason) implements PeerEvent {}

  /** The file of trusted authorities can't be read; the last good list holds on. */
  record TrustProblem(String reason) implements PeerEvent {}
}
