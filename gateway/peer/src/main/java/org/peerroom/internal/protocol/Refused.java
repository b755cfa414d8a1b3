package org.peerroom.internal.protocol;

/**
 * Something from a remote that the protocol does not accept. Carries no stack trace: it is an
 * answer, not a defect.
 */
final class Refused extends Exception {

  private static final long serialVersionUID = 1L;

  /** Whether only a dishonest or broken sender can have sent it over its link. */
  private final boolean blame;

  private Refused(String message, boolean blame) {
    super(message, null, false, false);
    this.blame = blame;
  }

  /** An honest peer never sends this: it counts against the link. */
  static Refused invalid(String message) {
    return new Refused(message, true);
  }

  /** Can happen between honest peers: passed on, late, or not yet admitted. */
  static Refused untimely(String message) {
    return new Refused(message, false);
  }

  boolean blame() {
    return blame;
  }

  String reason() {
    String message = getMessage();
    return message == null ? "refused" : message;
  }
}
