package org.peerroom.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.peerroom.gateway.Body;
import org.peerroom.gateway.EmbeddedBroker;
import org.peerroom.gateway.GatewayProcess;
import org.peerroom.gateway.HttpSink;

/**
 * Runs the files of examples/orders as they are written; only addresses are set to what is free
 * here.
 */
class OrdersExampleIT {

  private static final Path EXAMPLE = Path.of("orders").toAbsolutePath();

  @TempDir Path folder;

  @Test
  void orders_goAllWays() throws Exception {
    Path a = copy("a", "a.yaml");
    Path b = copy("b", "b.yaml");
    try (EmbeddedBroker broker = new EmbeddedBroker(folder.resolve("broker")).start();
        HttpSink web = new HttpSink();
        GatewayProcess sideA = startA(a);
        GatewayProcess sideB = startB(b, sideA.roomAddress(), broker.url(), web.url())) {
      Body file = Body.order(1, 700);
      Body request = Body.order(2, 300);
      Files.createDirectories(a.resolve("in"));
      Path part = Files.write(a.resolve("in/1.part"), file.bytes());
      Files.move(part, a.resolve("in/1.json"));
      HttpResponse<String> answer = post(sideA.httpAddress(), request);
      assertEquals(202, answer.statusCode());
      assertEquals("taken", answer.body());

      Set<Body> orders = Set.of(file, request);
      await(() -> web.bodies().size() >= 2);
      await(() -> out(b).size() >= 2);
      await(() -> broker.count("orders") >= 2);
      assertEquals(orders, new HashSet<>(web.bodies()));
      assertEquals(orders, new HashSet<>(out(b)));
      List<EmbeddedBroker.Received> queue = broker.drain("orders");
      assertEquals(orders, Set.of(queue.get(0).body(), queue.get(1).body()));
      queue.forEach(one -> assertEquals(sideA.peerId(), one.author()));
      assertEquals(0, sideB.stop(), String.join("\n", sideB.errors()));
      assertEquals(0, sideA.stop(), String.join("\n", sideA.errors()));
    }
  }

  private Path copy(String side, String routes) throws IOException {
    Path target = Files.createDirectories(folder.resolve(side));
    for (String name : List.of(routes, "orders.properties")) {
      Files.copy(EXAMPLE.resolve(name), target.resolve(name));
    }
    return target;
  }

  private static GatewayProcess startA(Path folder) throws IOException {
    return GatewayProcess.start(
            folder,
            "--routes",
            "a.yaml",
            "--config",
            "orders.properties",
            "--set",
            "camel.component.room.listen=127.0.0.1:0",
            "--set",
            "camel.server.port=0")
        .awaitRoutes();
  }

  private static GatewayProcess startB(Path folder, String address, String broker, String web)
      throws IOException {
    return GatewayProcess.start(
            folder,
            "--routes",
            "b.yaml",
            "--config",
            "orders.properties",
            "--set",
            "camel.component.room.bootstrap=" + address,
            "--set",
            "jms.url=" + broker,
            "--set",
            "orders.url=" + web)
        .awaitRoutes();
  }

  private static HttpResponse<String> post(String address, Body order) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(address + "/orders"))
                .POST(BodyPublishers.ofByteArray(order.bytes()))
                .build(),
            BodyHandlers.ofString());
  }

  private static List<Body> out(Path folder) throws IOException {
    Path out = folder.resolve("out");
    if (!Files.exists(out)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(out)) {
      return files.filter(Files::isRegularFile).map(OrdersExampleIT::read).toList();
    }
  }

  private static Body read(Path file) {
    try {
      return new Body(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void await(Callable<Boolean> condition) {
    Awaitility.await().atMost(Duration.ofMinutes(2)).until(condition);
  }
}
