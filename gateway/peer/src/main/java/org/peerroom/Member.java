package org.peerroom;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.peerroom.identity.VerifiedIdentity;

/**
 * A peer in a room, and who is behind it as far as that has been proved.
 *
 * <p>Guarantees that {@link #peer()} holds the private key of its id and, where {@link #identity()}
 * is there, that a chain of certificates which reaches an authority of this peer's own list vouches
 * for exactly that id. Says nothing about who an anonymous peer is: it may have an identity that it
 * does not show here, or one that nobody known here vouches for.
 *
 * @param peer its throw-away id
 * @param verified who vouches for it; null while it is anonymous
 */
public record Member(PeerId peer, @Nullable VerifiedIdentity verified) {

  /** Who it is; empty while it is anonymous. */
  public Optional<VerifiedIdentity> identity() {
    return Optional.ofNullable(verified);
  }

  /** Whether nobody known here vouches for it. */
  public boolean isAnonymous() {
    return verified == null;
  }

  /** The identity's name and authority; of an anonymous peer the id. */
  @Override
  public String toString() {
    return verified == null ? peer.hex() : verified.toString();
  }
}
