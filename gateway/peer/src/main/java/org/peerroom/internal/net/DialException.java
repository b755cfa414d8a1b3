package org.peerroom.internal.net;

import org.jspecify.annotations.Nullable;

/** A dial did not lead to a link. The message is one line for people. */
public final class DialException extends Exception {

  private static final long serialVersionUID = 1L;

  /** The message says what happened and what to do. */
  public DialException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
