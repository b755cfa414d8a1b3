package org.peerroom.gateway;

import org.peerroom.gateway.log.Verbosity;
import picocli.CommandLine.Option;

/** How much is logged; the same for every command. */
public final class LogOptions {

  @Option(
      names = {"-v", "--verbose"},
      description = "Log also what the libraries say, and stack traces.")
  private boolean verbose;

  @Option(names = "--debug", description = "Log debug lines too.")
  private boolean debug;

  /** Filled by the command line. */
  public LogOptions() {}

  /** What was chosen. */
  public Verbosity verbosity() {
    if (debug) {
      return Verbosity.DEBUG;
    }
    return verbose ? Verbosity.VERBOSE : Verbosity.NORMAL;
  }
}
