package org.peerroom.identity;

/** What was read is not a certificate, chain, request or statement that can be taken. */
public final class RefusedException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient Refusal refusal;

  /** The exception's message is the refusal as one line. */
  public RefusedException(Refusal refusal) {
    super(refusal.toString());
    this.refusal = refusal;
  }

  RefusedException(int link, Refusal.Reason reason, String message) {
    this(new Refusal(link, reason, message));
  }

  /** What is wrong, and where. */
  public Refusal refusal() {
    return refusal;
  }
}
