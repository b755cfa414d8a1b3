package org.peerroom.gateway.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.peerroom.PeerAddress;

/** One run of the demo: two gateways, a broker, a recorder between the gateways, and the orders. */
final class DemoRun {

  private static final long NO_PROGRESS_NANOS = 60_000_000_000L;
  private static final long POLL_MILLIS = 50;
  private static final long LATECOMERS_MILLIS = 1_000;

  private final Workplace workplace;
  private final PrintStream out;
  private final List<Order> orders;
  private final Map<String, Long> droppedAt = new HashMap<>();
  private final Verdict verdict = new Verdict();
  private final String secret;

  DemoRun(Workplace workplace, PrintStream out, int count, long seed) throws IOException {
    this.workplace = workplace;
    this.out = out;
    this.orders = new OrderWriter(workplace.folder("orders"), seed).write(count);
    byte[] random = new byte[24];
    new SecureRandom().nextBytes(random);
    this.secret = HexFormat.of().formatHex(random);
  }

  Verdict run(boolean terminal) throws Exception {
    Path recordedTo = workplace.root().resolve("recorded-to-a");
    Path recordedFrom = workplace.root().resolve("recorded-from-a");
    long size = orders.stream().mapToLong(Order::bytes).sum();
    out.printf(
        Locale.ROOT,
        "%,d orders, %,.1f MB, from a folder through a room to a queue%n",
        orders.size(),
        size / 1e6);
    long recorded;
    try (Broker broker = Broker.start(workplace.folder("broker"), RoutesOfDemo.QUEUE);
        QueueReader queue = QueueReader.start(broker.url(), RoutesOfDemo.QUEUE);
        GatewayOfDemo a = startA()) {
      InetSocketAddress target = socketAddress(a.address());
      try (Recorder recorder = Recorder.start(target, recordedTo, recordedFrom);
          GatewayOfDemo b = startB(recorder.address(), broker.url())) {
        a.awaitRoutes();
        b.awaitRoutes();
        out.println(
            "  gateway A listens at " + a.address() + " as peer " + a.peer().substring(0, 8));
        out.println(
            "  gateway B dials it through a recorder and writes to the queue of an embedded broker");
        long began = System.nanoTime();
        dropOrders();
        List<Arrival> arrivals =
            awaitOrders(queue, new Progress(out, terminal, orders.size()), a, b);
        tellSpeed(arrivals, began, size);
        int codeB = b.stop();
        int codeA = a.stop();
        arrivals = queue.arrivals();
        verdict.compare(orders, arrivals, a.peer());
        verdict.add(
            "both gateways stopped cleanly",
            codeA == 0 && codeB == 0,
            "exit codes " + codeA + " and " + codeB);
        recorded = recorder.bytes();
      }
    }
    checkRecording(List.of(recordedTo, recordedFrom), recorded, size);
    return verdict;
  }

  private GatewayOfDemo startA() throws IOException {
    Path folder = workplace.folder("a");
    Files.createDirectories(folder.resolve("in"));
    Path settings =
        RoutesOfDemo.writeSettings(
            folder, Map.of("room.secret", secret, "camel.component.room.listen", "127.0.0.1:0"));
    return GatewayOfDemo.start(workplace, "A", folder, RoutesOfDemo.writeSideA(folder), settings);
  }

  private GatewayOfDemo startB(String bootstrap, String broker) throws IOException {
    Path folder = workplace.folder("b");
    Path settings =
        RoutesOfDemo.writeSettings(
            folder,
            Map.of(
                "room.secret",
                secret,
                "camel.component.room.bootstrap",
                bootstrap,
                "jms.url",
                broker));
    return GatewayOfDemo.start(workplace, "B", folder, RoutesOfDemo.writeSideB(folder), settings);
  }

  private static InetSocketAddress socketAddress(String hostAndPort) {
    PeerAddress address = PeerAddress.parse(hostAndPort);
    return new InetSocketAddress(address.host(), address.port());
  }

  /** Moves the orders into the watched folder, each in one step, as a careful sender does. */
  private void dropOrders() throws IOException {
    Path in = workplace.folder("a/in");
    for (Order order : orders) {
      droppedAt.put(order.name(), System.nanoTime());
      Files.move(order.file(), in.resolve(order.name()), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private List<Arrival> awaitOrders(
      QueueReader queue, Progress progress, GatewayOfDemo a, GatewayOfDemo b) throws Exception {
    int before = 0;
    long lastProgress = System.nanoTime();
    List<Arrival> arrivals = queue.arrivals();
    while (arrivals.size() < orders.size()
        && a.isAlive()
        && b.isAlive()
        && System.nanoTime() - lastProgress < NO_PROGRESS_NANOS) {
      Thread.sleep(POLL_MILLIS);
      arrivals = queue.arrivals();
      if (arrivals.size() > before) {
        before = arrivals.size();
        lastProgress = System.nanoTime();
      }
      progress.show(arrivals.size());
    }
    progress.done(arrivals.size());
    if (arrivals.size() < orders.size()) {
      a.lastLines().forEach(line -> out.println("  A: " + line));
      b.lastLines().forEach(line -> out.println("  B: " + line));
    }
    // What comes twice may come late.
    Thread.sleep(LATECOMERS_MILLIS);
    return arrivals;
  }

  private void tellSpeed(List<Arrival> arrivals, long began, long size) {
    if (arrivals.isEmpty()) {
      return;
    }
    double seconds = (arrivals.get(arrivals.size() - 1).atNanos() - began) / 1e9;
    long[] latencies =
        arrivals.stream()
            .filter(arrival -> droppedAt.containsKey(arrival.name()))
            .mapToLong(arrival -> arrival.atNanos() - droppedAt.getOrDefault(arrival.name(), 0L))
            .sorted()
            .toArray();
    out.printf(
        Locale.ROOT,
        "  %.1f s: %,.0f orders and %.1f MB a second; in the queue %.2f s after it was dropped (median), %.2f s (99 %%)%n",
        seconds,
        arrivals.size() / seconds,
        size / 1e6 / seconds,
        latencies[latencies.length / 2] / 1e9,
        latencies[(int) (latencies.length * 0.99)] / 1e9);
  }

  private void checkRecording(List<Path> recordings, long recorded, long size) throws IOException {
    PlaintextSearch search = new PlaintextSearch();
    for (Order order : orders) {
      order.probes().forEach(search::add);
      search.add(order.name());
    }
    List.of(RoutesOfDemo.ROOM, RoutesOfDemo.NAME_HEADER, secret).forEach(search::add);
    List<String> found = new ArrayList<>();
    for (Path recording : recordings) {
      found.addAll(search.find(recording));
    }
    verdict.add(
        "the recording holds no plaintext",
        found.isEmpty(),
        String.format(
            Locale.ROOT,
            "%,d pieces of orders, names and the secret looked for in %.1f MB: %d found",
            search.count(),
            recorded / 1e6,
            found.size()));
    verdict.add(
        "everything went through the recorder",
        recorded >= size,
        String.format(
            Locale.ROOT, "%.1f MB recorded for %.1f MB of orders", recorded / 1e6, size / 1e6));
    verdict.add(
        "the search finds what is there",
        searchWorks(search),
        "tried on a recording made in clear");
  }

  /**
   * A recording in which the very same pieces are in clear, so that a search that finds nothing is
   * no comfort.
   */
  private boolean searchWorks(PlaintextSearch search) throws IOException {
    Path clear = workplace.root().resolve("recorded-in-clear");
    Order order = orders.get(orders.size() - 1);
    byte[] noise = new byte[4096];
    new Random(7).nextBytes(noise);
    try (var file = Files.newOutputStream(clear)) {
      file.write(noise);
      for (byte[] probe : order.probes()) {
        file.write(probe);
        file.write(noise);
      }
      file.write(secret.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    Set<String> found = search.find(clear);
    return found.contains(secret)
        && order.probes().stream()
            .allMatch(p -> found.contains(new String(p, java.nio.charset.StandardCharsets.UTF_8)));
  }
}
