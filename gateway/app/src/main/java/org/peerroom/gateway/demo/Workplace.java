package org.peerroom.gateway.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** The demo's temporary folder, deleted at the end unless it is to be kept. */
final class Workplace implements AutoCloseable {

  private final Path root;
  private final boolean keep;

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

  @Override
  public void close() {
    if (keep || !Files.exists(root)) {
      return;
    }
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the demo's folder " + root + " can't be deleted", e);
    }
  }
}
