package org.peerroom;

import org.jspecify.annotations.Nullable;

/**
 * What the publisher asked for did not hold in time. The message may have been published and may
 * still arrive.
 */
public final class PublishTimeoutException extends PeerRoomException {

  private static final long serialVersionUID = 1L;

  /** The message says what happened, to what, and what to do. */
  public PublishTimeoutException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** The message says what happened, to what, and what to do. */
  public PublishTimeoutException(String message) {
    this(message, null);
  }
}
