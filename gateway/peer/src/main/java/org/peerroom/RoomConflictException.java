package org.peerroom;

import org.jspecify.annotations.Nullable;

/** The room has been joined already in another way. */
public final class RoomConflictException extends PeerRoomException {

  private static final long serialVersionUID = 1L;

  /** The message says what happened, to what, and what to do. */
  public RoomConflictException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** The message says what happened, to what, and what to do. */
  public RoomConflictException(String message) {
    this(message, null);
  }
}
