package org.peerroom.internal.store;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A run of a class in a process of its own.
 *
 * @param status how it ended
 * @param output what it wrote to both streams
 */
record ChildJvm(int status, String output) {

  /** Runs it to its end. */
  static ChildJvm start(
      List<String> before, List<String> options, Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // As in the jar of the gateway: RocksDB is native code.
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(options);
    command.addAll(
        List.of("-Xmx256m", "-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the process goes on");
    return new ChildJvm(process.exitValue(), output);
  }
}
