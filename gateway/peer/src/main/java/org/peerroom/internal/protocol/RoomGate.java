package org.peerroom.internal.protocol;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.peerroom.Member;
import org.peerroom.PeerId;
import org.peerroom.RoomEvent;
import org.peerroom.identity.RefusedException;
import org.peerroom.identity.Revocation;
import org.peerroom.identity.RevocationList;
import org.peerroom.identity.VerifiedIdentity;
import org.peerroom.internal.wire.MemberRecord;

/**
 * Acts on what becomes known of members after they were admitted, or were not: expels those whose
 * certificates were revoked or have expired, lets in those whose authority is trusted now, and
 * passes revocations on.
 */
final class RoomGate {

  /** To judge one costs up to five signatures: a member may pass on a full list and some more. */
  private static final int MAX_A_MINUTE = RevocationList.MAX + 256;

  private final PeerContext context;
  private final RoomMachine room;
  private final Admissions admissions;
  private final Replica replica;
  private final Replication replication;
  private final KeyExchange keyExchange;
  private final Members members;

  /** How many revocations each member has sent since this minute began. */
  private final Map<PeerId, Integer> sent = new HashMap<>();

  private long minuteTick;

  RoomGate(
      PeerContext context,
      RoomMachine room,
      Admissions admissions,
      Replica replica,
      Replication replication,
      KeyExchange keyExchange,
      Members members) {
    this.context = context;
    this.room = room;
    this.admissions = admissions;
    this.replica = replica;
    this.replication = replication;
    this.keyExchange = keyExchange;
    this.members = members;
    this.minuteTick = context.now().tickMillis();
  }

  /**
   * Removes a member: its link is closed, nothing more is taken from it, the sender key changes
   * before the next segment. Of one that was revoked nothing is wanted any more at all: what it
   * wrote and nobody has read yet is dropped.
   */
  void expel(PeerId peer, Standing standing, Now now) {
    VerifiedIdentity identity = standing.identity();
    String reason = standing.reason();
    Feed feed = replica.get(peer);
    if (feed != null) {
      feed.close(true);
      replication.stopAsking(peer);
    }
    if (standing.revoked()) {
      if (feed != null) {
        replica.changed(feed, feed::clear);
        replica.changed(feed, feed::forgetDeposits);
        room.readable(feed);
      }
      if (identity != null) {
        room.deposits().revoke(identity.key());
      }
      context.trust.ban(peer, reason);
      members.forget(peer);
    }
    room.memberGone(peer, false, true, now);
    context.cut(peer, reason);
    room.tell(new RoomEvent.Expelled(new Member(peer, identity), reason));
  }

  /** Revocations that an admitted member has passed on. */
  void takeRevocations(PeerId from, List<byte[]> revocations, Now now) throws Refused {
    if (revocations.isEmpty()) {
      return;
    }
    if (sent.merge(from, revocations.size(), Integer::sum) > MAX_A_MINUTE) {
      throw Refused.invalid("it sends more revocations than there can be");
    }
    Refused refused = null;
    for (byte[] encoded : revocations) {
      try {
        context.trust.revoke(Revocation.decode(encoded), now);
      } catch (RefusedException e) {
        refused = Refused.invalid("a revocation can't be read: " + e.refusal().message());
      } catch (Refused e) {
        refused = refused == null ? e : refused;
      }
    }
    if (refused != null) {
      throw refused;
    }
  }

  /** Tells the linked members of revocations that are new here. */
  void spread(List<Revocation> revocations, @Nullable PeerId from) {
    keyExchange.spread(revocations, from, members);
  }

  /** Whom this peer trusts, or what it knows of revocations, has changed. */
  void recheck(Now now) {
    apply(admissions.recheck(room::isMember, now), now);
  }

  /** Time has passed: certificates may have expired. */
  void expire(Now now) {
    if (now.tickMillis() - minuteTick > 60_000) {
      minuteTick = now.tickMillis();
      sent.clear();
    }
    apply(admissions.expire(room::isMember, now), now);
    admissions.retain(peer -> room.isMember(peer) || replica.get(peer) != null);
  }

  private void apply(List<Admissions.Change> changes, Now now) {
    for (Admissions.Change change : changes) {
      Standing standing = change.now();
      MemberRecord member = members.get(change.peer());
      boolean lost = change.before().admitted() && !standing.admitted();
      if (lost && (member != null || standing.revoked())) {
        expel(change.peer(), naming(change.before().identity(), standing), now);
      } else if (standing.admitted() && member != null) {
        keyExchange.reconsider(member, now);
        VerifiedIdentity identity = standing.identity();
        if (identity != null) {
          room.tell(new RoomEvent.IdentityKnown(new Member(change.peer(), identity)));
        }
      }
    }
  }

  /** Who is expelled is named as it was known until now. */
  private static Standing naming(@Nullable VerifiedIdentity was, Standing standing) {
    return standing.identity() != null
        ? standing
        : new Standing(
            standing.chain(), was, false, false, false, standing.refusal(), standing.revoked());
  }
}
