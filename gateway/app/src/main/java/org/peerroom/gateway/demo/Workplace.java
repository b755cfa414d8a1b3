package org.peerroom.gateway.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** What the demo must leave nothing of, however it ends: its temporary folder and its processes. */
final class Workplace implements AutoCloseable {

  private static final int DELETE_ATTEMPTS = 50;
  private static final long DELETE_PAUSE_NANOS = 100_000_000;

  private final Path root;
  private final boolean keep;
  private final List<Process> processes = new CopyOnWriteArrayList<>();

  Workplace(boolean keep) throws IOException {
    this.root = Files.createTempDirectory("peerroom-demo-");
    this.keep = keep;
  }

  /** A folder below it, made if it is not there. */
  Path folder(String name) throws IOException {
    return Files.createDirectories(root.resolve(name));
  }

  Path root() {
    return root;
  }

  /** A process that is not to outlive the demo. */
  void add(Process process) {
    processes.add(process);
  }

  /** Ends the processes if they run, and deletes the folder unless it is to be kept. */
  @Override
  public synchronized void close() {
    for (Process process : processes) {
      process.destroyForcibly();
    }
    for (Process process : processes) {
      process.onExit().join();
    }
    if (keep) {
      return;
    }
    for (int attempt = 1; Files.exists(root); attempt++) {
      try {
        delete();
      } catch (IOException | UncheckedIOException e) {
        // Told to stop in the middle, the broker of this process may still be writing.
        if (attempt == DELETE_ATTEMPTS) {
          System.err.println(
              "gateway: the demo's folder " + root + " can't be deleted; delete it yourself");
          return;
        }
        LockSupport.parkNanos(DELETE_PAUSE_NANOS);
      }
    }
  }

  private void delete() throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
