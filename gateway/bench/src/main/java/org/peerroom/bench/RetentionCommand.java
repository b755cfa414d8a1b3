package org.peerroom.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The direct way beside the replicated one: the same room, once live-only and once with ten minutes
 * of retention, in turns.
 */
@Command(
    name = "retention",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = "The same room with retention 0 and with 10 minutes, in turns.")
final class RetentionCommand implements Callable<Integer> {

  private static final List<Way> WAYS = List.of(Way.LIVE, Way.ROOM);

  @Option(names = "--rounds", description = "Rounds that are measured.")
  private int rounds = 5;

  @Option(names = "--window", description = "Milliseconds measured for each way, size and round.")
  private long window = 1_500;

  @Option(names = "--warm-up", description = "Milliseconds for each way and size before.")
  private long warmUp = 3_000;

  @Option(names = "--sizes", split = ",", description = "Bytes of a message.")
  private List<Integer> sizes = List.of(256, 4_096);

  @Option(names = "--concurrency", description = "Publishes in flight, as given to flatMap.")
  private int concurrency = 256;

  @Option(names = "--paced", description = "Messages of a round sent one by one, for latency.")
  private int paced = 1_500;

  @Option(names = "--jvm", split = " ", description = "Switches of every JVM.")
  private List<String> jvm = List.of("-Xms512m", "-Xmx512m");

  @Option(names = "--csv", description = "Writes the figures to this file.")
  private @Nullable Path csv;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  /** What was measured of messages of one size sent one way. */
  private static final class Figures {
    private final List<Double> perSecond = new ArrayList<>();
    private final Histogram nanos = new Histogram(3);

    double perSecond() {
      List<Double> sorted = perSecond.stream().sorted().toList();
      int middle = sorted.size() / 2;
      return sorted.size() % 2 == 1
          ? sorted.get(middle)
          : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    double micros(double percentile) {
      return nanos.getValueAtPercentile(percentile) / 1e3;
    }
  }

  /** The two ways side by side. */
  private record Row(int size, Figures live, Figures kept) {
    Figures of(Way way) {
      return way == Way.LIVE ? live : kept;
    }
  }

  @Override
  public Integer call() throws IOException {
    if (rounds < 1 || paced < 1 || sizes.isEmpty()) {
      throw new BenchException("give at least one round, one size and one paced message");
    }
    List<Pair> pairs = new ArrayList<>();
    try {
      for (Way way : WAYS) {
        pairs.add(Pair.start(way, concurrency, jvm, jvm));
      }
      pairs.forEach(Pair::meet);
      List<Row> all = new ArrayList<>();
      for (int size : sizes) {
        all.add(measure(pairs, size));
      }
      print(all, spec.commandLine().getOut());
      if (csv != null) {
        Files.writeString(csv, csv(all), StandardCharsets.UTF_8);
      }
      return 0;
    } finally {
      pairs.forEach(Pair::close);
    }
  }

  private Row measure(List<Pair> pairs, int size) {
    Row row = new Row(size, new Figures(), new Figures());
    for (Pair pair : pairs) {
      pair.pace(size, (int) Math.min(2_000, warmUp), 0);
      pair.flow(size, warmUp);
    }
    for (int round = 0; round < rounds; round++) {
      for (Pair pair : pairs) {
        row.of(pair.way()).perSecond.add(pair.flow(size, window).messagesPerSecond());
      }
      for (Pair pair : pairs) {
        row.of(pair.way()).nanos.add(pair.pace(size, paced, 1_000));
      }
    }
    return row;
  }

  private void print(List<Row> all, PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "Medians of %d rounds of %d ms, %d publishes in flight; latency of messages sent one by one;"
            + " Java %s, %d processors%n%n",
        rounds,
        window,
        concurrency,
        System.getProperty("java.version"),
        Runtime.getRuntime().availableProcessors());
    out.println("| bytes | figure | retention 0 | 10 minutes | 10 minutes / 0 |");
    out.println("|---:|---|---:|---:|---:|");
    for (Row one : all) {
      row(out, one.size, "messages/s", one.live.perSecond(), one.kept.perSecond());
      row(out, one.size, "p50, µs", one.live.micros(50), one.kept.micros(50));
      row(out, one.size, "p99, µs", one.live.micros(99), one.kept.micros(99));
    }
  }

  private static void row(PrintWriter out, int size, String what, double live, double kept) {
    out.printf(
        Locale.ROOT, "| %,d | %s | %,.0f | %,.0f | %.2f |%n", size, what, live, kept, kept / live);
  }

  private static String csv(List<Row> all) {
    StringBuilder csv = new StringBuilder("retention,bytes,messages_per_second,p50_us,p99_us\n");
    for (Row one : all) {
      for (Way way : WAYS) {
        csv.append(
            String.format(
                Locale.ROOT,
                "%s,%d,%.0f,%.1f,%.1f%n",
                way == Way.LIVE ? "0" : "10m",
                one.size,
                one.of(way).perSecond(),
                one.of(way).micros(50),
                one.of(way).micros(99)));
      }
    }
    return csv.toString();
  }
}
