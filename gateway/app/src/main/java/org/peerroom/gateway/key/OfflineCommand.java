package org.peerroom.gateway.key;

import java.util.concurrent.Callable;
import org.peerroom.gateway.ExitCode;
import org.peerroom.gateway.GatewayException;
import org.peerroom.identity.RefusedException;
import picocli.CommandLine.Option;

/**
 * What the commands below {@code key} share: what identities and chains report becomes one line.
 */
abstract class OfflineCommand implements Callable<Integer> {

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help message and exit.")
  @SuppressWarnings("UnusedVariable") // For the parser, which answers it itself.
  private boolean help;

  @Override
  public final Integer call() {
    try {
      return run().code();
    } catch (RefusedException e) {
      throw GatewayException.badInput(e.refusal().message(), e);
    }
  }

  /** Does the work, and writes nothing before it is sure to succeed. */
  abstract ExitCode run() throws RefusedException;
}
