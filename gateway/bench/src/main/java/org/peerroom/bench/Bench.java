package org.peerroom.bench;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.peerroom.bench.sealing.SealingCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The macro benchmarks: whole processes beside each other on one machine, and sealing alone. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Whole processes beside each other on this machine, and sealing alone.",
    subcommands = {
      Compare.class,
      Overload.class,
      RetentionCommand.class,
      SealingCommand.class,
      Worker.class
    })
public final class Bench {

  private Bench() {}

  /** Exits with 0 if every message arrived in its place, with 1 if not, with 2 for wrong usage. */
  public static void main(String[] arguments) {
    System.exit(run(new PrintWriter(System.out, true, StandardCharsets.UTF_8), arguments));
  }

  static int run(PrintWriter out, String... arguments) {
    return new CommandLine(new Bench())
        .setOut(out)
        .setExecutionExceptionHandler(
            (e, command, parsed) -> {
              if (e instanceof BenchException) {
                command.getErr().println(e.getMessage());
                return 1;
              }
              throw e;
            })
        .execute(arguments);
  }
}
