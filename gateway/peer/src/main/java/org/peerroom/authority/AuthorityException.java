package org.peerroom.authority;

import org.jspecify.annotations.Nullable;

/** An authority did not sign. The message is one line: what happened, at which one, what to do. */
public final class AuthorityException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Why, for programs. */
  public enum Reason {
    /** It can't be reached, does not answer in time, or TLS does not come about. */
    UNREACHABLE,
    /** It answers that it has too much to do, or fails itself; the same may work later. */
    BUSY,
    /** It refuses: a token that is used or expired, a certificate that ended or is revoked. */
    REFUSED,
    /**
     * What answers is not an authority, or answers with something that proves nothing, or can't use
     * what it was asked, as when the clocks differ too much.
     */
    UNEXPECTED
  }

  private final Reason reason;

  AuthorityException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  AuthorityException(Reason reason, String message) {
    this(reason, message, null);
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }

  /** Whether the same may work later without anyone doing anything. */
  public boolean mayPass() {
    return reason == Reason.UNREACHABLE || reason == Reason.BUSY;
  }
}
