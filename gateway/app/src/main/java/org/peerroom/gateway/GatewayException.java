package org.peerroom.gateway;

import org.jspecify.annotations.Nullable;

/** Ends the process with one clear line: the message says what is wrong and what to do. */
public final class GatewayException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final ExitCode exitCode;

  /** The message is one line; the cause is shown only when stack traces are asked for. */
  public GatewayException(ExitCode exitCode, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** Something a person typed or wrote can't be used. */
  public static GatewayException badInput(String message) {
    return new GatewayException(ExitCode.BAD_INPUT, message, null);
  }

  /** Something a person typed or wrote can't be used, found out by what was thrown. */
  public static GatewayException badInput(String message, Throwable cause) {
    return new GatewayException(ExitCode.BAD_INPUT, message, cause);
  }

  /** What the process ends with. */
  public ExitCode exitCode() {
    return exitCode;
  }
}
