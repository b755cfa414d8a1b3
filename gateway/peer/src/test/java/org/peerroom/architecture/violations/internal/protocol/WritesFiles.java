package org.peerroom.architecture.violations.internal.protocol;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

public final class WritesFiles {
  public void write(Path file, byte[] bytes) throws IOException {
    Files.write(file, bytes);
  }
}
