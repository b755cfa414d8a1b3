package org.peerroom.internal.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.peerroom.Admission;
import org.peerroom.PeerId;
import org.peerroom.identity.Certificate;
import org.peerroom.identity.ChainVerifier;
import org.peerroom.identity.Refusal;
import org.peerroom.identity.RefusedException;
import org.peerroom.identity.Role;
import org.peerroom.identity.SignatureChain;
import org.peerroom.identity.Verification;
import org.peerroom.identity.VerifiedIdentity;

/**
 * Who may do what in one room: judges each chain of certificates by the room's policy and by whom
 * this peer trusts, and judges again when time, trust or revocations change. Every member does this
 * for itself; nobody's word counts but the chain's.
 */
final class Admissions {

  private static final long SKEW_MILLIS = ChainVerifier.MAX_SKEW.toMillis();

  private final PeerContext context;
  private final String room;
  private final Admission admission;
  private final Map<PeerId, Standing> standings = new LinkedHashMap<>();
  private Standing own;

  Admissions(PeerContext context, String room, Admission admission) {
    this.context = context;
    this.room = room;
    this.admission = admission;
    this.own = judge(context.self.id(), (SignatureChain) null, context.now());
  }

  /** Whether only those are admitted whom somebody vouches for. */
  boolean certified() {
    return admission instanceof Admission.Certified;
  }

  /** What a peer that has shown this chain, or nothing, may do here at this time. */
  Standing judge(PeerId peer, @Nullable SignatureChain chain, Now now) {
    return judge(peer, chain, time(now));
  }

  private Standing judge(PeerId peer, @Nullable SignatureChain chain, long atMillis) {
    if (chain == null) {
      return certified() ? refused(null, "it shows no identity", false) : Standing.ANONYMOUS;
    }
    Certificate last = chain.last();
    if (last.kind() != Certificate.Kind.PEER || !last.key().hex().equals(peer.hex())) {
      return unbelieved(chain, "its chain vouches for another key than its own", false);
    }
    Verification verification = context.trust.verify(chain, atMillis, room);
    if (verification instanceof Refusal refusal) {
      boolean revoked = refusal.reason() == Refusal.Reason.REVOKED;
      return unbelieved(chain, written(refusal), revoked);
    }
    VerifiedIdentity identity = (VerifiedIdentity) verification;
    if (!(admission instanceof Admission.Certified certified)) {
      return new Standing(chain, identity, true, true, true, null, false);
    }
    if (!certified.admits(identity)) {
      return refused(
          chain, identity + " is none of those that the room admits: " + certified, false);
    }
    boolean publish = identity.roles().contains(Role.PUBLISH);
    boolean subscribe = identity.roles().contains(Role.SUBSCRIBE);
    boolean replicate = subscribe || identity.roles().contains(Role.RELAY);
    String refusal =
        publish || replicate
            ? null
            : identity + " has none of the roles publish, subscribe and relay";
    return new Standing(chain, identity, publish, subscribe, replicate, refusal, false);
  }

  private static String written(Refusal refusal) {
    String where =
        refusal.link() == 0 ? "its chain: " : "link " + refusal.link() + " of its chain: ";
    return where + refusal.message();
  }

  /** In an open room whoever is not believed is anonymous, unless it was revoked. */
  private Standing unbelieved(SignatureChain chain, String reason, boolean revoked) {
    boolean mayStay = !certified() && !revoked;
    return new Standing(chain, null, mayStay, mayStay, mayStay, reason, revoked);
  }

  private static Standing refused(@Nullable SignatureChain chain, String reason, boolean revoked) {
    return new Standing(chain, null, false, false, false, reason, revoked);
  }

  /** What this very peer may do here, by the chain that it shows here. */
  Standing own() {
    return own;
  }

  /** Why this very peer may not do here what this role is for; null if it may. */
  @Nullable String whyNot(Role role) {
    if (role == Role.PUBLISH ? own.publish() : own.subscribe()) {
      return null;
    }
    return own.admitted() ? own.identity() + " has not the role " + role.claim() : own.reason();
  }

  /** This peer shows this chain from now on; null for none. */
  void own(@Nullable SignatureChain chain, Now now) {
    own = judge(context.self.id(), chain, now);
  }

  /**
   * The key of the identity that this peer writes under here, 32 bytes; null while it is anonymous.
   * Whether it is believed is for those to judge who read it.
   */
  byte @Nullable [] writtenUnder(Now now) {
    SignatureChain chain = own.chain();
    return chain == null || lastMoment(chain) < time(now) ? null : chain.last().issuer().bytes();
  }

  /** What this peer is known to be allowed; where it has shown nothing yet, what anyone is. */
  Standing of(PeerId peer) {
    if (peer.equals(context.self.id())) {
      return own;
    }
    Standing known = standings.get(peer);
    if (known != null) {
      return known;
    }
    return certified() ? refused(null, "it has not been introduced", false) : Standing.ANONYMOUS;
  }

  /**
   * A peer has shown this; judges it now.
   *
   * @param encoded as {@link SignatureChain#encoded()}; null if it is anonymous
   */
  Standing shown(PeerId peer, byte @Nullable [] encoded, Now now) {
    Standing before = standings.get(peer);
    Standing standing;
    try {
      SignatureChain chain = encoded == null ? null : parsed(encoded, before);
      standing = judge(peer, chain, now);
    } catch (RefusedException e) {
      String reason = written(e.refusal());
      standing = certified() ? refused(null, reason, false) : anonymousBecause(reason);
    }
    standings.put(peer, standing);
    return standing;
  }

  private static Standing anonymousBecause(String reason) {
    return new Standing(null, null, true, true, true, reason, false);
  }

  /** Parsing is most of the work, and the same chain is shown again and again. */
  private static SignatureChain parsed(byte[] encoded, @Nullable Standing before)
      throws RefusedException {
    SignatureChain known = before == null ? null : before.chain();
    return known != null && Arrays.equals(known.encoded(), encoded)
        ? known
        : SignatureChain.decode(encoded);
  }

  /**
   * A member passes on what vouches for an author who may be gone. It is judged by the time at
   * which it was still valid: what was written then stays readable for as long as it is retained.
   *
   * @param encoded its chain; empty for an anonymous one
   */
  void vouched(PeerId author, byte[] encoded, Now now) {
    if (encoded.length == 0 || author.equals(context.self.id())) {
      return;
    }
    if (of(author).identity() != null) {
      return; // what the author itself has shown is at least as good
    }
    try {
      SignatureChain chain = parsed(encoded, standings.get(author));
      Standing standing = judge(author, chain, Math.min(lastMoment(chain), time(now)));
      if (standing.identity() != null) {
        standings.put(author, standing);
      }
    } catch (RefusedException e) {
      // A member that passes on nonsense gains nothing by it.
    }
  }

  private static long lastMoment(SignatureChain chain) {
    long last = Long.MAX_VALUE;
    for (Certificate certificate : chain.certificates()) {
      last = Math.min(last, certificate.expiresAt().toEpochMilli() - 1);
    }
    return last;
  }

  private long time(Now now) {
    return context.trust.millis(now);
  }

  /**
   * Why a segment of this author is not taken, which was sealed at this time by the author's clock;
   * null if it is.
   */
  @Nullable String whyNoSegment(PeerId author, long createdMillis) {
    if (!certified()) {
      return null;
    }
    Standing standing = of(author);
    if (!standing.publish()) {
      return standing.identity() == null ? standing.reason() : "it may not publish here";
    }
    return covers(standing, createdMillis) ? null : "its certificates ended before it was sealed";
  }

  private static boolean covers(Standing standing, long millis) {
    VerifiedIdentity identity = standing.identity();
    return identity != null && millis <= identity.expiresAt().toEpochMilli() + SKEW_MILLIS;
  }

  /**
   * Who wrote a segment, by the identity that it names.
   *
   * @param named the key of the identity that the author named in it; null if it named none
   * @return null for an anonymous author
   * @throws Refused if the room admits only those who name who they are, and this one did not
   */
  @Nullable VerifiedIdentity writer(PeerId author, byte @Nullable [] named, long createdMillis)
      throws Refused {
    Standing standing = of(author);
    VerifiedIdentity identity = standing.identity();
    boolean same =
        identity != null
            && named != null
            && Arrays.equals(identity.key().bytes(), named)
            && covers(standing, createdMillis);
    if (same) {
      return identity;
    }
    if (certified()) {
      throw Refused.untimely("it does not name an identity that is admitted");
    }
    return null;
  }

  /** Who a peer is by what it has shown and what holds now; null if it is anonymous. */
  @Nullable VerifiedIdentity identity(PeerId peer, Now now) {
    Standing standing = of(peer);
    return covers(standing, time(now)) ? standing.identity() : null;
  }

  /** A peer of which something else is believed than before. */
  record Change(PeerId peer, Standing before, Standing now) {}

  /**
   * Ends the standing of members whose certificates have expired by now. In an open room they are
   * just anonymous from then on.
   */
  List<Change> expire(Predicate<PeerId> isMember, Now now) {
    List<Change> changes = new ArrayList<>();
    if (!certified()) {
      return changes;
    }
    long at = time(now);
    own = expired(own, at) ? own.ended() : own;
    standings.replaceAll(
        (peer, standing) -> {
          if (!isMember.test(peer) || !expired(standing, at)) {
            return standing;
          }
          changes.add(new Change(peer, standing, standing.ended()));
          return standing.ended();
        });
    return changes;
  }

  private static boolean expired(Standing standing, long atMillis) {
    return standing.admitted() && standing.identity() != null && !covers(standing, atMillis);
  }

  /** Judges everyone again: whom this peer trusts, or what it knows of revocations, has changed. */
  List<Change> recheck(Predicate<PeerId> isMember, Now now) {
    own = own.hasEnded() ? own : judge(context.self.id(), own.chain(), now);
    List<Change> changes = new ArrayList<>();
    standings.replaceAll(
        (peer, before) -> {
          Standing after = judgedAgain(peer, before, isMember.test(peer), now);
          boolean otherIdentity = (before.identity() == null) != (after.identity() == null);
          if (before.admitted() != after.admitted() || otherIdentity) {
            changes.add(new Change(peer, before, after));
          }
          return after;
        });
    return changes;
  }

  /** Who is not here any more is judged by the time at which its certificates were still valid. */
  private Standing judgedAgain(PeerId peer, Standing before, boolean isMember, Now now) {
    SignatureChain chain = before.chain();
    if (chain == null) {
      return before;
    }
    boolean past = !isMember || before.hasEnded();
    long at = past ? Math.min(lastMoment(chain), time(now)) : time(now);
    Standing after = judge(peer, chain, at);
    return before.hasEnded() && after.identity() != null ? after.ended() : after;
  }

  /** Forgets those that are neither members nor authors of anything that is held. */
  void retain(Predicate<PeerId> needed) {
    standings.keySet().removeIf(peer -> !needed.test(peer));
  }

  void forget(PeerId peer) {
    standings.remove(peer);
  }
}
