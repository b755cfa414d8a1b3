package org.peerroom.bench;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/** The figures of a run as a table of medians with the ratios that count, and as CSV. */
final class Report {

  private record Row(int round, Measurement measurement) {}

  private final int rounds;
  private final long windowMillis;
  private final int concurrency;
  private final List<Row> rows = new ArrayList<>();
  private final Map<Way, Histogram> times = new EnumMap<>(Way.class);

  private final Map<Way, Long> arrived = new EnumMap<>(Way.class);

  Report(int rounds, long windowMillis, int concurrency) {
    this.rounds = rounds;
    this.windowMillis = windowMillis;
    this.concurrency = concurrency;
  }

  void add(int round, Measurement measurement) {
    rows.add(new Row(round, measurement));
  }

  void add(Way way, Histogram histogram) {
    Histogram known = times.putIfAbsent(way, histogram);
    if (known != null) {
      known.add(histogram);
    }
  }

  /** How many messages went this way in the whole run, all of which arrived. */
  void arrived(Way way, long messages) {
    arrived.put(way, messages);
  }

  void print(PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "Medians of %d rounds of %d ms; %d publishes in flight; Java %s, %d processors%n%n",
        rounds,
        windowMillis,
        concurrency,
        System.getProperty("java.version"),
        Runtime.getRuntime().availableProcessors());
    out.println("                         messages/s      MB/s   CPU s/million messages");
    out.println("                                                publisher   subscriber");
    for (int size : sizes()) {
      for (Way way : Way.values()) {
        if (!of(way, size).isEmpty()) {
          out.printf(
              Locale.ROOT,
              "%,6d B  %-15s %,10.0f  %,8.1f  %,10.2f  %,11.2f%n",
              size,
              way.label(),
              median(way, size, Measurement::messagesPerSecond),
              median(way, size, Measurement::megabytesPerSecond),
              median(way, size, Measurement::publisherCpu),
              median(way, size, Measurement::subscriberCpu));
        }
      }
      out.println();
    }
    printRatios(out);
    printTimes(out);
    arrived.forEach(
        (way, messages) ->
            out.printf(
                Locale.ROOT,
                "%s: all %,d messages arrived once, in their place%s%n",
                way.label(),
                messages,
                way == Way.ROOM ? "; no gap events" : ""));
  }

  private void printRatios(PrintWriter out) {
    for (int size : sizes()) {
      for (Way way : Way.values()) {
        if (way != Way.ROOM && !of(Way.ROOM, size).isEmpty() && !of(way, size).isEmpty()) {
          out.printf(
              Locale.ROOT,
              "%,6d B  room / %-14s %8.2f%n",
              size,
              way.label(),
              median(Way.ROOM, size, Measurement::messagesPerSecond)
                  / median(way, size, Measurement::messagesPerSecond));
        }
      }
    }
    out.println();
  }

  private void printTimes(PrintWriter out) {
    times.forEach(
        (way, histogram) ->
            out.printf(
                Locale.ROOT,
                "one by one, %-10s p50 %6.0f µs   p99 %6.0f µs   p99.9 %6.0f µs   (%d messages)%n",
                way.label(),
                histogram.getValueAtPercentile(50) / 1e3,
                histogram.getValueAtPercentile(99) / 1e3,
                histogram.getValueAtPercentile(99.9) / 1e3,
                histogram.getTotalCount()));
    if (!times.isEmpty()) {
      out.println();
    }
  }

  /** One line for each way, size and round. */
  String csv() {
    StringBuilder csv =
        new StringBuilder(
            "way,bytes,round,messages_per_second,megabytes_per_second,"
                + "publisher_cpu_seconds_per_million,subscriber_cpu_seconds_per_million\n");
    for (Row row : rows) {
      Measurement m = row.measurement;
      csv.append(
          String.format(
              Locale.ROOT,
              "%s,%d,%d,%.0f,%.2f,%.3f,%.3f%n",
              m.way().option(),
              m.size(),
              row.round + 1,
              m.messagesPerSecond(),
              m.megabytesPerSecond(),
              m.publisherCpu(),
              m.subscriberCpu()));
    }
    return csv.toString();
  }

  private SortedSet<Integer> sizes() {
    SortedSet<Integer> sizes = new TreeSet<>();
    rows.forEach(row -> sizes.add(row.measurement.size()));
    return sizes;
  }

  private List<Measurement> of(Way way, int size) {
    return rows.stream()
        .map(Row::measurement)
        .filter(m -> m.way() == way && m.size() == size)
        .toList();
  }

  private double median(Way way, int size, ToDoubleFunction<Measurement> figure) {
    double[] sorted = of(way, size).stream().mapToDouble(figure).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
