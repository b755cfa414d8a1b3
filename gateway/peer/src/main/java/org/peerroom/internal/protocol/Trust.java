package org.peerroom.internal.protocol;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.identity.ChainVerifier;
import org.peerroom.identity.Purpose;
import org.peerroom.identity.RefusedException;
import org.peerroom.identity.Revocation;
import org.peerroom.identity.RevocationList;
import org.peerroom.identity.SignatureChain;
import org.peerroom.identity.TrustedAuthorities;
import org.peerroom.identity.Verification;
import org.peerroom.identity.VerificationKey;

/**
 * Whom this peer believes: the authorities that it trusts, the revocations that it knows, the peers
 * that it wants nothing more of, and what time it is as far as certificates are concerned.
 *
 * <p>That time never goes back: it is the latest that the wall clock has shown, and goes on with
 * the timer from there. So a clock that is set back revives nothing that has expired. A clock that
 * was far ahead for a moment makes certificates expire early, until this peer is started again.
 */
final class Trust {

  /** How many peers are remembered as revoked; after that the oldest is forgotten first. */
  private static final int MAX_BANNED = 10_000;

  private final ChainVerifier verifier = ChainVerifier.create();
  private final RevocationList revocations = RevocationList.create();
  private final Map<PeerId, String> banned = new LinkedHashMap<>();
  private TrustedAuthorities authorities = TrustedAuthorities.NONE;
  private List<Revocation> fresh = new ArrayList<>();
  private long latestWall = Long.MIN_VALUE;
  private long latestTick;

  /** A turn begins. */
  void at(Now now) {
    if (latestWall == Long.MIN_VALUE || now.wallMillis() >= millis(now)) {
      latestWall = now.wallMillis();
      latestTick = now.tickMillis();
    }
  }

  /** The time by which certificates are judged, milliseconds since 1970. */
  long millis(Now now) {
    return latestWall + (now.tickMillis() - latestTick);
  }

  TrustedAuthorities authorities() {
    return authorities;
  }

  void authorities(TrustedAuthorities trusted) {
    authorities = trusted;
  }

  /** Whether this chain is believed at this time, for this room. */
  Verification verify(SignatureChain chain, long atMillis, String room) {
    return verifier.verify(
        chain, authorities, revocations, Instant.ofEpochMilli(atMillis), Purpose.IDENTIFY, room);
  }

  /**
   * Takes a revocation in.
   *
   * @return whether it was not known before
   * @throws Refused if it does not count here, or there are too many
   */
  boolean revoke(Revocation revocation, Now now) throws Refused {
    try {
      RevocationList.Added added =
          revocations.add(revocation, authorities, Instant.ofEpochMilli(millis(now)), verifier);
      switch (added) {
        case KNOWN -> {
          return false;
        }
        case FULL ->
            throw Refused.untimely(
                "a revocation is not taken in: there are too many of its authority already");
        case NEW -> fresh.add(revocation);
      }
      return true;
    } catch (RefusedException e) {
      throw Refused.untimely("a revocation does not count here: " + e.refusal().message());
    }
  }

  /** The revocations that were taken in since the last call. */
  List<Revocation> takeFresh() {
    if (fresh.isEmpty()) {
      return List.of();
    }
    List<Revocation> taken = fresh;
    fresh = new ArrayList<>();
    return taken;
  }

  /** Whether a certificate of this chain was revoked. */
  boolean isRevoked(SignatureChain chain) {
    return chain.certificates().stream().anyMatch(revocations::revokes);
  }

  /**
   * Whether an authority has taken back every certificate for this key.
   *
   * @param counts whether an authority's word counts
   */
  boolean isRevoked(VerificationKey key, Predicate<VerificationKey> counts) {
    return revocations.all().stream()
        .anyMatch(
            revocation ->
                revocation.chain().isEmpty()
                    && counts.test(revocation.issuer())
                    && revocation.target() instanceof Revocation.Target.Key target
                    && target.key().equals(key));
  }

  /** All revocations that hold. */
  List<Revocation> revocations() {
    return revocations.all();
  }

  void expire(Now now) {
    revocations.expire(Instant.ofEpochMilli(millis(now)));
  }

  /** Wants nothing more of this peer. */
  void ban(PeerId peer, String reason) {
    if (banned.size() >= MAX_BANNED) {
      banned.remove(banned.keySet().iterator().next());
    }
    banned.put(peer, reason);
  }

  /** Why nothing more is wanted of this peer; null if it is not banned. */
  @Nullable String whyBanned(PeerId peer) {
    return banned.get(peer);
  }
}
