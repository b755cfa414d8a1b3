package org.peerroom.internal.protocol;

import org.jspecify.annotations.Nullable;
import org.peerroom.identity.SignatureChain;
import org.peerroom.identity.VerifiedIdentity;

/**
 * Who a peer is and what it may do in one room, as judged here from what it has shown.
 *
 * @param chain what it has shown; null if nothing that could be read
 * @param identity who it is; null while it is anonymous here
 * @param publish whether messages are taken from it
 * @param subscribe whether it gets keys
 * @param replicate whether it gets what is sealed, to keep it for others
 * @param refusal why it is not admitted, or why it is anonymous though it has shown something; null
 *     if neither
 * @param revoked whether that is because its certificates were revoked
 */
record Standing(
    @Nullable SignatureChain chain,
    @Nullable VerifiedIdentity identity,
    boolean publish,
    boolean subscribe,
    boolean replicate,
    @Nullable String refusal,
    boolean revoked) {

  /** Anyone, in a room that is open. */
  static final Standing ANONYMOUS = new Standing(null, null, true, true, true, null, false);

  boolean admitted() {
    return publish || subscribe || replicate;
  }

  /** The same after its certificates have expired: what it wrote before stays its own. */
  Standing ended() {
    return new Standing(
        chain, identity, false, false, false, "its certificates have expired", revoked);
  }

  boolean hasEnded() {
    return identity != null && !admitted();
  }

  String reason() {
    return refusal == null ? "it is not admitted" : refusal;
  }
}
