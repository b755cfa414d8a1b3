package org.peerroom.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The room beside the way by hand and beside bare TLS, in turns, in the same run. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = "The room beside the way by hand and beside bare TLS, in turns.")
final class Compare implements Callable<Integer> {

  private static final long PAUSE_MICROS = 1_000;

  @Option(names = "--rounds", description = "Rounds that are measured.")
  private int rounds = 3;

  @Option(names = "--window", description = "Milliseconds measured for each way, size and round.")
  private long window = 1_500;

  @Option(names = "--warm-up", description = "Milliseconds for each way and size before.")
  private long warmUp = 3_000;

  @Option(names = "--sizes", split = ",", description = "Bytes of a message.")
  private List<Integer> sizes = List.of(256, 1024);

  @Option(names = "--concurrency", description = "Publishes in flight, as given to flatMap.")
  private int concurrency = 256;

  @Option(names = "--paced", description = "Messages of a round sent one by one, for latency.")
  private int paced = 1_500;

  @Option(
      names = "--ways",
      split = ",",
      converter = WayConverter.class,
      description = "What is compared.")
  private List<Way> ways = List.of(Way.ROOM, Way.BY_HAND, Way.BY_HAND_JDK, Way.TLS);

  @Option(names = "--jvm", split = " ", description = "Switches of every JVM.")
  private List<String> jvm = List.of("-Xms512m", "-Xmx512m");

  @Option(names = "--publisher-jvm", split = " ", description = "More, for publishers.")
  private List<String> publisherJvm = List.of();

  @Option(names = "--subscriber-jvm", split = " ", description = "More, for subscribers.")
  private List<String> subscriberJvm = List.of();

  @Option(names = "--csv", description = "Writes every round's figures to this file.")
  private @Nullable Path csv;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    List<Pair> pairs = new ArrayList<>();
    try {
      for (Way way : ways) {
        pairs.add(Pair.start(way, concurrency, join(jvm, publisherJvm), join(jvm, subscriberJvm)));
      }
      pairs.forEach(Pair::meet);
      Report report = measure(pairs);
      report.print(out);
      if (csv != null) {
        Files.writeString(csv, report.csv(), StandardCharsets.UTF_8);
      }
      return 0;
    } finally {
      pairs.forEach(Pair::close);
    }
  }

  /** How many go one by one first, which compiles what each message passes through. */
  private int steps() {
    return (int) Math.min(2_000, warmUp);
  }

  private Report measure(List<Pair> pairs) {
    Report report = new Report(rounds, window, concurrency);
    for (int size : sizes) {
      for (Pair pair : pairs) {
        pair.pace(size, steps(), 0);
        pair.flow(size, warmUp);
      }
    }
    for (int round = 0; round < rounds; round++) {
      for (int size : sizes) {
        for (Pair pair : pairs) {
          report.add(round, pair.flow(size, window));
        }
      }
    }
    for (int round = 0; round < rounds && paced > 0; round++) {
      for (Pair pair : pairs) {
        if (pair.way() == Way.ROOM || pair.way() == Way.TLS) {
          report.add(pair.way(), pair.pace(sizes.get(0), paced, PAUSE_MICROS));
        }
      }
    }
    pairs.forEach(pair -> report.arrived(pair.way(), pair.arrived()));
    return report;
  }

  private static List<String> join(List<String> some, List<String> more) {
    List<String> all = new ArrayList<>(some);
    all.addAll(more);
    return all;
  }

  /** Reads a way as its option. */
  static final class WayConverter implements CommandLine.ITypeConverter<Way> {
    @Override
    public Way convert(String value) {
      return Way.ofOption(value);
    }
  }
}
