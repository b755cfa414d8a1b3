package org.peerroom.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.peerroom.gateway.Body;
import org.peerroom.gateway.EmbeddedBroker;
import org.peerroom.gateway.GatewayProcess;

/**
 * Runs the files of examples/two-companies as they are written; only addresses are set to what is
 * free here.
 */
class TwoCompaniesExampleIT {

  private static final Path EXAMPLE = Path.of("two-companies").toAbsolutePath();
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int ORDERS = 5;

  /** What setup.sh made, once for all tests: it starts a process for each key. */
  @TempDir static Path made;

  @TempDir Path folder;

  @BeforeAll
  static void setUp() throws Exception {
    try (Stream<Path> files = Files.list(EXAMPLE)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, made.resolve(file.getFileName()));
      }
    }
    run(made, "sh", "setup.sh");
  }

  @BeforeEach
  void copy() throws IOException {
    try (Stream<Path> files = Files.walk(made)) {
      for (Path file : files.filter(file -> !file.equals(made)).toList()) {
        // With the mode: a key that others may read is refused.
        Files.copy(file, folder.resolve(made.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  private static void run(Path folder, String... command) throws Exception {
    Path output = folder.resolve("output.log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("GATEWAY_JAR", GatewayProcess.jar().toString());
    String java = Path.of(System.getProperty("java.home"), "bin").toString();
    builder.environment().merge("PATH", java, (path, own) -> own + ":" + path);
    Process process = builder.start();
    boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    process.destroyForcibly();
    assertTrue(ended && process.exitValue() == 0, () -> text(output));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private GatewayProcess market(String broker) throws IOException {
    return market("market", broker);
  }

  private GatewayProcess market(String identity, String broker) throws IOException {
    return GatewayProcess.start(
            folder,
            "--routes",
            "market.yaml",
            "--config",
            "two-companies.properties",
            "--set",
            "camel.component.room.identity=" + identity + "/gateway.key",
            "--set",
            "camel.component.room.listen=127.0.0.1:0",
            "--set",
            "jms.url=" + broker)
        .awaitRoutes();
  }

  private GatewayProcess company(String name, String address, String... more) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--routes",
                "company.yaml",
                "--config",
                "two-companies.properties",
                "--set",
                "company=" + name,
                "--set",
                "camel.component.room.identity=" + name + "/gateway.key",
                "--set",
                "camel.component.room.bootstrap=" + address));
    arguments.addAll(List.of(more));
    return GatewayProcess.start(folder, arguments.toArray(String[]::new));
  }

  /** Drops orders into the folder of a company, as its README says. */
  private Set<Body> order(String company, int first) throws IOException {
    Path in = Files.createDirectories(folder.resolve(company).resolve("in"));
    Set<Body> orders = new HashSet<>();
    for (int number = first; number < first + ORDERS; number++) {
      Body order = Body.order(number, 500);
      Path part = Files.write(in.resolve(number + ".part"), order.bytes());
      Files.move(part, in.resolve(number + ".json"));
      orders.add(order);
    }
    return orders;
  }

  private long waiting(String company) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(company).resolve("in"))) {
      return files.filter(file -> file.toString().endsWith(".json")).count();
    }
  }

  @Test
  void orders_goToTheQueueOfTheCompanyThatSignedThem() throws Exception {
    try (EmbeddedBroker broker = new EmbeddedBroker(folder.resolve("broker")).start();
        GatewayProcess market = market(broker.url());
        GatewayProcess acme = company("acme", market.roomAddress()).awaitRoutes();
        GatewayProcess globex = company("globex", market.roomAddress()).awaitRoutes()) {
      Set<Body> ofAcme = order("acme", 100);
      Set<Body> ofGlobex = order("globex", 200);
      await(() -> waiting("acme") + waiting("globex") == 0);
      await(() -> broker.count("orders-acme") + broker.count("orders-globex") >= 2 * ORDERS);
      check(broker.drain("orders-acme"), "acme", ofAcme);
      check(broker.drain("orders-globex"), "globex", ofGlobex);
      assertEquals(0, broker.count("orders-of-others"));
      assertEquals(0, globex.stop(), String.join("\n", globex.errors()));
      assertEquals(0, acme.stop(), String.join("\n", acme.errors()));
      assertEquals(0, market.stop(), String.join("\n", market.errors()));
    }
  }

  private static void check(
      List<EmbeddedBroker.Received> queue, String author, Set<Body> expected) {
    assertEquals(expected.size(), queue.size());
    assertEquals(expected, new HashSet<>(queue.stream().map(one -> one.body()).toList()));
    queue.forEach(one -> assertEquals(author, one.author()));
  }

  @Test
  void company_mayNotReadWhatOthersOrder() throws Exception {
    try (EmbeddedBroker broker = new EmbeddedBroker(folder.resolve("broker")).start();
        GatewayProcess reading = market("acme", broker.url())) {
      reading.await(Pattern.compile("room 'orders' can't be read: .* not the role subscribe"));
    }
  }

  @Test
  void stranger_doesNotStartAndLearnsWhy() throws Exception {
    try (EmbeddedBroker broker = new EmbeddedBroker(folder.resolve("broker")).start();
        GatewayProcess market = market(broker.url())) {
      order("initech", 300);
      try (GatewayProcess initech = company("initech", market.roomAddress())) {
        assertEquals(2, initech.exitCode(), String.join("\n", initech.errors()));
        String last = initech.errors().get(initech.errors().size() - 1);
        assertTrue(last.contains("orders"), last);
        assertTrue(last.contains("authority"), last);
      }
      assertEquals(ORDERS, waiting("initech"));
    }
  }

  @Test
  void stranger_thatBelievesItselfGetsNothingInAndLearnsWhy() throws Exception {
    run(
        folder,
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-jar",
        GatewayProcess.jar().toString(),
        "key",
        "trust",
        "initech/trust.json",
        "--add",
        "Market=initech/authority.pub");
    try (EmbeddedBroker broker = new EmbeddedBroker(folder.resolve("broker")).start();
        GatewayProcess market = market(broker.url());
        GatewayProcess acme = company("acme", market.roomAddress()).awaitRoutes();
        GatewayProcess initech =
            company(
                    "initech",
                    market.roomAddress(),
                    "--set",
                    "camel.component.room.trust=initech/trust.json")
                .awaitRoutes()) {
      order("initech", 300);
      initech.await(Pattern.compile("nothing is exchanged with peer .* another policy"));
      market.await(Pattern.compile("nothing is exchanged with peer .* another policy"));
      // What the others order afterwards arrives, so Initech's could have arrived too.
      Set<Body> ofAcme = order("acme", 100);
      await(() -> broker.count("orders-acme") >= ORDERS);
      check(broker.drain("orders-acme"), "acme", ofAcme);
      assertEquals(0, broker.count("orders-of-others"));
      assertEquals(ORDERS, waiting("initech"));
    }
  }

  private static void await(Callable<Boolean> condition) {
    Awaitility.await().atMost(PATIENCE).until(condition);
  }
}
