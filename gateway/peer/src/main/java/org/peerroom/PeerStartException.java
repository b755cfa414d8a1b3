package org.peerroom;

import org.jspecify.annotations.Nullable;

/** A peer could not start: the address to listen on is in use or not one of this machine. */
public final class PeerStartException extends PeerRoomException {

  private static final long serialVersionUID = 1L;

  /** The message says what happened, to what, and what to do. */
  public PeerStartException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** The message says what happened, to what, and what to do. */
  public PeerStartException(String message) {
    this(message, null);
  }
}
