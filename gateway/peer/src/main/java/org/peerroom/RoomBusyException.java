package org.peerroom;

import org.jspecify.annotations.Nullable;

/**
 * Too much is waiting to be published already; nothing was taken. Publish less at once, or wait for
 * receipts.
 */
public final class RoomBusyException extends PeerRoomException {

  private static final long serialVersionUID = 1L;

  /** The message says what happened, to what, and what to do. */
  public RoomBusyException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** The message says what happened, to what, and what to do. */
  public RoomBusyException(String message) {
    this(message, null);
  }
}
