package org.peerroom;

/**
 * What a persistent room was to keep could not be written to disk: it is not acknowledged, though
 * it may still arrive. Writing is tried again until it succeeds.
 */
public final class StorageException extends PeerRoomException {

  private static final long serialVersionUID = 1L;

  public StorageException(String message, Throwable cause) {
    super(message, cause);
  }
}
