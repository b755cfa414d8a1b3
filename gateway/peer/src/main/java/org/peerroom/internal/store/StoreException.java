package org.peerroom.internal.store;

/** What was to be kept could not be kept, or not be found again; its message says where and why. */
public final class StoreException extends Exception {

  private static final long serialVersionUID = 1L;

  public StoreException(String message) {
    super(message);
  }

  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
