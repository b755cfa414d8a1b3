package org.peerroom;

import org.jspecify.annotations.Nullable;

/**
 * This peer's own identity does not allow what was asked for: joining a room that admits certified
 * peers only, publishing without the role {@code publish}, reading without {@code subscribe}.
 */
public final class NotAdmittedException extends PeerRoomException {

  private static final long serialVersionUID = 1L;

  /** The message says what happened, to what, and what to do. */
  public NotAdmittedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** The message says what happened, to what, and what to do. */
  public NotAdmittedException(String message) {
    this(message, null);
  }
}
