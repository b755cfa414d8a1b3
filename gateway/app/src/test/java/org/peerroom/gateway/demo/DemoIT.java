package org.peerroom.gateway.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.peerroom.gateway.GatewayProcess;

/** The demo as a user starts it, with fewer orders. */
@Timeout(240)
class DemoIT {

  @TempDir Path folder;

  @Test
  void demo_carriesEveryOrderAndChecksIt() throws Exception {
    try (GatewayProcess demo = GatewayProcess.start(folder, "demo", "--orders", "100")) {
      int code = demo.exitCode();

      List<String> output = demo.output();
      assertEquals(0, code, () -> String.join("\n", output) + String.join("\n", demo.errors()));
      assertTrue(output.contains("All of it holds."), () -> String.join("\n", output));
      assertEquals(8, output.stream().filter(line -> line.startsWith("  ok ")).count());
    }
  }

  @Test
  void demo_toldToStopLeavesNothingBehind() throws Exception {
    Path temporary = Files.createDirectories(folder.resolve("tmp"));
    Map<String, String> environment = Map.of("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + temporary);
    try (GatewayProcess demo =
        GatewayProcess.start(folder, environment, "demo", "--orders", "20000")) {
      Awaitility.await()
          .atMost(Duration.ofMinutes(2))
          .until(() -> demo.output().stream().anyMatch(line -> line.contains("gateway B dials")));
      List<ProcessHandle> gateways = demo.children();
      assertEquals(2, gateways.size());
      demo.stop();
      assertFalse(gateways.stream().anyMatch(ProcessHandle::isAlive));
      try (Stream<Path> left = Files.list(temporary)) {
        assertEquals(
            List.of(),
            left.filter(path -> path.getFileName().toString().startsWith("peerroom")).toList());
      }
    }
  }

  @Test
  void demo_namesTheChecksThatDoNotHold() throws Exception {
    try (GatewayProcess demo = GatewayProcess.start(folder, "demo", "--orders", "20000")) {
      Awaitility.await()
          .atMost(Duration.ofMinutes(2))
          .until(() -> demo.output().stream().anyMatch(line -> line.contains("gateway B dials")));
      demo.children().forEach(ProcessHandle::destroyForcibly);
      assertEquals(1, demo.exitCode(), () -> String.join("\n", demo.errors()));
      List<String> output = demo.output();
      assertTrue(
          output.stream().anyMatch(line -> line.startsWith("  FAILED  every order arrived: ")),
          () -> String.join("\n", output));
      assertTrue(
          output.stream()
              .anyMatch(line -> line.startsWith("  FAILED  both gateways stopped cleanly: ")),
          () -> String.join("\n", output));
      assertFalse(output.contains("All of it holds."));
    }
  }

  @Test
  void demo_refusesANumberOfOrdersThatMakesNoSense() throws Exception {
    try (GatewayProcess demo = GatewayProcess.start(folder, "demo", "--orders", "1")) {
      assertEquals(2, demo.exitCode());
      assertEquals(
          List.of("gateway: --orders takes a number from 10 to 100000, not 1"), demo.errors());
    }
  }
}
