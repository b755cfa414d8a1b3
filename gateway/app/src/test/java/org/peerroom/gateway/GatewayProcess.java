package org.peerroom.gateway;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** A gateway in a process of its own, from the packaged jar, as a user starts it. */
public final class GatewayProcess implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Pattern ROOM = Pattern.compile("listening on (\\S+) as ([0-9a-f]{64})");
  private static final Pattern HTTP = Pattern.compile("HTTP is served at (http://\\S+)");

  private final Process process;
  private final List<String> errors = new CopyOnWriteArrayList<>();
  private final List<String> output = new CopyOnWriteArrayList<>();
  private final List<Thread> readers = new ArrayList<>();

  private GatewayProcess(Process process) {
    this.process = process;
    readers.add(read(process.getErrorStream(), errors));
    readers.add(read(process.getInputStream(), output));
  }

  /** Starts {@code java -jar gateway.jar ARGUMENTS} in a folder. */
  public static GatewayProcess start(Path folder, String... arguments) throws IOException {
    return start(folder, Map.of(), arguments);
  }

  /** Starts {@code java -jar gateway.jar ARGUMENTS} in a folder with more in its environment. */
  public static GatewayProcess start(
      Path folder, Map<String, String> environment, String... arguments) throws IOException {
    return start(jar(), List.of(), folder, environment, arguments);
  }

  /** Starts {@code java OPTIONS -jar GATEWAY ARGUMENTS} in a folder. */
  public static GatewayProcess start(
      Path gateway,
      List<String> options,
      Path folder,
      Map<String, String> environment,
      String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Starts faster; what is tested is the same.
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(options);
    command.add("-jar");
    command.add(gateway.toString());
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().putAll(environment);
    return new GatewayProcess(builder.start());
  }

  /** The packaged gateway. */
  public static Path jar() {
    return Path.of(System.getProperty("gateway.jar")).toAbsolutePath();
  }

  private static Thread read(InputStream stream, List<String> lines) {
    Thread thread =
        new Thread(
            () -> {
              try (BufferedReader reader =
                  new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                reader.lines().forEach(lines::add);
              } catch (IOException e) {
                lines.add("(reading ended: " + e + ")");
              }
            });
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** What it wrote to standard error so far. */
  public List<String> errors() {
    return List.copyOf(errors);
  }

  /** What it wrote to standard output so far. */
  public List<String> output() {
    return List.copyOf(output);
  }

  /**
   * Waits for a line on standard error that contains this; fails with all lines if the process ends
   * before.
   */
  public MatchResult await(Pattern pattern) {
    MatchResult[] found = new MatchResult[1];
    Awaitility.await(pattern.pattern())
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              boolean ended = !process.isAlive();
              for (String line : errors) {
                Matcher matcher = pattern.matcher(line);
                if (matcher.find()) {
                  found[0] = matcher.toMatchResult();
                  return true;
                }
              }
              assertTrue(
                  !ended, () -> "ended without '" + pattern + "': " + String.join("\n", errors));
              return false;
            });
    return found[0];
  }

  /** Waits until the routes are up. */
  public GatewayProcess awaitRoutes() {
    await(Pattern.compile("routes started: \\d+ in \\d+\\.\\d\\d s"));
    return this;
  }

  /** HOST:PORT where its peer listens. */
  public String roomAddress() {
    return await(ROOM).group(1);
  }

  /** The id of its peer. */
  public String peerId() {
    return await(ROOM).group(2);
  }

  /** Where it serves HTTP. */
  public String httpAddress() {
    return await(HTTP).group(1);
  }

  /** Sends SIGTERM. */
  public void terminate() {
    process.destroy();
  }

  /** Sends SIGKILL and waits. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** The processes it has started. */
  public List<ProcessHandle> children() {
    return process.children().toList();
  }

  /** Whether it runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Waits for the end and gives the exit code. */
  public int exitCode() throws InterruptedException {
    assertTrue(
        process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS),
        () -> "did not end: " + String.join("\n", errors));
    for (Thread reader : readers) {
      reader.join(PATIENCE.toMillis());
    }
    return process.exitValue();
  }

  /** Sends SIGTERM and gives the exit code. */
  public int stop() throws InterruptedException {
    terminate();
    return exitCode();
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
