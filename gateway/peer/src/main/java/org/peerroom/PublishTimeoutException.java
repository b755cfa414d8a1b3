package org.peerroom;

import org.jspecify.annotations.Nullable;

/**
 * What the publisher asked for did not hold in time; the message says who has not answered. The
 * message may have been published and may still arrive: to publish it again is safe only with the
 * key that it had, see {@link OutgoingMessage#withKey}. A receipt that comes later is still kept in
 * the room's data folder.
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
