package org.peerroom.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the broker keeps out because it has it already is done for the route that sent it again. */
class DuplicatesIT {

  private static final String ROUTES =
      """
      - route:
          from:
            uri: file:in?delay=50
            steps:
              - setHeader:
                  name: _AMQ_DUPL_ID
                  constant: one
              - to: jms:queue:out?transacted=false
      """;

  @TempDir Path folder;

  @Test
  void broker_keepsOutWhatHasAKeyThatItKnows() throws Exception {
    Path in = Files.createDirectories(folder.resolve("in"));
    Files.writeString(folder.resolve("routes.yaml"), ROUTES);
    Files.writeString(in.resolve("first"), "first");
    Files.writeString(in.resolve("second"), "second");
    try (EmbeddedBroker broker =
            new EmbeddedBroker(folder.resolve("broker")).rememberingDuplicates(10).start();
        GatewayProcess gateway =
            GatewayProcess.start(
                    folder, "--routes", "routes.yaml", "--set", "jms.url=" + broker.url())
                .awaitRoutes()) {
      Awaitility.await()
          .atMost(Duration.ofMinutes(1))
          .until(
              () ->
                  in.resolve(".camel/first").toFile().exists()
                      && in.resolve(".camel/second").toFile().exists());
      assertEquals(1, broker.drain("out").size());
      assertEquals(1, broker.duplicates());
      assertEquals(0, gateway.stop(), String.join("\n", gateway.errors()));
      assertEquals(List.of(), gateway.errors().stream().filter(l -> l.contains("WARN")).toList());
    }
  }
}
