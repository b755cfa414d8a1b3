package org.peerroom.bench.sealing;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.peerroom.CryptoProviderException;
import org.peerroom.OutgoingMessage;
import org.peerroom.SealingSuite;
import org.peerroom.bench.BenchException;
import org.peerroom.internal.crypto.CipherWarmUp;
import org.peerroom.internal.crypto.ProviderCrypto;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What sealing for many costs, for each suite and for rooms of every size. */
@Command(
    name = "sealing",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = "Sealing for many, on one thread: each suite, rooms of every size.")
public final class SealingCommand implements Callable<Integer> {

  private static final int MOST_MEMBERS = 1_000_000;
  private static final int MOST_SIZE = 64 << 20;
  private static final int MOST_MESSAGES = 65_536;
  private static final long MOST_BYTES = 256L * 1024 * 1024;
  private static final List<Integer> QUICK_MEMBERS = List.of(2, 10, 100, 1_000, 10_000);
  private static final List<Integer> QUICK_BATCHES = List.of(1, 16, 256);
  private static final Duration PATIENCE = Duration.ofMillis(2_500);
  private static final Duration QUICK_PATIENCE = Duration.ofMillis(120);
  private static final long LARGEST = 1 << 20;
  private static final long QUICK_LARGEST = 1 << 10;
  private static final Duration QUICK_BUDGET = Duration.ofMillis(25);
  private static final Duration QUICK_WARM_UP = Duration.ofSeconds(2);

  @Option(names = "--members", split = ",", description = "How many members rooms have.")
  private List<Integer> members = List.of(2, 10, 100, 1_000, 10_000, 100_000);

  @Option(names = "--sizes", split = ",", description = "Bytes of a message.")
  private List<Integer> sizes = List.of(64, 256, 1_024, 65_536);

  @Option(names = "--batch", split = ",", description = "Messages that are published at once.")
  private List<Integer> batches = List.of(1, 16, 256, 1_024);

  @Option(
      names = "--suites",
      split = ",",
      converter = SuiteConverter.class,
      description = "x-wing, x25519, per-recipient.")
  private List<SealingSuite> suites = List.of(SealingSuite.values());

  @Option(
      names = "--budget",
      description = "Milliseconds for a figure; whatever takes longer is done once or thrice.")
  private long budget = 150;

  @Option(names = "--warm-up", description = "Milliseconds before anything is measured.")
  private long warmUp = 6_000;

  @Option(names = "--quick", description = "Within half a minute: coarse, up to 10,000 members.")
  private boolean quick;

  @Option(names = "--csv", description = "Writes all figures to this file.")
  private @Nullable Path csv;

  @Option(names = "--svg", description = "Draws them to this file.")
  private @Nullable Path svg;

  @Option(names = "--markdown", description = "Writes the tables of the README to this file.")
  private @Nullable Path markdown;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  /** picocli makes one. */
  public SealingCommand() {}

  @Override
  public Integer call() {
    if (quick) {
      CommandLine.ParseResult said = spec.commandLine().getParseResult();
      members = said.hasMatchedOption("--members") ? members : QUICK_MEMBERS;
      batches = said.hasMatchedOption("--batch") ? batches : QUICK_BATCHES;
    }
    members = members.stream().sorted().distinct().toList();
    check();
    PrintWriter out = spec.commandLine().getOut();
    Figures figures = measure(out);
    String tables = new Tables(figures, members, sizes, batches).text();
    out.println();
    out.print(tables);
    out.flush();
    write(markdown, tables);
    write(csv, figures.csv());
    if (svg != null) {
      write(svg, new Picture(figures).svg());
    }
    return 0;
  }

  private void check() {
    for (int count : members) {
      require(count >= 2 && count <= MOST_MEMBERS, "--members: 2 to 1,000,000, not " + count);
    }
    for (int size : sizes) {
      require(size >= 1 && size <= MOST_SIZE, "--sizes: 1 to " + MOST_SIZE + " bytes, not " + size);
      for (int batch : batches) {
        require(
            batch >= 1 && batch <= MOST_MESSAGES,
            "--batch: 1 to " + MOST_MESSAGES + ", not " + batch);
        require(
            (long) size * batch <= MOST_BYTES,
            batch + " messages of " + size + " bytes are over 256 MiB; take fewer");
      }
    }
    for (Path file : new Path[] {csv, svg, markdown}) {
      Path folder = file == null ? null : file.toAbsolutePath().getParent();
      require(folder == null || Files.isDirectory(folder), "there is no folder for " + file);
    }
    require(budget >= 1 && budget <= 60_000, "--budget: 1 to 60,000 milliseconds, not " + budget);
    require(
        warmUp >= 0 && warmUp <= 600_000, "--warm-up: up to 600,000 milliseconds, not " + warmUp);
  }

  private void require(boolean fine, String otherwise) {
    if (!fine) {
      throw new ParameterException(spec.commandLine(), otherwise);
    }
  }

  private Figures measure(PrintWriter out) {
    ProviderCrypto crypto = crypto();
    out.println(crypto.description() + "; Java " + System.getProperty("java.version"));
    Scene scene = new Scene(crypto);
    Meter meter = new Meter(quick ? QUICK_BUDGET : Duration.ofMillis(budget));
    Figures figures = new Figures(crypto.description());
    long begin = System.nanoTime();
    warmUp(scene, meter);
    Calibration calibration = new Calibration(scene, meter);
    calibration.measure();
    SegmentFigures segments =
        new SegmentFigures(
            scene,
            meter,
            figures,
            sizes,
            batches,
            quick ? QUICK_PATIENCE : PATIENCE,
            quick ? QUICK_LARGEST : LARGEST);
    KeyFigures keys = new KeyFigures(scene, meter, figures);
    List<SealingSuite> withSenderKeys = new ArrayList<>(new TreeSet<>(suites));
    boolean forEach = withSenderKeys.remove(SealingSuite.PER_RECIPIENT);
    segments.measureSenderKeys(withSenderKeys, members);
    said(out, "segments under sender keys", begin);
    calibration.measure();
    if (forEach) {
      segments.measureForEach(members);
      said(out, "segments with keys wrapped for each recipient", begin);
    }
    for (SealingSuite suite : withSenderKeys) {
      keys.measure(suite, members);
      said(out, "first distribution and rekey, " + suite, begin);
      calibration.measure();
    }
    keys.measureDeposits();
    calibration.measure();
    calibration.addTo(figures);
    said(out, "deposits; everything opened to what was sealed", begin);
    return figures;
  }

  private static ProviderCrypto crypto() {
    try {
      return ProviderCrypto.create();
    } catch (CryptoProviderException e) {
      throw new BenchException(String.valueOf(e.getMessage()), e);
    }
  }

  private static void said(PrintWriter out, String what, long begin) {
    out.printf(Locale.ROOT, "%4d s  %s%n", (System.nanoTime() - begin) / 1_000_000_000, what);
  }

  /** What comes first must not be the slowest because of that. */
  private void warmUp(Scene scene, Meter meter) {
    Duration all = quick ? QUICK_WARM_UP : Duration.ofMillis(warmUp);
    if (all.isZero()) {
      return;
    }
    CipherWarmUp.begin();
    Duration each = all.dividedBy(4);
    RoomReader reader = new RoomReader(scene);
    for (int count : new int[] {1, 243}) {
      RoomAuthor author = RoomAuthor.withSenderKey(scene);
      List<OutgoingMessage> messages = scene.messages(count, 256);
      meter.warmUp(each, () -> reader.open(author.publish(messages)).size());
    }
    Figures forgotten = new Figures("");
    KeyFigures keys = new KeyFigures(scene, new Meter(each.dividedBy(8)), forgotten);
    keys.measure(SealingSuite.X25519, List.of(100));
    keys.measure(SealingSuite.X_WING, List.of(100));
  }

  private static void write(@Nullable Path file, String text) {
    if (file == null) {
      return;
    }
    try {
      Files.writeString(file, text, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new BenchException("can't write " + file + ": " + e.getMessage(), e);
    }
  }

  /** Reads a suite as it is written in options. */
  static final class SuiteConverter implements CommandLine.ITypeConverter<SealingSuite> {
    @Override
    public SealingSuite convert(String value) {
      return SealingSuite.parse(value);
    }
  }
}
