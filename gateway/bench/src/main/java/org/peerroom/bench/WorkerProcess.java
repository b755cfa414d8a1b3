package org.peerroom.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link Worker} seen from the process that started it. Not thread-safe. */
final class WorkerProcess implements AutoCloseable {

  private final String what;
  private final Process process;
  private final BufferedWriter in;
  private final BufferedReader out;

  private WorkerProcess(String what, Process process) {
    this.what = what;
    this.process = process;
    this.in = process.outputWriter(StandardCharsets.UTF_8);
    this.out = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Starts one with the Java, class path and switches of a run. */
  static WorkerProcess start(Way way, String role, int concurrency, List<String> jvmArguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmArguments);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Bench.class.getName());
    command.addAll(List.of("worker", "--way", way.option(), "--concurrency", "" + concurrency));
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      return new WorkerProcess(way.label() + ", " + role, process);
    } catch (IOException e) {
      throw new UncheckedIOException("a process for the benchmark could not be started", e);
    }
  }

  /**
   * Sends a line and gives the line that answers it, without the word that is expected first.
   *
   * @throws BenchException if the worker fails or is gone
   */
  String ask(String line, String expected) {
    String answer = ask(line);
    if (!answer.startsWith(expected)) {
      throw new BenchException(what + ": " + answer);
    }
    return answer.substring(expected.length()).strip();
  }

  private String ask(String line) {
    try {
      in.write(line);
      in.newLine();
      in.flush();
      for (String answer = out.readLine(); answer != null; answer = out.readLine()) {
        if (answer.startsWith(Worker.ANSWER)) {
          return answer.substring(Worker.ANSWER.length());
        }
      }
      throw new BenchException(what + ": its process ended; see its standard error above");
    } catch (IOException e) {
      throw new BenchException(what + ": its process ended; see its standard error above", e);
    }
  }

  Sample sample() {
    return Sample.decode("sample " + ask("sample", "sample"));
  }

  /** As {@link #sample()}, after a full garbage collection. */
  Sample collect() {
    return Sample.decode("sample " + ask("collect", "sample"));
  }

  /** Lets it end in order, so that a recording of its JVM is written. */
  void end() {
    try {
      in.close();
    } catch (IOException e) {
      // it is gone already
    }
  }

  /** As {@link #end()}, and waits for it; by force if it does not end. */
  @Override
  public void close() {
    end();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
