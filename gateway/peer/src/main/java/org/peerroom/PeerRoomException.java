package org.peerroom;

import org.jspecify.annotations.Nullable;

/** The root of what can go wrong in a way that a program may want to tell apart. */
public sealed class PeerRoomException extends RuntimeException
    permits MessageTooLargeException,
        PayloadLostException,
        RoomBusyException,
        PublishTimeoutException,
        RoomClosedException,
        RoomConflictException,
        NotAdmittedException,
        PeerStartException,
        StorageException,
        CryptoProviderException {

  private static final long serialVersionUID = 1L;

  /** The message says what happened, to what, and what to do. */
  public PeerRoomException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** The message says what happened, to what, and what to do. */
  public PeerRoomException(String message) {
    this(message, null);
  }
}
