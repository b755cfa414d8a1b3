package org.peerroom.gateway.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.peerroom.gateway.GatewayProcess;

/**
 * One of two gateways: started again after each kill, in the same folder with the same settings.
 */
final class KilledGateway implements AutoCloseable {

  /** As much as a service of its size gets; what a soak holds on the heap shows. */
  private static final String HEAP = "-Xmx512m";

  private static final Pattern BEGUN = Pattern.compile("(listening on|dialling) ");
  private static final String DELIVERED = "delivered: ";

  private final String name;
  private final Path folder;
  private final Path log;
  private final String[] arguments;
  private final Map<String, Integer> delivered = new HashMap<>();
  private GatewayProcess process;
  private int kills;

  KilledGateway(String name, Path folder, String routes, List<String> settings) throws IOException {
    this.name = name;
    this.folder = Files.createDirectories(folder);
    this.log = folder.resolve("gateway.log");
    Files.writeString(folder.resolve("routes.yaml"), routes);
    List<String> all = new ArrayList<>(List.of("--routes", "routes.yaml"));
    for (String setting : settings) {
      all.add("--set");
      all.add(setting);
    }
    this.arguments = all.toArray(new String[0]);
  }

  void start() throws IOException {
    process =
        GatewayProcess.start(
            GatewayProcess.jar(), List.of(HEAP), folder, Map.of("LC_ALL", "C.UTF-8"), arguments);
  }

  void awaitRoutes() {
    process.awaitRoutes();
  }

  /** Waits until its peer has started; its routes may have not. */
  void awaitPeer() {
    process.await(BEGUN);
  }

  /** SIGKILL, whatever it is about. */
  void kill() throws IOException, InterruptedException {
    process.kill();
    kills++;
    keepLog("killed");
  }

  /** SIGTERM; gives the exit code. */
  int stop() throws IOException, InterruptedException {
    int code = process.stop();
    keepLog("stopped with " + code);
    return code;
  }

  private void keepLog(String how) throws IOException {
    List<String> lines = new ArrayList<>(process.errors());
    for (String line : lines) {
      int at = line.indexOf(DELIVERED);
      if (at >= 0) {
        delivered.merge(line.substring(at + DELIVERED.length()), 1, Integer::sum);
      }
    }
    lines.removeIf(line -> line.contains(DELIVERED));
    lines.add("---- " + how + " ----");
    Files.write(log, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** Fails if it has ended by itself. */
  void assertAlive() {
    if (!process.isAlive()) {
      throw new AssertionError("gateway " + name + " has ended by itself:\n" + tail());
    }
  }

  int kills() {
    return kills;
  }

  /**
   * How often its routes said {@code delivered: NAME} before it was killed or stopped, by name.
   * What was said just before a kill may be missing.
   */
  Map<String, Integer> delivered() {
    return Map.copyOf(delivered);
  }

  /** The last that it said. */
  String tail() {
    List<String> lines = process.errors();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
  }

  @Override
  public void close() throws InterruptedException {
    if (process != null) {
      process.close();
    }
  }
}
