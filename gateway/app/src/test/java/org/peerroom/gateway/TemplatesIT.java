package org.peerroom.gateway;

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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ready templates, between two gateways: three ways into a room and three out of it. */
class TemplatesIT {

  @TempDir Path folder;

  private static String use(String template, String... parameters) {
    StringBuilder yaml =
        new StringBuilder(
            "- templatedRoute:\n    routeTemplateRef: " + template + "\n    parameters:\n");
    for (int i = 0; i < parameters.length; i += 2) {
      yaml.append("      - name: ")
          .append(parameters[i])
          .append("\n        value: \"")
          .append(parameters[i + 1])
          .append("\"\n");
    }
    return yaml.toString();
  }

  @Test
  void templates_carryOrdersIntoARoomAndOutOfIt() throws Exception {
    Path a = Files.createDirectories(folder.resolve("a"));
    Path b = Files.createDirectories(folder.resolve("b"));
    Files.createDirectories(a.resolve("in"));
    try (EmbeddedBroker broker = new EmbeddedBroker(folder.resolve("broker")).start();
        HttpSink web = new HttpSink()) {
      Files.writeString(
          a.resolve("a.yaml"),
          use("file-to-room", "folder", "in", "room", "orders")
              + use("http-to-room", "path", "/orders", "room", "orders")
              + use("jms-to-room", "queue", "incoming", "room", "orders"));
      Files.writeString(
          b.resolve("b.yaml"),
          use("room-to-file", "room", "orders", "folder", "out", "suffix", ".json")
              + use("room-to-http", "room", "orders", "url", web.url())
              + use("room-to-jms", "room", "orders", "queue", "outgoing"));
      try (GatewayProcess sideA =
              GatewayProcess.start(
                      a,
                      "--routes",
                      "a.yaml",
                      "--set",
                      "camel.component.room.listen=127.0.0.1:0",
                      "--set",
                      "camel.server.port=0",
                      "--set",
                      "jms.url=" + broker.url())
                  .awaitRoutes();
          GatewayProcess sideB =
              GatewayProcess.start(
                      b,
                      "--routes",
                      "b.yaml",
                      "--set",
                      "camel.component.room.bootstrap=" + sideA.roomAddress(),
                      "--set",
                      "jms.url=" + broker.url())
                  .awaitRoutes()) {
        Body file = Body.order(1, 900);
        Body request = Body.order(2, 400);
        Body message = Body.order(3, 2_000);
        Files.write(a.resolve("in/left-alone.part"), new byte[] {1});
        Files.write(a.resolve("1.part"), file.bytes());
        Files.move(a.resolve("1.part"), a.resolve("in/1.json"));
        assertEquals(202, post(sideA.httpAddress(), request));
        broker.send("incoming", List.of(message));

        Set<Body> orders = Set.of(file, request, message);
        await(() -> web.bodies().size() >= 3);
        await(() -> out(b).size() >= 3);
        await(() -> broker.count("outgoing") >= 3);
        assertEquals(orders, new HashSet<>(web.bodies()));
        assertEquals(orders, out(b));
        List<EmbeddedBroker.Received> queue = broker.drain("outgoing");
        assertEquals(
            orders, queue.stream().map(EmbeddedBroker.Received::body).collect(Collectors.toSet()));
        queue.forEach(one -> assertEquals(sideA.peerId(), one.author()));
        await(() -> broker.count("incoming") == 0);
        await(() -> Files.exists(a.resolve("in/.camel/1.json")));
        assertEquals(List.of("left-alone.part"), names(a.resolve("in")));
        assertEquals(0, sideB.stop(), String.join("\n", sideB.errors()));
        assertEquals(0, sideA.stop(), String.join("\n", sideA.errors()));
      }
    }
  }

  private static int post(String address, Body order) throws IOException, InterruptedException {
    HttpResponse<Void> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(address + "/orders"))
                    .POST(BodyPublishers.ofByteArray(order.bytes()))
                    .build(),
                BodyHandlers.discarding());
    return answer.statusCode();
  }

  private static Set<Body> out(Path side) throws IOException {
    Set<Body> bodies = new HashSet<>();
    if (Files.exists(side.resolve("out"))) {
      try (Stream<Path> files = Files.walk(side.resolve("out"))) {
        for (Path file : files.filter(path -> path.toString().endsWith(".json")).toList()) {
          bodies.add(new Body(Files.readAllBytes(file)));
        }
      }
    }
    return bodies;
  }

  private static List<String> names(Path in) throws IOException {
    try (Stream<Path> files = Files.list(in)) {
      return files.filter(Files::isRegularFile).map(path -> path.getFileName().toString()).toList();
    }
  }

  private static void await(Callable<Boolean> condition) {
    Awaitility.await().atMost(Duration.ofMinutes(2)).until(condition);
  }
}
