package org.peerroom;

import org.jspecify.annotations.Nullable;

/**
 * The payload of a streamed message can't be read to its end: its publisher gave up, or what
 * follows expired or was given up before it was read, or is not what was published. What has been
 * handed over of it by then is not to be used.
 */
public final class PayloadLostException extends PeerRoomException {

  private static final long serialVersionUID = 1L;

  /** The message says what happened, to what, and what to do. */
  public PayloadLostException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** The message says what happened, to what, and what to do. */
  public PayloadLostException(String message) {
    this(message, null);
  }
}
