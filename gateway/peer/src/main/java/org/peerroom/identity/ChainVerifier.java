package org.peerroom.identity;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.peerroom.identity.Refusal.Reason;

/**
 * Decides who a chain speaks for, offline.
 *
 * <p>Guarantees that the same chain, authorities, revocations, time, purpose and room always give
 * the same answer, that nothing but these has a part in it, and that no input makes it throw.
 * Chains whose signatures held are remembered by their digest, at most 4,096, the one unused for
 * longest is forgotten first; that they held is all that is remembered: time, trust, revocation,
 * purpose and room are looked at every time.
 *
 * <p>Does not prove that whoever presents a chain holds the key it ends in: bind it to a signature
 * by that key. Any thread may call, as long as nothing changes the revocations meanwhile. A new
 * chain takes as many signature verifications as it has links, some tenths of a millisecond; one
 * seen before, microseconds.
 */
public final class ChainVerifier {

  /** How far clocks may be apart: the grace at the start and at the end of every validity. */
  public static final Duration MAX_SKEW = Duration.ofMinutes(2);

  /** How many chains are remembered. */
  public static final int MAX_REMEMBERED = 4096;

  private static final long SKEW_SECONDS = MAX_SKEW.toSeconds();

  private final int max;
  private final Map<String, ChainFacts> held =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, ChainFacts> eldest) {
          return size() > max;
        }
      };

  private ChainVerifier(int max) {
    this.max = max;
  }

  /** One that remembers nothing yet. */
  public static ChainVerifier create() {
    return remembering(MAX_REMEMBERED);
  }

  static ChainVerifier remembering(int max) {
    return new ChainVerifier(max);
  }

  /**
   * Verifies a chain.
   *
   * @param at the verifier's time; clocks up to {@link #MAX_SKEW} apart are fine
   * @param room null for no particular room: then no room is refused
   * @return who it is, or the first thing found wrong; never throws because of the chain
   */
  public Verification verify(
      SignatureChain chain,
      TrustedAuthorities trusted,
      RevocationList revoked,
      Instant at,
      Purpose purpose,
      @Nullable String room) {
    try {
      List<Certificate> links = chain.certificates();
      TrustedAuthority authority = authorityOf(links.get(0), trusted, at);
      ChainFacts known = recall(chain);
      ChainFacts facts = known == null ? ChainFacts.of(links) : known;
      requireTime(links, at);
      requireNotRevoked(links, revoked);
      requirePurpose(facts, links, purpose);
      requireRoom(facts, links, room);
      if (known == null) {
        requireSignatures(links);
        remember(chain, facts);
      }
      return identity(facts, authority);
    } catch (RefusedException e) {
      return e.refusal();
    }
  }

  private static TrustedAuthority authorityOf(
      Certificate first, TrustedAuthorities trusted, Instant at) throws RefusedException {
    return trustedAt(first.issuer(), trusted, at, 1);
  }

  /** The authority with this key, if it is trusted at this time. */
  static TrustedAuthority trustedAt(
      VerificationKey key, TrustedAuthorities trusted, Instant at, int link)
      throws RefusedException {
    TrustedAuthority authority = trusted.find(key);
    if (authority == null) {
      throw new RefusedException(
          link,
          Reason.UNKNOWN_AUTHORITY,
          "it is signed by " + key.shortHex() + ", which is no trusted authority");
    }
    if (authority.expiresAt() != null && isOver(authority.expiresAt().getEpochSecond(), at)) {
      throw new RefusedException(
          link,
          Reason.AUTHORITY_EXPIRED,
          "the authority "
              + authority.name()
              + " that signed it was trusted until "
              + authority.expiresAt());
    }
    return authority;
  }

  /** At its very end it is over (RFC 7519, section 4.1.4), after the grace. */
  static boolean isOver(long endSecond, Instant at) {
    return at.getEpochSecond() - SKEW_SECONDS >= endSecond;
  }

  static boolean isYetToCome(long startSecond, Instant at) {
    return at.getEpochSecond() + SKEW_SECONDS < startSecond;
  }

  private static void requireTime(List<Certificate> links, Instant at) throws RefusedException {
    for (int i = 0; i < links.size(); i++) {
      Certificate certificate = links.get(i);
      if (isYetToCome(certificate.startSecond(), at)) {
        throw new RefusedException(
            i + 1,
            Reason.NOT_YET_VALID,
            "it is not valid before " + Instant.ofEpochSecond(certificate.startSecond()));
      }
      if (isOver(certificate.endSecond(), at)) {
        throw new RefusedException(
            i + 1, Reason.EXPIRED, "it was valid until " + certificate.expiresAt());
      }
    }
  }

  private static void requireNotRevoked(List<Certificate> links, RevocationList revoked)
      throws RefusedException {
    for (int i = 0; i < links.size(); i++) {
      if (revoked.revokes(links.get(i))) {
        throw new RefusedException(
            i + 1, Reason.REVOKED, "it was revoked by " + links.get(i).issuer().shortHex());
      }
    }
  }

  private static void requirePurpose(ChainFacts facts, List<Certificate> links, Purpose purpose)
      throws RefusedException {
    Role needed =
        switch (purpose) {
          case IDENTIFY -> null;
          case PUBLISH -> Role.PUBLISH;
          case SUBSCRIBE -> Role.SUBSCRIBE;
          case RELAY -> Role.RELAY;
          case CERTIFY -> Role.CERTIFY;
        };
    if (needed == null) {
      return;
    }
    if (facts.endsInPeer() == (needed == Role.CERTIFY)) {
      throw new RefusedException(
          links.size(),
          Reason.WRONG_SUBJECT,
          facts.endsInPeer()
              ? "it is of a peer, and no peer may certify"
              : "it is of the identity itself, and only a peer may " + needed.claim());
    }
    if (!facts.roles().contains(needed)) {
      throw new RefusedException(
          links.size(),
          Reason.WRONG_ROLE,
          "the role " + needed.claim() + " is not among its roles");
    }
  }

  private static void requireRoom(ChainFacts facts, List<Certificate> links, @Nullable String room)
      throws RefusedException {
    if (room == null || facts.rooms() == null) {
      return;
    }
    for (RoomPattern pattern : facts.rooms()) {
      if (pattern.matches(room)) {
        return;
      }
    }
    throw new RefusedException(
        links.size(), Reason.WRONG_ROOM, "it is not for the room '" + Texts.shown(room) + "'");
  }

  private static void requireSignatures(List<Certificate> links) throws RefusedException {
    for (int i = 0; i < links.size(); i++) {
      Certificate certificate = links.get(i);
      if (!certificate.isSignedBy(certificate.issuer())) {
        throw new RefusedException(
            i + 1,
            Reason.BAD_SIGNATURE,
            "its signature is not that of " + certificate.issuer().shortHex());
      }
    }
  }

  private static VerifiedIdentity identity(ChainFacts facts, TrustedAuthority authority) {
    long end = facts.firstEnd();
    if (authority.expiresAt() != null) {
      end = Math.min(end, authority.expiresAt().getEpochSecond());
    }
    return new VerifiedIdentity(
        facts.name(),
        facts.key(),
        authority.name(),
        authority.key(),
        facts.attributes(),
        facts.roles(),
        Instant.ofEpochSecond(end));
  }

  private @Nullable ChainFacts recall(SignatureChain chain) {
    synchronized (held) {
      return held.get(chain.digest());
    }
  }

  private void remember(SignatureChain chain, ChainFacts facts) {
    synchronized (held) {
      held.put(chain.digest(), facts);
    }
  }

  /** How many chains are remembered now. */
  int remembered() {
    synchronized (held) {
      return held.size();
    }
  }
}
