package org.peerroom.gateway.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
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
  void demo_refusesANumberOfOrdersThatMakesNoSense() throws Exception {
    try (GatewayProcess demo = GatewayProcess.start(folder, "demo", "--orders", "1")) {
      assertEquals(2, demo.exitCode());
      assertEquals(
          List.of("gateway: --orders takes a number from 10 to 100000, not 1"), demo.errors());
    }
  }
}
