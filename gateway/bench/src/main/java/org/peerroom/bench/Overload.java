package org.peerroom.bench;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * A subscriber that is slower than the publisher: whether the publisher is held back, nothing is
 * lost and memory stays bounded.
 */
@Command(
    name = "overload",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = "A room whose subscriber is slower than its publisher.")
final class Overload implements Callable<Integer> {

  private static final long SECOND_MILLIS = 1_000;

  @Option(names = "--size", description = "Bytes of a message.")
  private int size = 1024;

  @Option(names = "--pause", description = "Microseconds that each message takes its subscriber.")
  private long pauseMicros = 50;

  @Option(names = "--seconds", description = "How long.")
  private int seconds = 30;

  @Option(names = "--concurrency", description = "Publishes in flight, as given to flatMap.")
  private int concurrency = 256;

  @Option(names = "--jvm", split = " ", description = "Switches of both JVMs.")
  private List<String> jvm = List.of("-Xmx512m");

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (Pair pair = Pair.start(Way.ROOM, concurrency, jvm, jvm)) {
      pair.meet();
      pair.subscriber().ask("slow " + pauseMicros * 1_000, "slow");
      pair.publisher().ask("start " + size, "started");
      out.println(
          "second  published/s  received/s  behind  publisher: heap MB  resident  subscriber: heap MB  resident");
      Sample before = pair.subscriber().sample();
      long takenBefore = 0;
      for (int second = 1; second <= seconds; second++) {
        Pair.sleep(SECOND_MILLIS);
        boolean last = second == seconds;
        Sample publisher = last ? pair.publisher().collect() : pair.publisher().sample();
        Sample subscriber = last ? pair.subscriber().collect() : pair.subscriber().sample();
        out.printf(
            Locale.ROOT,
            "%6d  %,11d  %,10d  %,6d  %,18d  %,8d  %,19d  %,8d%n",
            second,
            publisher.taken() - takenBefore,
            subscriber.messages() - before.messages(),
            publisher.taken() - subscriber.messages(),
            publisher.heap() >> 20,
            publisher.resident() >> 20,
            subscriber.heap() >> 20,
            subscriber.resident() >> 20);
        before = subscriber;
        takenBefore = publisher.taken();
      }
      pair.subscriber().ask("slow 0", "slow");
      pair.verifyArrived(pair.publisher().ask("stop", "sent"));
      out.printf(
          Locale.ROOT,
          "The last line is after a garbage collection. All %,d messages arrived in their place; no gap events.%n",
          pair.arrived());
      return 0;
    }
  }
}
