package org.peerroom.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong between two gateways: each time one clear line, and what is right goes on. */
class TroubleIT {

  private static final String A =
      """
      - route:
          from:
            uri: file:in?delay=100
            steps:
              - to: room:orders?acks=replicated:1
      """;

  private static final String B =
      """
      - route:
          from:
            uri: room:orders
            steps:
              - to: file:out?fileName=${header.CamelRoomMessageId}
      """;

  @TempDir Path folder;
  private final List<GatewayProcess> gateways = new ArrayList<>();

  @BeforeEach
  void setUp() throws IOException {
    Files.createDirectories(folder.resolve("in"));
    Files.writeString(folder.resolve("a.yaml"), A);
    Files.writeString(folder.resolve("b.yaml"), B);
  }

  @AfterEach
  void tearDown() throws Exception {
    for (GatewayProcess gateway : gateways) {
      gateway.close();
    }
  }

  private GatewayProcess start(String routes, String... settings) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("--routes", routes));
    for (String setting : settings) {
      arguments.add("--set");
      arguments.add("camel.component.room." + setting);
    }
    GatewayProcess gateway = GatewayProcess.start(folder, arguments.toArray(new String[0]));
    gateways.add(gateway);
    return gateway.awaitRoutes();
  }

  private long received() throws IOException {
    if (!Files.exists(folder.resolve("out"))) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(folder.resolve("out"))) {
      return files.filter(Files::isRegularFile).count();
    }
  }

  private static void await(Callable<Boolean> condition) {
    Awaitility.await().atMost(Duration.ofMinutes(2)).until(condition);
  }

  private static void assertReadable(GatewayProcess gateway) {
    String all = String.join("\n", gateway.errors());
    assertFalse(all.contains("\tat "), all);
  }

  @Test
  void fileOverTheLargestMessage_arrivesAsAStream() throws Exception {
    GatewayProcess a = start("a.yaml", "listen=127.0.0.1:0");
    GatewayProcess b = start("b.yaml", "bootstrap=" + a.roomAddress());
    byte[] large = new byte[(16 << 20) + 1];
    new Random(1).nextBytes(large);
    Files.write(folder.resolve("in/large.json"), large);
    await(() -> received() == 1 && !Files.exists(folder.resolve("in/large.json")));
    await(() -> Arrays.equals(large, onlyReceived()));
    assertEquals(0, b.stop());
    assertEquals(0, a.stop());
    assertReadable(a);
    assertReadable(b);
  }

  private byte[] onlyReceived() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("out"))) {
      return Files.readAllBytes(files.filter(Files::isRegularFile).findFirst().orElseThrow());
    }
  }

  @Test
  void messageOverTheLimit_isRefusedAlone() throws Exception {
    Files.writeString(
        folder.resolve("a.yaml"),
        A.replace("steps:", "steps:\n        - convertBodyTo: { type: 'byte[]' }"));
    GatewayProcess a = start("a.yaml", "listen=127.0.0.1:0");
    GatewayProcess b = start("b.yaml", "bootstrap=" + a.roomAddress());
    Files.write(folder.resolve("in/large.json"), new byte[(16 << 20) + 1]);
    Files.write(folder.resolve("in/small.json"), new byte[100]);
    a.await(
        Pattern.compile(
            "room:orders: a message for room 'orders' has 16777217 bytes, the room takes at most 16777216; .*"
                + "the file large.json stays where it is"));
    await(() -> received() == 1 && !Files.exists(folder.resolve("in/small.json")));
    assertTrue(Files.exists(folder.resolve("in/large.json")));
    assertEquals(0, b.stop());
    assertEquals(0, a.stop());
    assertEquals(
        1,
        a.errors().stream()
            .filter(line -> line.contains("large.json") && !line.contains("more times"))
            .count());
    assertReadable(a);
  }

  @Test
  void wrongSecret_isSaidOnBothSidesAndNothingPasses() throws Exception {
    GatewayProcess a = start("a.yaml", "listen=127.0.0.1:0", "secret=one");
    GatewayProcess b = start("b.yaml", "bootstrap=" + a.roomAddress(), "secret=two");
    Files.write(folder.resolve("in/order.json"), new byte[100]);
    Pattern hint = Pattern.compile("room 'orders': nobody else is here, .* its secret may differ");
    a.await(hint);
    b.await(hint);
    assertEquals(0, received());
    assertReadable(a);
    assertReadable(b);
  }

  @Test
  void bootstrapThatIsNoPeer_isSaidAndTriedAgain() throws Exception {
    try (HttpSink web = new HttpSink()) {
      String address = web.url().replaceFirst("http://([^/]+)/.*", "$1");
      GatewayProcess b = start("b.yaml", "bootstrap=" + address);
      b.await(
          Pattern.compile(
              "can't reach " + address + ": .*is not a Peer Room peer.*; trying again"));
      assertEquals(0, b.stop());
      assertReadable(b);
    }
  }

  @Test
  void receiverThatIsThereFirst_findsTheSenderWhenItComes() throws Exception {
    GatewayProcess gone = start("a.yaml", "listen=127.0.0.1:0");
    String address = gone.roomAddress();
    assertEquals(0, gone.stop());
    GatewayProcess b = start("b.yaml", "bootstrap=" + address);
    b.await(Pattern.compile("can't reach " + address + ": .*; trying again"));
    start("a.yaml", "listen=" + address);
    Files.write(folder.resolve("in/order.json"), new byte[100]);
    await(() -> received() == 1);
    assertEquals(0, b.stop());
    assertReadable(b);
  }
}
