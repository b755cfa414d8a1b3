package org.peerroom.bench.sealing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.peerroom.SealingSuite;

/**
 * What was to be reached, beside what was.
 *
 * @param what for people
 * @param most what was to be reached
 * @param here what was measured: the median of all rooms, and of both suites where it is not of one
 * @param unit of both
 */
record Target(String what, double most, double here, String unit) {

  private static final int SIZE = 256;
  private static final int AT_ONCE = 256;
  private static final int REKEYED = 10_000;

  boolean reached() {
    return here <= most;
  }

  /** Whether it takes longer on a slower machine. */
  boolean ofTime() {
    return !unit.equals("kB");
  }

  /** Whether Corretto's provider signs and verifies. */
  static boolean withCorretto(Figures figures) {
    return figures.provider().toLowerCase(Locale.ROOT).contains("corretto");
  }

  /** Those of which there are figures. */
  static List<Target> of(Figures figures) {
    List<Target> targets = new ArrayList<>();
    double seal = median(figures, Operation.SEAL, SIZE, AT_ONCE, Figure::cpuMicrosEach);
    double open = median(figures, Operation.OPEN, SIZE, AT_ONCE, Figure::cpuMicrosEach);
    add(targets, "seal 256 B, 256 at once, a message, any room", 1.0, seal, "µs");
    add(targets, "open 256 B, 256 at once, a message, any room", 1.2, open, "µs");
    double lone =
        median(figures, Operation.SEAL, SIZE, 1, Figure::cpuMicrosEach)
            + median(figures, Operation.OPEN, SIZE, 1, Figure::cpuMicrosEach);
    add(targets, "a lone message sealed and opened", withCorretto(figures) ? 50 : 120, lone, "µs");
    add(
        targets,
        "rekey of 10,000 members",
        8,
        median(rekeys(figures), f -> f.cost().cpuNanos() / 1e6),
        "ms");
    add(
        targets,
        "rekey of 10,000 members, on the wire",
        600,
        median(rekeys(figures), f -> f.wireBytes() / 1e3),
        "kB");
    for (SealingSuite suite : SealingSuite.values()) {
      double grant =
          median(
              figures.of(Operation.GRANT).filter(f -> f.suite() == suite), Figure::cpuMicrosEach);
      add(targets, "first distribution, a member, " + suite, 150, grant, "µs");
    }
    return targets;
  }

  private static void add(
      List<Target> targets, String what, double most, double here, String unit) {
    if (!Double.isNaN(here)) {
      targets.add(new Target(what, most, here, unit));
    }
  }

  private static Stream<Figure> rekeys(Figures figures) {
    return figures.of(Operation.REKEY).filter(f -> f.members() == REKEYED);
  }

  /** Of rooms with sender keys. */
  private static double median(
      Figures figures,
      Operation operation,
      int size,
      int messages,
      ToDoubleFunction<Figure> value) {
    return median(
        figures
            .of(operation)
            .filter(f -> f.suite() != SealingSuite.PER_RECIPIENT)
            .filter(f -> f.messageBytes() == size && f.messages() == messages),
        value);
  }

  private static double median(Stream<Figure> of, ToDoubleFunction<Figure> value) {
    double[] sorted = of.mapToDouble(value).sorted().toArray();
    return sorted.length == 0
        ? Double.NaN
        : (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }
}
