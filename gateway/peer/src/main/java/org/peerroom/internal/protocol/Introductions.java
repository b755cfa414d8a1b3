package org.peerroom.internal.protocol;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.peerroom.Member;
import org.peerroom.PeerId;
import org.peerroom.RoomEvent;
import org.peerroom.RoomPolicy;
import org.peerroom.identity.SignatureChain;
import org.peerroom.identity.VerifiedIdentity;

/**
 * What two members say to each other before they exchange keys, sealed for each other: which policy
 * they apply and who vouches for them. Two with different policies exchange nothing.
 */
final class Introductions {

  /** Whoever has not heard of this peer yet is told again after this long. */
  private static final long AGAIN_MILLIS = 1_000;

  private final PeerContext context;
  private final RoomMachine room;
  private final Admissions admissions;
  private final PolicyStatement policy;
  private final Map<PeerId, Heard> heard = new HashMap<>();
  private final Map<PeerId, Long> saidTick = new HashMap<>();

  Introductions(PeerContext context, RoomMachine room, RoomPolicy policy, Admissions admissions) {
    this.context = context;
    this.room = room;
    this.policy = PolicyStatement.of(policy);
    this.admissions = admissions;
  }

  /** What a peer that has introduced itself has been told of. */
  private static final class Heard {
    @Nullable String difference;
    @Nullable String refusal;
  }

  /** What this peer says of itself to this member. */
  GrantContent say(PeerId to) {
    saidTick.put(to, context.now().tickMillis());
    SignatureChain chain = admissions.own().chain();
    return new GrantContent()
        .introduce(policy, heard.containsKey(to))
        .chain(chain == null ? null : chain.encoded());
  }

  /** Whether this peer, which says that it has not heard of this one, is to be told again. */
  boolean isDueAgain(PeerId peer, Now now) {
    Long said = saidTick.get(peer);
    return said == null || now.tickMillis() - said >= AGAIN_MILLIS;
  }

  /**
   * Takes what a grant says of its sender.
   *
   * @return whether the sender is admitted here
   */
  boolean hear(PeerId from, GrantContent content, Now now) {
    PolicyStatement theirs = content.policy();
    Heard known = heard.get(from);
    if (theirs == null) {
      return known != null && isAdmitted(from);
    }
    if (known == null) {
      known = new Heard();
      heard.put(from, known);
    }
    String difference = policy.differenceTo(theirs);
    if (difference != null && !difference.equals(known.difference)) {
      room.tell(new RoomEvent.PolicyDiffers(from, difference));
    }
    known.difference = difference;
    Standing before = admissions.of(from);
    boolean keepsSilent = content.chain() == null && before.identity() != null;
    if (difference == null && !keepsSilent) {
      judged(from, before, admissions.shown(from, content.chain(), now), known);
    }
    return isAdmitted(from);
  }

  private void judged(PeerId from, Standing before, Standing after, Heard known) {
    String refusal = after.refusal();
    if (refusal != null && !refusal.equals(known.refusal)) {
      if (after.admitted()) {
        room.refused(from, "it is anonymous here: " + refusal);
      } else {
        room.tell(new RoomEvent.NotAdmitted(from, refusal));
      }
    }
    known.refusal = refusal;
    VerifiedIdentity identity = after.identity();
    if (identity != null && after.admitted() && !isSame(before.identity(), identity)) {
      room.tell(new RoomEvent.IdentityKnown(new Member(from, identity)));
    }
  }

  private static boolean isSame(@Nullable VerifiedIdentity before, VerifiedIdentity after) {
    return before != null
        && before.name().equals(after.name())
        && before.key().equals(after.key())
        && before.authorityKey().equals(after.authorityKey())
        && Objects.equals(before.attributes(), after.attributes());
  }

  private boolean isAdmitted(PeerId peer) {
    return agrees(peer) && admissions.of(peer).admitted();
  }

  /** Whether nothing is known of this peer's policy that speaks against exchanging keys with it. */
  boolean agrees(PeerId peer) {
    Heard known = heard.get(peer);
    return known == null || known.difference == null;
  }

  /** Whether this peer has introduced itself under the same policy. */
  boolean hasHeardOf(PeerId peer) {
    return heard.containsKey(peer) && agrees(peer);
  }

  /** Whether anybody has introduced itself, admitted or not. */
  boolean hasHeardOfAnyone() {
    return !heard.isEmpty();
  }

  /** Forgets a member that is gone. */
  void forget(PeerId peer) {
    heard.remove(peer);
    saidTick.remove(peer);
  }
}
