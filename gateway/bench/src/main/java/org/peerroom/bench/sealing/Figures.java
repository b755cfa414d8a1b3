package org.peerroom.bench.sealing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.peerroom.SealingSuite;

/** All results of a run, in the order in which they came, and as CSV. */
final class Figures {

  static final String HEADER =
      "operation,suite,members,message_bytes,messages,segments,units,cpu_us,wall_us,"
          + "cpu_us_per_unit,wire_bytes,wire_bytes_per_unit,runs,how,product,java,provider";

  private final List<Figure> all = new ArrayList<>();

  /** Which providers did the work. */
  private final String provider;

  Figures(String provider) {
    this.provider = provider;
  }

  void add(Figure figure) {
    all.add(figure);
  }

  String provider() {
    return provider;
  }

  Stream<Figure> of(Operation operation) {
    return all.stream().filter(f -> f.operation() == operation);
  }

  /** Those of messages published this many at once, from few members to many. */
  List<Figure> byMembers(
      Operation operation, @Nullable SealingSuite suite, int messageBytes, int messages) {
    return of(operation)
        .filter(f -> f.suite() == suite)
        .filter(f -> f.messageBytes() == messageBytes && f.messages() == messages)
        .sorted((a, b) -> Integer.compare(a.members(), b.members()))
        .toList();
  }

  /** The first that fits; null if none was measured. */
  @Nullable Figure first(Operation operation, Predicate<Figure> fits) {
    return of(operation).filter(fits).findFirst().orElse(null);
  }

  /** One line for each figure behind the header. */
  String csv() {
    StringBuilder csv = new StringBuilder(HEADER).append('\n');
    for (Figure f : all) {
      SealingSuite suite = f.suite();
      csv.append(
          String.format(
              Locale.ROOT,
              "%s,%s,%d,%d,%d,%d,%d,%.3f,%.3f,%.4f,%d,%.1f,%d,%s,%s,%s,\"%s\"\n",
              f.operation().text(),
              suite == null ? "" : suite.text(),
              f.members(),
              f.messageBytes(),
              f.messages(),
              f.segments(),
              f.units(),
              f.cost().cpuNanos() / 1e3,
              f.cost().wallNanos() / 1e3,
              f.cpuMicrosEach(),
              f.wireBytes(),
              f.wireBytesEach(),
              f.cost().runs(),
              f.how().text(),
              f.refused() ? "refused" : "allowed",
              System.getProperty("java.version"),
              provider.replace("\"", "'")));
    }
    return csv.toString();
  }
}
