package org.peerroom;

import org.jspecify.annotations.Nullable;

/** A message is larger than the room's policy allows; nothing was published. */
public final class MessageTooLargeException extends PeerRoomException {

  private static final long serialVersionUID = 1L;

  /** The message says what happened, to what, and what to do. */
  public MessageTooLargeException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** The message says what happened, to what, and what to do. */
  public MessageTooLargeException(String message) {
    this(message, null);
  }
}
