package org.peerroom.gateway.demo;

import java.io.PrintStream;
import java.util.concurrent.Callable;
import org.peerroom.gateway.ExitCode;
import org.peerroom.gateway.GatewayException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;

/**
 * Carries orders from a folder to a queue across two processes, and checks everything it claims.
 */
@Command(
    name = "demo",
    description = {
      "Starts two gateways and a JMS broker on this machine, carries orders from a folder through a room to a queue,",
      "and checks at the end that every one arrived, unaltered, once, by its verified author, and unreadable in between."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 110,
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -jar gateway.jar demo",
      "  java -jar gateway.jar demo --orders 5000 --keep",
      "",
      "Exit codes: 0 all checks hold, 1 one does not."
    })
public final class DemoCommand implements Callable<Integer> {

  private static final int MIN_ORDERS = 10;
  private static final int MAX_ORDERS = 100_000;

  @Option(
      names = "--orders",
      paramLabel = "N",
      defaultValue = "1000",
      description = "How many orders, 10 to 100000 (default: ${DEFAULT-VALUE}).")
  private int orders = 1000;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "The same seed gives the same orders (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--keep",
      description = "Keep the folder with routes, settings, orders and recordings.")
  private boolean keep;

  @Override
  public Integer call() throws Exception {
    if (orders < MIN_ORDERS || orders > MAX_ORDERS) {
      throw GatewayException.badInput(
          "--orders takes a number from " + MIN_ORDERS + " to " + MAX_ORDERS + ", not " + orders);
    }
    PrintStream out = System.out;
    try (Workplace workplace = new Workplace(keep)) {
      Runtime.getRuntime().addShutdownHook(new Thread(workplace::close, "demo-cleanup"));
      Verdict verdict = new DemoRun(workplace, out, orders, seed).run(Ansi.AUTO.enabled());
      print(verdict, out);
      if (keep) {
        out.println("kept in " + workplace.root());
      }
      return (verdict.holds() ? ExitCode.OK : ExitCode.FAILED).code();
    }
  }

  private static void print(Verdict verdict, PrintStream out) {
    for (Verdict.Check check : verdict.checks()) {
      out.printf("  %-6s  %s: %s%n", check.holds() ? "ok" : "FAILED", check.what(), check.found());
    }
    out.println(
        verdict.holds() ? "All of it holds." : "NOT all of it holds: see the lines marked FAILED.");
  }
}
