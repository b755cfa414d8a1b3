package org.peerroom;

import org.jspecify.annotations.Nullable;

/** The room was left or its peer was closed. */
public final class RoomClosedException extends PeerRoomException {

  private static final long serialVersionUID = 1L;

  /** The message says what happened, to what, and what to do. */
  public RoomClosedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** The message says what happened, to what, and what to do. */
  public RoomClosedException(String message) {
    this(message, null);
  }
}
