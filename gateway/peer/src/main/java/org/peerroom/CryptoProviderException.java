package org.peerroom;

import org.jspecify.annotations.Nullable;

/**
 * The system property {@code peerroom.crypto.provider} names no provider, or one that is not on the
 * class path or does not run on this machine: nothing can be signed or verified before that is put
 * right. See {@link Peer#cryptography()}.
 */
public final class CryptoProviderException extends PeerRoomException {

  private static final long serialVersionUID = 1L;

  /** The message says what was asked for, what is wrong with it, and what to do. */
  public CryptoProviderException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
