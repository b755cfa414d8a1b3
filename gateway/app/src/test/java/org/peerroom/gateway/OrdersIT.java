package org.peerroom.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two gateways in processes of their own, a room between them, and what is on either side of it.
 */
class OrdersIT {

  private static final String A =
      """
      - route:
          from:
            uri: file:in
            parameters:
              delay: 50
              maxMessagesPerPoll: 50
              eagerMaxMessagesPerPoll: false
            steps:
              - to: room:orders?acks=replicated:1
      - route:
          from:
            uri: platform-http:/orders
            parameters:
              httpMethodRestrict: POST
            steps:
              - to: room:orders?acks=replicated:1
              - setBody:
                  constant: taken
      """;

  private static final String TO_QUEUE =
      """
      - route:
          from:
            uri: room:orders
            steps:
              - setHeader:
                  name: author
                  simple: ${header.CamelRoomAuthor}
              - to: jms:queue:orders
      """;

  private static final String TO_FILE =
      """
      - route:
          from:
            uri: room:orders
            steps:
              - to: file:out?fileName=${header.CamelRoomMessageId}.json
      """;

  private static final String TO_WEB =
      """
      - route:
          from:
            uri: room:orders
            steps:
              - to: "{{web}}"
      """;

  private static final String FROM_QUEUE =
      """
      - route:
          from:
            uri: jms:queue:orders
            steps:
              - to: room:orders?acks=replicated:1
      """;

  private static final Pattern TRYING_AGAIN =
      Pattern.compile("jms:queue:orders at tcp://127.0.0.1:\\d+: .*; trying again until it works");

  @TempDir Path folder;
  private Path a;
  private Path b;
  private EmbeddedBroker broker;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<GatewayProcess> gateways = new ArrayList<>();

  @BeforeEach
  void setUp() throws IOException {
    a = Files.createDirectories(folder.resolve("a"));
    b = Files.createDirectories(folder.resolve("b"));
    Files.createDirectories(a.resolve("in"));
    broker = new EmbeddedBroker(folder.resolve("broker"));
  }

  @AfterEach
  void tearDown() throws Exception {
    for (GatewayProcess gateway : gateways) {
      gateway.close();
    }
    broker.close();
  }

  private GatewayProcess startA(String routes) throws IOException {
    Files.writeString(a.resolve("a.yaml"), routes);
    GatewayProcess gateway =
        GatewayProcess.start(
            a,
            Map.of("CAMEL_COMPONENT_ROOM_SECRET", "8sY2pQ", "JMS_URL", broker.url()),
            "--routes",
            "a.yaml",
            "--set",
            "camel.component.room.listen=127.0.0.1:0",
            "--set",
            "camel.server.port=0");
    gateways.add(gateway);
    return gateway.awaitRoutes();
  }

  private GatewayProcess startB(GatewayProcess other, String routes, String... settings)
      throws IOException {
    Files.writeString(b.resolve("b.yaml"), routes);
    Files.writeString(
        b.resolve("b.properties"),
        "camel.component.room.secret=8sY2pQ\njms.url=" + broker.url() + "\n");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--routes", "b.yaml",
                "--config", "b.properties",
                "--set", "camel.component.room.bootstrap=" + other.roomAddress()));
    for (String setting : settings) {
      arguments.add("--set");
      arguments.add(setting);
    }
    GatewayProcess gateway = GatewayProcess.start(b, arguments.toArray(new String[0]));
    gateways.add(gateway);
    return gateway.awaitRoutes();
  }

  private void drop(int number, Body order) throws IOException {
    Path part = Files.write(a.resolve("order-" + number + ".part"), order.bytes());
    Files.move(
        part, a.resolve("in").resolve("order-" + number + ".json"), StandardCopyOption.ATOMIC_MOVE);
  }

  private List<Body> drop(int from, int to, int size) throws IOException {
    List<Body> orders = new ArrayList<>();
    for (int i = from; i < to; i++) {
      orders.add(Body.order(i, size));
      drop(i, orders.get(orders.size() - 1));
    }
    return orders;
  }

  private int post(GatewayProcess to, Body order) throws IOException, InterruptedException {
    return client
        .send(
            HttpRequest.newBuilder(URI.create(to.httpAddress() + "/orders"))
                .POST(BodyPublishers.ofByteArray(order.bytes()))
                .build(),
            BodyHandlers.discarding())
        .statusCode();
  }

  private static void await(java.util.concurrent.Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(50))
        .until(condition);
  }

  private static List<Body> files(Path under) throws IOException {
    List<Body> bodies = new ArrayList<>();
    if (Files.exists(under)) {
      try (Stream<Path> all = Files.walk(under)) {
        for (Path file : all.filter(Files::isRegularFile).toList()) {
          bodies.add(new Body(Files.readAllBytes(file)));
        }
      }
    }
    return bodies;
  }

  private static Set<Body> inQueue(List<EmbeddedBroker.Received> received) {
    Set<Body> bodies = new HashSet<>();
    received.forEach(one -> bodies.add(one.body()));
    return bodies;
  }

  private static void assertSame(List<Body> expected, List<Body> actual) {
    assertEquals(expected.size(), actual.size());
    assertEquals(new HashSet<>(expected), new HashSet<>(actual));
  }

  @Test
  void orders_arriveEverywhereWithTheirAuthor() throws Exception {
    broker.start();
    try (HttpSink web = new HttpSink()) {
      GatewayProcess sideA = startA(A);
      GatewayProcess sideB = startB(sideA, TO_QUEUE + TO_FILE + TO_WEB, "web=" + web.url());
      List<Body> orders = drop(0, 40, 3_000);
      for (int i = 40; i < 60; i++) {
        Body order = Body.order(i, i == 40 ? 1_200_000 : 500);
        orders.add(order);
        assertEquals(200, post(sideA, order));
      }
      await(() -> broker.count("orders") >= orders.size());
      await(() -> web.bodies().size() >= orders.size());
      await(() -> files(b.resolve("out")).size() >= orders.size());
      await(() -> files(a.resolve("in/.camel")).size() >= 40);
      assertEquals(0, sideB.stop(), String.join("\n", sideB.errors()));
      assertEquals(0, sideA.stop(), String.join("\n", sideA.errors()));
      List<EmbeddedBroker.Received> queue = broker.drain("orders");
      assertSame(orders, queue.stream().map(EmbeddedBroker.Received::body).toList());
      queue.forEach(one -> assertEquals(sideA.peerId(), one.author()));
      assertSame(orders, web.bodies());
      assertSame(orders, files(b.resolve("out")));
    }
  }

  @Test
  void brokerDownAtStart_delaysAndLosesNothing() throws Exception {
    GatewayProcess sideA = startA(A);
    GatewayProcess sideB = startB(sideA, TO_QUEUE);
    List<Body> orders = drop(0, 20, 1_000);
    sideB.await(TRYING_AGAIN);
    broker.start();
    await(() -> broker.count("orders") >= orders.size());
    sideB.await(Pattern.compile("jms:queue:orders at .*: works again"));
    assertSame(orders, broker.drain("orders").stream().map(EmbeddedBroker.Received::body).toList());
    List<String> lines = sideB.errors();
    assertTrue(
        lines.stream().filter(TRYING_AGAIN.asPredicate()).count() <= 3, String.join("\n", lines));
    assertFalse(String.join("\n", lines).contains("\tat "), String.join("\n", lines));
    assertEquals(0, sideB.stop());
  }

  @Test
  void brokerRestartedUnderLoad_losesNothing() throws Exception {
    broker.start();
    GatewayProcess sideA = startA(A);
    GatewayProcess sideB = startB(sideA, TO_QUEUE);
    List<Body> orders = drop(0, 150, 2_000);
    await(() -> broker.count("orders") >= 20);
    broker.stop();
    orders.addAll(drop(150, 200, 2_000));
    sideB.await(TRYING_AGAIN);
    broker.start();
    Set<Body> received = new HashSet<>();
    await(
        () -> {
          received.addAll(inQueue(broker.drain("orders")));
          return received.size() >= orders.size();
        });
    assertEquals(new HashSet<>(orders), received);
    assertEquals(0, sideB.stop());
  }

  @Test
  void queueToRoom_survivesARestartOfTheBroker() throws Exception {
    broker.start();
    GatewayProcess sideA = startA(FROM_QUEUE);
    startB(sideA, TO_FILE);
    List<Body> orders = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      orders.add(Body.order(i, 2_000));
    }
    broker.send("orders", orders.subList(0, 50));
    await(() -> files(b.resolve("out")).size() >= 10);
    broker.stop();
    broker.start();
    broker.send("orders", orders.subList(50, 100));
    await(() -> new HashSet<>(files(b.resolve("out"))).size() >= orders.size());
    assertEquals(new HashSet<>(orders), new HashSet<>(files(b.resolve("out"))));
  }

  @Test
  void sigtermUnderLoad_losesNothingThatWasTaken() throws Exception {
    broker.start();
    GatewayProcess sideA = startA(A);
    GatewayProcess sideB = startB(sideA, TO_QUEUE);
    List<Body> dropped = drop(0, 400, 4_000);
    List<Body> acknowledged = new ArrayList<>();
    AtomicBoolean refused = new AtomicBoolean();
    Thread poster =
        new Thread(
            () -> {
              for (int i = 1_000; !refused.get(); i++) {
                Body order = Body.order(i, 700);
                try {
                  if (post(sideA, order) == 200) {
                    acknowledged.add(order);
                  } else {
                    refused.set(true);
                  }
                } catch (IOException | InterruptedException e) {
                  refused.set(true);
                }
              }
            });
    poster.start();
    await(() -> broker.count("orders") >= 50);
    assertEquals(0, sideA.stop(), String.join("\n", sideA.errors()));
    poster.join();
    List<Body> left = new ArrayList<>();
    try (Stream<Path> in = Files.list(a.resolve("in"))) {
      for (Path file : in.filter(Files::isRegularFile).toList()) {
        left.add(new Body(Files.readAllBytes(file)));
      }
    }
    Set<Body> taken = new HashSet<>(dropped);
    left.forEach(taken::remove);
    taken.addAll(acknowledged);
    assertTrue(taken.size() >= 50, "taken: " + taken.size());
    // What was taken is held by side B, which goes on without side A.
    Set<Body> received = new HashSet<>();
    await(
        () -> {
          received.addAll(inQueue(broker.drain("orders")));
          return received.containsAll(taken);
        });
    assertEquals(0, sideB.stop(), String.join("\n", sideB.errors()));
  }

  @Test
  void sigtermOfAQueueReader_leavesInTheQueueWhatWasNotTaken() throws Exception {
    broker.start();
    GatewayProcess sideA = startA(FROM_QUEUE);
    GatewayProcess sideB = startB(sideA, TO_FILE);
    List<Body> orders = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      orders.add(Body.order(i, 1_000));
    }
    broker.send("orders", orders);
    await(() -> files(b.resolve("out")).size() >= 30);
    assertEquals(0, sideA.stop(), String.join("\n", sideA.errors()));
    await(() -> files(b.resolve("out")).size() + broker.count("orders") >= orders.size());
    Set<Body> seen = new HashSet<>(files(b.resolve("out")));
    seen.addAll(inQueue(broker.drain("orders")));
    assertEquals(new HashSet<>(orders), seen);
    assertEquals(0, sideB.stop());
  }

  @Test
  void sigkillOfTheReceiver_losesNothingWhileTheSenderLives() throws Exception {
    broker.start();
    GatewayProcess sideA = startA(A);
    GatewayProcess first = startB(sideA, TO_QUEUE);
    List<Body> orders = drop(0, 200, 2_000);
    await(() -> broker.count("orders") >= 20);
    first.kill();
    startB(sideA, TO_QUEUE);
    Set<Body> received = new HashSet<>();
    await(
        () -> {
          received.addAll(inQueue(broker.drain("orders")));
          return received.size() >= orders.size();
        });
    assertEquals(new HashSet<>(orders), received);
  }

  @Test
  void sigtermWhileTheBrokerIsDown_stopsInTimeAndKeepsFiles() throws Exception {
    GatewayProcess sideA =
        startA(
            "- route:\n    from:\n      uri: file:in?delay=50\n      steps:\n        - to: jms:queue:orders\n");
    List<Body> orders = drop(0, 5, 500);
    sideA.await(TRYING_AGAIN);
    assertEquals(0, sideA.stop(), String.join("\n", sideA.errors()));
    List<Body> left = new ArrayList<>();
    try (Stream<Path> in = Files.list(a.resolve("in"))) {
      for (Path file : in.filter(path -> path.toString().endsWith(".json")).toList()) {
        left.add(new Body(Files.readAllBytes(file)));
      }
    }
    assertSame(orders, left);
  }
}
