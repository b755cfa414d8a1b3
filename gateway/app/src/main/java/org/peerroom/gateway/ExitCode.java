package org.peerroom.gateway;

/** What the exit code of the gateway's process says; scripts rely on the numbers. */
public enum ExitCode {
  /**
   * Done, or stopped as asked: everything in flight was finished or given back to where it came
   * from.
   */
  OK(0),
  /**
   * Failed while it ran, did not stop in time, or what was to be checked does not hold: a claim of
   * the demo, or a chain that was to be verified.
   */
  FAILED(1),
  /**
   * The arguments, the routes, the configuration or a file that was named can't be used; the same
   * command fails again.
   */
  BAD_INPUT(2),
  /** An address to listen on can't be opened; the same command may work later. */
  ADDRESS_UNAVAILABLE(3);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  /** The number that the process ends with. */
  public int code() {
    return code;
  }
}
