package org.peerroom.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import org.peerroom.NotAdmittedException;
import org.peerroom.PeerId;
import org.peerroom.identity.Certificate;
import org.peerroom.identity.ChainVerifier;
import org.peerroom.identity.Identity;
import org.peerroom.identity.Scope;
import org.peerroom.identity.SignatureChain;
import org.peerroom.identity.VerificationKey;
import org.peerroom.internal.protocol.Now;

/**
 * Lets this peer's identity vouch for its throw-away key, and again before that is over. The
 * identity's private key stays here: the protocol gets only what it has signed.
 *
 * <p>Belongs to the peer's loop.
 */
final class IdentityKeeper {

  /** How long before their end it is told at the earliest that certificates end. */
  private static final Duration MAX_NOTICE = Duration.ofDays(30);

  private final VerificationKey peer;
  private final Duration life;
  private @Nullable Identity identity;
  private long renewTick = Long.MAX_VALUE;
  private long warnTick = Long.MAX_VALUE;
  private boolean warned;

  /**
   * @param life how long the identity vouches at a time
   */
  IdentityKeeper(PeerId peer, Duration life) {
    this.peer = VerificationKey.of(peer.bytes());
    this.life = life;
  }

  /**
   * Takes this identity from now on, unless it fails.
   *
   * @throws NotAdmittedException if it has no certificates, one that is not valid now, or can't
   *     sign
   */
  SignatureChain speakAs(Identity speaker, Now now) {
    requireValid(speaker, Instant.ofEpochMilli(now.wallMillis()));
    SignatureChain chain = sign(speaker, now);
    identity = speaker;
    renewTick = now.tickMillis() + untilRenewed();
    warned = false;
    warnTick = now.tickMillis() + Math.max(0, millisLeft(speaker, now) - noticeMillis(speaker));
    return chain;
  }

  private static void requireValid(Identity speaker, Instant at) {
    if (speaker.certificates().isEmpty()) {
      throw new NotAdmittedException(
          "identity '"
              + speaker.name()
              + "' has no certificates, so that nobody vouches for it: have an authority sign it first");
    }
    for (Certificate certificate : speaker.certificates()) {
      if (!certificate.expiresAt().isAfter(at)) {
        throw new NotAdmittedException(
            "the certificates of identity '"
                + speaker.name()
                + "' expired at "
                + certificate.expiresAt()
                + ": have its authority sign it again");
      }
      Instant start = startOf(certificate);
      if (start.isAfter(at.plus(ChainVerifier.MAX_SKEW))) {
        throw new NotAdmittedException(
            "the certificates of identity '"
                + speaker.name()
                + "' are not valid before "
                + start
                + ": wait until then, or compare this clock with that of its authority");
      }
    }
  }

  private static Instant startOf(Certificate certificate) {
    Instant issued = certificate.issuedAt();
    return issued.isAfter(certificate.notBefore()) ? issued : certificate.notBefore();
  }

  private SignatureChain sign(Identity speaker, Now now) {
    try {
      return speaker.certifyPeer(peer, Scope.ALL, Instant.ofEpochMilli(now.wallMillis()), life);
    } catch (IllegalArgumentException e) {
      throw new NotAdmittedException(
          cannotVouch(speaker, e)
              + "; have its authority sign it again with fewer or shorter certificates",
          e);
    } catch (IllegalStateException e) {
      throw new NotAdmittedException(
          cannotVouch(speaker, e) + "; keep an identity until its peer is closed", e);
    }
  }

  private static String cannotVouch(Identity speaker, RuntimeException why) {
    return "identity '" + speaker.name() + "' can't vouch for this peer: " + why.getMessage();
  }

  private long untilRenewed() {
    return life.toMillis() * 2 / 3;
  }

  /** How long the identity's own certificates last. */
  private static long millisLeft(Identity speaker, Now now) {
    return firstToEnd(speaker).expiresAt().toEpochMilli() - now.wallMillis();
  }

  /** How long before the end it is told: a tenth of the whole life. */
  private static long noticeMillis(Identity speaker) {
    Certificate first = firstToEnd(speaker);
    Duration whole = Duration.between(startOf(first), first.expiresAt());
    return Math.min(whole.toMillis() / 10, MAX_NOTICE.toMillis());
  }

  private static Certificate firstToEnd(Identity speaker) {
    return Collections.min(speaker.certificates(), Comparator.comparing(Certificate::expiresAt));
  }

  /** Whether this peer has an identity. */
  boolean speaks() {
    return identity != null;
  }

  /**
   * What vouches for this peer anew, if it is time; null if it is not, or if nobody would believe
   * it because the identity's own certificates have ended.
   *
   * @throws NotAdmittedException if the identity can't sign any more; it is tried again later
   */
  @Nullable SignatureChain renewed(Now now) {
    Identity speaker = identity;
    if (speaker == null || now.tickMillis() < renewTick) {
      return null;
    }
    renewTick = now.tickMillis() + untilRenewed();
    return millisLeft(speaker, now) > 0 ? sign(speaker, now) : null;
  }

  /**
   * What is to be told about the identity's own certificates: once that they end soon, and once
   * that they have ended; null if there is nothing.
   */
  @Nullable String problem(Now now) {
    Identity speaker = identity;
    if (speaker == null || now.tickMillis() < warnTick) {
      return null;
    }
    long left = millisLeft(speaker, now);
    String whose = "the certificates of identity '" + speaker.name() + "' ";
    if (left <= 0) {
      warnTick = Long.MAX_VALUE;
      return whose
          + "have expired: no member believes them any more; have its authority sign it again";
    }
    warnTick = now.tickMillis() + left;
    if (warned) {
      return null; // the wall clock was set back
    }
    warned = true;
    return whose
        + "end in "
        + Duration.ofSeconds(left / 1000)
        + "; have its authority sign it again before that";
  }

  /** When {@link #renewed} or {@link #problem} has something to say at the latest. */
  long nextTick() {
    return identity == null ? Long.MAX_VALUE : Math.min(renewTick, warnTick);
  }
}
