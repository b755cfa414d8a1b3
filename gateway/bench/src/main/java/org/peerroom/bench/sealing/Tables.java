package org.peerroom.bench.sealing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.peerroom.SealingSuite;

/** The figures as tables in Markdown, with what was to be reached and the answer. */
final class Tables {

  private static final String ABSENT = "–";

  private final Figures figures;
  private final List<Integer> members;
  private final List<Integer> sizes;
  private final List<Integer> batches;
  private final StringBuilder out = new StringBuilder();

  Tables(Figures figures, List<Integer> members, List<Integer> sizes, List<Integer> batches) {
    this.figures = figures;
    this.members = members;
    this.sizes = sizes;
    this.batches = batches;
  }

  String text() {
    line("# Sealing for many: figures");
    line("");
    line("Written by `bench sealing --markdown`; what they mean stands in [README.md](README.md).");
    line("");
    line("Java %s; %s.", System.getProperty("java.version"), figures.provider());
    calibration();
    targets();
    answer();
    senderKeys();
    perRecipient();
    keys();
    deposits();
    return out.toString();
  }

  private void line(String format, Object... values) {
    out.append(values.length == 0 ? format : String.format(Locale.ROOT, format, values))
        .append('\n');
  }

  private void row(List<String> cells) {
    line("| " + String.join(" | ", cells) + " |");
  }

  private void head(String title, List<String> cells) {
    line("");
    line("## " + title);
    line("");
    columns(cells);
  }

  private void columns(List<String> cells) {
    row(cells);
    line("|---|" + "---:|".repeat(cells.size() - 1));
  }

  private static String whole(int number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String micros(@Nullable Figure figure) {
    return figure == null ? ABSENT : Text.number(figure.cpuMicrosEach()) + mark(figure);
  }

  private static String mark(Figure figure) {
    return (figure.how() == Figure.How.COMPUTED ? " c" : "") + (figure.refused() ? " r" : "");
  }

  private void calibration() {
    head("This machine", List.of("", "µs here", "µs where the targets were set", "here / there"));
    for (Map.Entry<Operation, Double> known : Calibration.reference(figures).entrySet()) {
      Figure figure = figures.first(known.getKey(), f -> true);
      if (figure != null) {
        row(
            List.of(
                known.getKey().text().replace("calibrate-", ""),
                micros(figure),
                Text.number(known.getValue()),
                Text.number(figure.cpuMicrosEach() / known.getValue())));
      }
    }
  }

  private void targets() {
    double slowness = Calibration.slowness(figures);
    boolean comparable = !Double.isNaN(slowness);
    head(
        "What was to be reached", List.of("", "at most", "here, median", "reached here", "scaled"));
    for (Target target : Target.of(figures)) {
      row(
          List.of(
              target.what(),
              Text.number(target.most()) + " " + target.unit(),
              Text.number(target.here()) + " " + target.unit(),
              target.reached() ? "yes" : "no",
              comparable && target.ofTime()
                  ? Text.number(target.here() / slowness) + " " + target.unit()
                  : ABSENT));
    }
    if (comparable) {
      line("");
      line(
          "Scaled: divided by %s, by which this machine is slower at public-key operations than the one"
              + " that the targets were set on.",
          Text.number(slowness));
    }
  }

  private void answer() {
    head(
        String.format(
            Locale.ROOT,
            "Where the author's processor time passes 1 ms and 10 ms, %,d B a message",
            Curve.messageBytes(figures)),
        List.of("", "1 ms at", "10 ms at"));
    for (Curve curve : Curve.of(figures)) {
      List<String> cells = new ArrayList<>(List.of(curve.name()));
      for (double millis : new double[] {1, 10}) {
        cells.add(said(Crossing.of(curve.points(), millis)));
      }
      row(cells);
    }
  }

  private static String said(Crossing.Answer answer) {
    if (answer instanceof Crossing.Answer.At at) {
      return Text.members(at.members()) + " members";
    }
    if (answer instanceof Crossing.Answer.Beyond beyond) {
      return "not up to " + whole((int) beyond.members());
    }
    return "from the first on";
  }

  private void senderKeys() {
    for (Operation operation : new Operation[] {Operation.SEAL, Operation.OPEN}) {
      List<String> cells = new ArrayList<>(List.of("messages at once"));
      sizes.forEach(size -> cells.add(whole(size) + " B"));
      head(
          "Sender keys: to "
              + operation.text()
              + " a message, µs; lowest–highest of all suites and sizes of rooms",
          cells);
      for (int batch : batches) {
        List<String> values = new ArrayList<>(List.of(whole(batch)));
        for (int size : sizes) {
          values.add(range(operation, size, batch));
        }
        row(values);
      }
    }
    List<String> cells = new ArrayList<>(List.of("messages at once"));
    sizes.forEach(size -> cells.add(whole(size) + " B"));
    head("Sender keys: bytes on the wire for a message; in brackets, segments of a publish", cells);
    for (int batch : batches) {
      List<String> values = new ArrayList<>(List.of(whole(batch)));
      for (int size : sizes) {
        Figure any = senderKey(Operation.SEAL, size, batch);
        values.add(
            any == null ? ABSENT : Text.number(any.wireBytesEach()) + " (" + any.segments() + ")");
      }
      row(values);
    }
    byMembers();
  }

  private @Nullable Figure senderKey(Operation operation, int size, int batch) {
    return figures.first(
        operation,
        f ->
            f.suite() != SealingSuite.PER_RECIPIENT
                && f.messageBytes() == size
                && f.messages() == batch);
  }

  private String range(Operation operation, int size, int batch) {
    double[] each =
        figures
            .of(operation)
            .filter(f -> f.suite() != SealingSuite.PER_RECIPIENT)
            .filter(f -> f.messageBytes() == size && f.messages() == batch)
            .mapToDouble(Figure::cpuMicrosEach)
            .sorted()
            .toArray();
    return each.length == 0
        ? ABSENT
        : Text.number(each[0]) + "–" + Text.number(each[each.length - 1]);
  }

  private void byMembers() {
    int size = Curve.messageBytes(figures);
    List<String> cells = new ArrayList<>(List.of("µs a message"));
    members.forEach(count -> cells.add(whole(count)));
    head(String.format(Locale.ROOT, "By members, %,d B a message", size), cells);
    for (SealingSuite suite : SealingSuite.values()) {
      for (int batch : batches) {
        for (Operation operation : new Operation[] {Operation.SEAL, Operation.OPEN}) {
          List<Figure> found = figures.byMembers(operation, suite, size, batch);
          if (!found.isEmpty()) {
            List<String> values = new ArrayList<>();
            values.add(suite + ", " + operation.text() + ", " + whole(batch) + " at once");
            found.forEach(figure -> values.add(micros(figure)));
            row(values);
          }
        }
      }
    }
    line("");
    line("c: computed from parts that were measured. r: the product refuses such a room.");
  }

  private void perRecipient() {
    List<String> cells = new ArrayList<>(List.of("messages at once"));
    members.forEach(count -> cells.add(whole(count)));
    int size = Curve.messageBytes(figures);
    head(
        String.format(
            Locale.ROOT,
            "per-recipient: bytes on the wire for a message of %,d B, by members",
            size),
        cells);
    for (int batch : batches) {
      List<Figure> found =
          figures.byMembers(Operation.SEAL, SealingSuite.PER_RECIPIENT, size, batch);
      if (!found.isEmpty()) {
        List<String> values = new ArrayList<>(List.of(whole(batch)));
        found.forEach(figure -> values.add(Text.bytes(figure.wireBytesEach()) + mark(figure)));
        row(values);
      }
    }
  }

  private void keys() {
    for (SealingSuite suite : SealingSuite.values()) {
      List<Figure> grants = figures.byMembers(Operation.GRANT, suite, 0, 0);
      if (grants.isEmpty()) {
        continue;
      }
      head(
          suite + ": rekey and first distribution",
          List.of(
              "members",
              "rekey",
              "bytes",
              "pairwise keys step",
              "a member opens it, µs",
              "first distribution",
              "µs a member",
              "bytes"));
      for (Figure grant : grants) {
        int count = grant.members();
        Figure rekey = ofKeys(Operation.REKEY, suite, count);
        Figure step = ofKeys(Operation.REKEY_STEP, suite, count);
        row(
            List.of(
                whole(count),
                time(rekey),
                rekey == null ? ABSENT : Text.bytes((double) rekey.wireBytes()),
                time(step),
                micros(ofKeys(Operation.REKEY_OPEN, suite, count)),
                time(grant),
                micros(grant),
                Text.bytes((double) grant.wireBytes())));
      }
      line("");
      Figure signed = figures.first(Operation.GRANT_SIGNED, f -> f.suite() == suite);
      line(
          "An introduction: signed it takes its author %s µs; to open, a member %s µs, signed %s µs; %s bytes.",
          micros(signed),
          micros(figures.first(Operation.GRANT_OPEN, f -> f.suite() == suite)),
          micros(figures.first(Operation.GRANT_OPEN_SIGNED, f -> f.suite() == suite)),
          signed == null ? ABSENT : Text.number(signed.wireBytesEach()));
    }
  }

  private @Nullable Figure ofKeys(Operation operation, SealingSuite suite, int count) {
    return figures.first(operation, f -> f.suite() == suite && f.members() == count);
  }

  private static String time(@Nullable Figure figure) {
    return figure == null ? ABSENT : Text.time(figure.cost().cpuNanos() / 1e6);
  }

  private void deposits() {
    head(
        "Deposits for durable recipients (X-Wing)",
        List.of("recipients", "seal", "µs a recipient", "one opens it, µs", "bytes"));
    figures
        .of(Operation.DEPOSIT)
        .forEach(
            seal ->
                row(
                    List.of(
                        whole(seal.members()),
                        time(seal),
                        micros(seal),
                        micros(
                            figures.first(
                                Operation.DEPOSIT_OPEN, f -> f.members() == seal.members())),
                        Text.bytes((double) seal.wireBytes()))));
  }
}
