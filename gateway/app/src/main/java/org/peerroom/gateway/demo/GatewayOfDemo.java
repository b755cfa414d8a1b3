package org.peerroom.gateway.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.peerroom.gateway.ExitCode;
import org.peerroom.gateway.Gateway;
import org.peerroom.gateway.GatewayException;

/** A gateway in a process of its own, started from the very jar that runs the demo. */
final class GatewayOfDemo implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
  private static final Pattern LISTENING =
      Pattern.compile("listening on (\\S+:\\d+) as ([0-9a-f]{64})");
  private static final int LAST_LINES = 20;

  private final String side;
  private final Process process;
  private final Path logFile;
  private final List<String> log = new ArrayList<>();
  private final CompletableFuture<Matcher> listening = new CompletableFuture<>();
  private final CompletableFuture<Boolean> started = new CompletableFuture<>();

  private GatewayOfDemo(String side, Process process, Path logFile) {
    this.side = side;
    this.process = process;
    this.logFile = logFile;
    Thread reader = new Thread(this::read, "gateway-" + side);
    reader.setDaemon(true);
    reader.start();
  }

  static GatewayOfDemo start(
      Workplace workplace, String side, Path folder, Path routes, Path settings)
      throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-jar",
            jar().toString(),
            "--routes",
            routes.toString(),
            "--config",
            settings.toString());
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    Process process = builder.start();
    workplace.add(process);
    return new GatewayOfDemo(side, process, folder.resolve("gateway.log"));
  }

  private static Path jar() {
    try {
      Path jar = Path.of(Gateway.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (Files.isRegularFile(jar)) {
        return jar;
      }
    } catch (URISyntaxException e) {
      throw notFromJar(e);
    }
    throw notFromJar(null);
  }

  private static GatewayException notFromJar(@org.jspecify.annotations.Nullable Throwable cause) {
    return new GatewayException(
        ExitCode.BAD_INPUT,
        "the demo starts gateways from its own jar: run it as java -jar gateway.jar demo",
        cause);
  }

  private void read() {
    try (BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        PrintWriter copy = new PrintWriter(Files.newBufferedWriter(logFile), true)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        note(line);
        copy.println(line);
      }
    } catch (IOException e) {
      note("(reading its log ended: " + e.getMessage() + ")");
    }
    IOException ended = new IOException("the process ended");
    listening.completeExceptionally(ended);
    started.completeExceptionally(ended);
  }

  private void note(String line) {
    synchronized (log) {
      log.add(line);
    }
    Matcher matcher = LISTENING.matcher(line);
    if (matcher.find()) {
      listening.complete(matcher);
    }
    if (line.contains("routes started")) {
      started.complete(true);
    }
  }

  /** HOST:PORT where its peer listens. */
  String address() throws InterruptedException {
    return await(listening, "listen").group(1);
  }

  /** The id of its peer. */
  String peer() throws InterruptedException {
    return await(listening, "listen").group(2);
  }

  void awaitRoutes() throws InterruptedException {
    await(started, "start its routes");
  }

  private <T> T await(CompletableFuture<T> future, String what) throws InterruptedException {
    try {
      return future.get(START_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new GatewayException(
          ExitCode.FAILED,
          "gateway "
              + side
              + " did not "
              + what
              + "; its last lines: "
              + String.join(" | ", lastLines()),
          e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  List<String> lastLines() {
    synchronized (log) {
      return List.copyOf(log.subList(Math.max(0, log.size() - LAST_LINES), log.size()));
    }
  }

  /**
   * Asks it to stop as an operator does (SIGTERM) and gives its exit code; -1 if it does not stop.
   */
  int stop() throws InterruptedException {
    process.destroy();
    return process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS) ? process.exitValue() : -1;
  }

  /** Ends it whatever it does. */
  @Override
  public void close() {
    process.destroyForcibly();
  }
}
