package org.peerroom.gateway.log;

/** How much is logged. */
public enum Verbosity {
  /** What an operator wants to read; one line an event, no stack traces. */
  NORMAL,
  /** Also what Camel and the libraries have to say, and stack traces. */
  VERBOSE,
  /** Also debug lines. */
  DEBUG;

  /** Whether stack traces are shown. */
  public boolean stackTraces() {
    return this != NORMAL;
  }
}
