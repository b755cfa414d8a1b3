package org.peerroom.identity;

import org.jspecify.annotations.Nullable;

/**
 * A file with an identity or with trusted authorities that cannot be read, written or opened. The
 * message is one line that says which file, what is wrong and what to do; it never holds a secret.
 */
public final class IdentityException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** With one line for people. */
  public IdentityException(String message) {
    this(message, null);
  }

  /** With one line for people and what lies behind it. */
  public IdentityException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
