package org.peerroom.camel;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.peerroom.identity.Identity;
import org.peerroom.identity.Revocation;

/** What an authority takes back reaches the rooms without anyone copying a file. */
@Timeout(180)
class RoomRevocationPollTest {

  private static final String CERTIFIED = "room:orders?echo=false&admission=certified";

  private final Authority authority = new Authority("Market");
  private final List<Revocation> served = new CopyOnWriteArrayList<>();
  private final AtomicInteger asked = new AtomicInteger();
  private volatile int status = 200;
  private HttpServer server;

  @TempDir Path folder;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/revocations", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String json =
        served.stream()
            .map(Revocation::text)
            .collect(Collectors.joining("\",\"", "{\"revocations\":[\"", "\"]}"))
            .replace("[\"\"]", "[]");
    byte[] answer = json.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
    asked.incrementAndGet();
  }

  private Side side(Side side, String who) throws Exception {
    side.component().setIdentity(authority.identity(folder, who, "Acme").toString());
    side.component().setTrust(Authority.trust(folder, authority).toString());
    return side.with(
        new RouteBuilder() {
          @Override
          public void configure() {
            from(CERTIFIED).to("mock:orders");
          }
        });
  }

  private Side asking(Side side) {
    side.component().setAuthority("http://127.0.0.1:" + server.getAddress().getPort());
    side.component().setAuthorityPoll(Duration.ofSeconds(1));
    return side;
  }

  private static long count(Logged log, Level level, String begin) {
    return log.lines(level).stream().filter(line -> line.startsWith(begin)).count();
  }

  private static void awaitLine(Logged log, Level level, String begin) {
    await().atMost(Side.PATIENCE).until(() -> count(log, level, begin) > 0);
  }

  private void awaitRounds(int more) {
    int before = asked.get();
    await().atMost(Side.PATIENCE).until(() -> asked.get() >= before + more);
  }

  @Test
  void revocation_thatTheAuthorityServesExpelsAndReachesTheOthers() throws Exception {
    try (Logged log = Logged.byComponent();
        Side a = asking(side(Side.listening(), "alice")).start();
        Side b = side(Side.dialling(a), "bob").start();
        Side c = side(Side.dialling(a), "carol").start()) {
      RoomEndpoint endpoint = a.context().getEndpoint(CERTIFIED, RoomEndpoint.class);
      JoinedRoom room = endpoint.acquire();
      await().atMost(Side.PATIENCE).until(() -> room.room().members().size() == 2);
      c.awaitMember(CERTIFIED);
      awaitRounds(1);
      Identity bob = Identity.load(folder.resolve("bob.key"), null);
      served.add(authority.revoke(bob.key()));
      awaitLine(log, Level.WARN, "room 'orders': expelled peer " + b.peer().id().shortHex());
      await().atMost(Side.PATIENCE).until(() -> room.room().members().size() == 1);
      // One for the side that asks, one for the member that it told; the revoked one says its own.
      await().atMost(Side.PATIENCE).until(() -> count(log, Level.WARN, "revoked until ") >= 2);
      long lines = count(log, Level.WARN, "revoked until ");
      assertTrue(lines <= 3, () -> String.join("\n", log.lines()));
      endpoint.release(room);
    }
  }

  @Test
  void authority_thatFailsIsLoggedOnceAndAskedAgain() throws Exception {
    status = 503;
    String failing = "what the authority of alice revokes from now on is not known here";
    String again = "the authority of alice says again what is revoked";
    try (Logged log = Logged.byComponent();
        Side a = asking(side(Side.alone(), "alice")).start()) {
      awaitRounds(3);
      assertEquals(1, count(log, Level.WARN, failing), () -> String.join("\n", log.lines()));
      status = 200;
      awaitLine(log, Level.INFO, again);
      Identity bob = Identity.load(authority.identity(folder, "bob", "Acme"), null);
      served.add(authority.revoke(bob.key()));
      awaitLine(log, Level.WARN, "revoked until ");
      awaitRounds(2);
      assertEquals(1, count(log, Level.WARN, "revoked until "));
      assertEquals(1, count(log, Level.INFO, again));
      assertEquals(1, count(log, Level.WARN, failing));
      assertTrue(a.peer().listenAddress().isEmpty());
    }
  }

  @Test
  void revocation_byWhomNobodyTrustsIsLoggedOnceAndNotHeeded() throws Exception {
    Identity bob = Identity.load(authority.identity(folder, "bob", "Acme"), null);
    served.add(new Authority("Elsewhere").revoke(bob.key()));
    String line = "the revocation " + served.get(0).id() + " by the authority of alice";
    try (Logged log = Logged.byComponent();
        Side a = asking(side(Side.alone(), "alice")).start()) {
      awaitLine(log, Level.ERROR, line);
      awaitRounds(2);
      assertEquals(1, count(log, Level.ERROR, line), () -> String.join("\n", log.lines()));
      assertEquals(0, count(log, Level.WARN, "revoked until "));
      assertEquals(0, a.mock("orders").getReceivedCounter());
    }
  }

  @Test
  void asking_endsWithTheComponent() throws Exception {
    try (Side a = asking(side(Side.alone(), "alice")).start()) {
      awaitRounds(2);
      a.context().stop();
      int after = asked.get();
      // Longer than the longest pause between two questions.
      await()
          .during(Duration.ofMillis(1500))
          .atMost(Duration.ofSeconds(5))
          .until(() -> asked.get() <= after + 1);
    }
  }
}
