package org.peerroom.internal;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.peerroom.NotAdmittedException;
import org.peerroom.PeerId;
import org.peerroom.identity.Certificate;
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
   * Takes this identity from now on.
   *
   * @throws NotAdmittedException if it has no certificates, or one that is not valid now
   */
  SignatureChain speakAs(Identity speaker, Now now) {
    Instant at = Instant.ofEpochMilli(now.wallMillis());
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
    }
    identity = speaker;
    warned = false;
    warnTick = now.tickMillis() + Math.max(0, millisLeft(speaker, now) * 9 / 10);
    return sign(speaker, now);
  }

  private SignatureChain sign(Identity speaker, Now now) {
    renewTick = now.tickMillis() + life.toMillis() * 2 / 3;
    try {
      return speaker.certifyPeer(peer, Scope.ALL, Instant.ofEpochMilli(now.wallMillis()), life);
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new NotAdmittedException(
          "identity '"
              + speaker.name()
              + "' can't vouch for this peer: "
              + e.getMessage()
              + "; have its authority sign it again with fewer or shorter certificates",
          e);
    }
  }

  /** How long the identity's own certificates last. */
  private static long millisLeft(Identity speaker, Now now) {
    long left = Long.MAX_VALUE;
    for (Certificate certificate : speaker.certificates()) {
      left = Math.min(left, certificate.expiresAt().toEpochMilli() - now.wallMillis());
    }
    return left;
  }

  /** Whether this peer has an identity. */
  boolean speaks() {
    return identity != null;
  }

  /** What vouches for this peer anew, if it is time; null if it is not. */
  @Nullable SignatureChain renewed(Now now) {
    Identity speaker = identity;
    return speaker == null || now.tickMillis() < renewTick ? null : sign(speaker, now);
  }

  /** What is to be told about the identity's own certificates, once; null if there is nothing. */
  @Nullable String problem(Now now) {
    Identity speaker = identity;
    if (speaker == null
        || now.tickMillis() < warnTick
        || (warned && millisLeft(speaker, now) > 0)) {
      return null;
    }
    long left = millisLeft(speaker, now);
    String whose = "the certificates of identity '" + speaker.name() + "' ";
    if (left <= 0) {
      warnTick = Long.MAX_VALUE;
      return whose
          + "have expired: no member believes them any more; have its authority sign it again";
    }
    warned = true;
    warnTick = now.tickMillis() + left;
    return whose + "end in " + Duration.ofSeconds(left / 1000) + " and have not been renewed";
  }

  /** When {@link #renewed} or {@link #problem} has something to say at the latest. */
  long nextTick() {
    return identity == null ? Long.MAX_VALUE : Math.min(renewTick, warnTick);
  }
}
