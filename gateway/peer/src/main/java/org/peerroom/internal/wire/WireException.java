package org.peerroom.internal.wire;

/**
 * Bytes from a remote that are not what the protocol allows. Carries no stack trace: it is an
 * answer, not a defect.
 */
public final class WireException extends Exception {

  private static final long serialVersionUID = 1L;

  /** The message says what was expected and what came. */
  public WireException(String message) {
    super(message, null, false, false);
  }
}
