package org.peerroom.gateway.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.peerroom.gateway.GatewayCall;

/**
 * Two gateways with data folders: A listens, has an identity and publishes; B dials A, knows who
 * vouches for it and has a subscription. They are killed at random moments of a run, and it is
 * waited until all has come through nevertheless.
 */
final class TwoGateways implements AutoCloseable {

  private static final Duration STUCK = Duration.ofMinutes(3);
  private static final Duration REPORT = Duration.ofSeconds(10);

  private final SoakPlan plan;
  private final Random random;
  private final KilledGateway a;
  private final KilledGateway b;
  private final long begun = System.nanoTime();
  private long last = -1;
  private long lastAt = System.nanoTime();
  private long reportedAt = System.nanoTime();

  TwoGateways(SoakPlan plan, Path folder, String routesA, String routesB, List<String> settings)
      throws IOException {
    this.plan = plan;
    this.random = new Random(plan.seed());
    makeKeys(folder);
    int port = freePort();
    List<String> common = new ArrayList<>(settings);
    common.add("camel.component.room.data=data");
    common.add("camel.component.room.trust=" + folder.resolve("trust.json"));
    common.add("camel.component.room.retention=2h");
    List<String> ofA = new ArrayList<>(common);
    ofA.add("camel.component.room.listen=127.0.0.1:" + port);
    ofA.add("camel.component.room.identity=" + folder.resolve("a.key"));
    List<String> ofB = new ArrayList<>(common);
    ofB.add("camel.component.room.bootstrap=127.0.0.1:" + port);
    a = new KilledGateway("A", folder.resolve("a"), routesA, ofA);
    b = new KilledGateway("B", folder.resolve("b"), routesB, ofB);
  }

  /** With a key that is not A's own after each start, what A publishes again would be another's. */
  private static void makeKeys(Path folder) {
    String authority = folder.resolve("acme.key").toString();
    String key = folder.resolve("a.key").toString();
    String request = folder.resolve("a.request").toString();
    String certificates = folder.resolve("a.certs").toString();
    String trust = folder.resolve("trust.json").toString();
    key("new", authority, "--name", "Acme", "--no-passphrase");
    key("new", key, "--name", "desk", "--no-passphrase");
    key("request", key, "-o", request);
    key("sign", "--key", authority, request, "-o", certificates);
    key("import", key, certificates);
    key("trust", trust, "--add", "Acme=" + authority);
  }

  private static void key(String... arguments) {
    List<String> all = new ArrayList<>(List.of("key"));
    all.addAll(List.of(arguments));
    GatewayCall.of(all.toArray(new String[0])).printed();
  }

  /**
   * A port that is free now and that the system gives to no outgoing connection while its gateway
   * is down.
   */
  static int freePort() {
    return new Random()
        .ints(20_000, 32_000)
        .limit(1_000)
        .filter(TwoGateways::isFree)
        .findFirst()
        .orElseThrow();
  }

  private static boolean isFree(int port) {
    try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return free.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  void start() throws IOException {
    a.start();
    a.awaitRoutes();
    b.start();
    b.awaitRoutes();
  }

  /** Puts in what is next. */
  interface Feed {
    /** Called again and again, with a number that grows: as many are to have been put in. */
    void upTo(int number) throws Exception;
  }

  /**
   * Kills as often as planned while messages arrive, and returns when all have.
   *
   * @param arrived how many have so far
   * @param feed asked for more as they do
   */
  void fire(LongSupplier arrived, Feed feed) throws IOException, InterruptedException {
    long[] moments =
        LongStream.generate(() -> random.nextInt(plan.messages() * 9 / 10))
            .limit(plan.kills())
            .sorted()
            .toArray();
    for (int i = 0; i < moments.length; i++) {
      awaitArrived(arrived, feed, moments[i]);
      KilledGateway victim = random.nextBoolean() ? a : b;
      if (random.nextInt(5) == 0) {
        // In the middle of its start, as the data folder is read.
        victim.awaitPeer();
      }
      victim.kill();
      victim.start();
    }
    awaitArrived(arrived, feed, plan.messages());
  }

  private void awaitArrived(LongSupplier arrived, Feed feed, long number) {
    Awaitility.await()
        .forever()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              long now = arrived.getAsLong();
              watch(now);
              feed.upTo((int) Math.min(plan.messages(), now + plan.ahead()));
              return now >= number;
            });
  }

  private void watch(long now) {
    a.assertAlive();
    b.assertAlive();
    if (now != last) {
      last = now;
      lastAt = System.nanoTime();
    }
    if (System.nanoTime() - lastAt > STUCK.toNanos()) {
      throw new AssertionError(
          "nothing has arrived for "
              + STUCK.toSeconds()
              + " s after "
              + now
              + " of "
              + plan.messages()
              + "\nA: "
              + a.tail()
              + "\nB: "
              + b.tail());
    }
    if (System.nanoTime() - reportedAt > REPORT.toNanos()) {
      reportedAt = System.nanoTime();
      System.out.printf("%s%n", progress(now));
    }
  }

  /** What has been done so far, in one line. */
  String progress(long arrived) {
    double seconds = (System.nanoTime() - begun) / 1e9;
    return String.format(
        "%,d of %,d arrived, %d + %d kills, %.0f s, %.0f/s, seed %d",
        arrived, plan.messages(), a.kills(), b.kills(), seconds, arrived / seconds, plan.seed());
  }

  /** Stops both, as asked and with nothing in flight. */
  void stop() throws IOException, InterruptedException {
    b.awaitRoutes();
    a.awaitRoutes();
    assertEquals(0, b.stop(), b::tail);
    assertEquals(0, a.stop(), a::tail);
  }

  KilledGateway b() {
    return b;
  }

  /** A file with routes, beside the tests. */
  static String routes(String name) {
    try (var stream = TwoGateways.class.getResourceAsStream(name)) {
      return new String(stream.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws InterruptedException {
    a.close();
    b.close();
  }
}
