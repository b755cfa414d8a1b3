package org.peerroom.internal.crypto;

/**
 * Bytes from elsewhere that could not be opened, used or agreed on: altered, cut off, sealed under
 * another key, or not a key at all. The message says which operation refused them and never
 * contains a secret or a plaintext.
 */
public final class CryptoException extends Exception {

  private static final long serialVersionUID = 1L;

  /** A refusal with what was refused. */
  public CryptoException(String message) {
    super(message);
  }

  /** A refusal with what was refused and the provider's own reason. */
  public CryptoException(String message, Throwable cause) {
    super(message, cause);
  }
}
