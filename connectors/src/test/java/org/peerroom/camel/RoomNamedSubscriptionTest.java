package org.peerroom.camel;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A place that a room keeps: what failed comes again, what is done does not, by key too. */
@Timeout(180)
class RoomNamedSubscriptionTest {

  private static final String URI = "room:orders?subscription=stock&redeliverAfter=20";

  @TempDir Path folder;

  private Side sender;
  private Side receiver;
  private final Queue<String> done = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void start() {
    sender = Side.listening().start();
    receiver = Side.dialling(sender);
  }

  @AfterEach
  void stop() {
    receiver.close();
    sender.close();
  }

  /** What a route does with a message. */
  private interface Work {
    void on(Exchange exchange, String body);
  }

  private static RouteBuilder route(String id, String uri, Work work) {
    return new RouteBuilder() {
      @Override
      public void configure() {
        from(uri).routeId(id).process(e -> work.on(e, e.getMessage().getBody(String.class)));
      }
    };
  }

  private List<String> publish(int from, int to) {
    List<String> sent = IntStream.range(from, to).mapToObj(i -> "order " + i).toList();
    sent.forEach(text -> sender.template().sendBody("room:orders", text));
    return sent;
  }

  private void awaitDone(int number) {
    await().atMost(Side.PATIENCE).until(() -> done.size() >= number);
  }

  @Test
  void failedExchange_isDeliveredAgainBeforeWhatFollows() throws Exception {
    Queue<String> headers = new ConcurrentLinkedQueue<>();
    receiver
        .with(
            route(
                "stock",
                URI,
                (exchange, body) -> {
                  int attempt = exchange.getMessage().getHeader(RoomConstants.ATTEMPT, int.class);
                  if (body.equals("order 1")) {
                    headers.add(
                        attempt + " " + exchange.getMessage().getHeader(RoomConstants.REDELIVERED));
                    if (attempt < 4) {
                      throw new IllegalStateException("not yet");
                    }
                  }
                  done.add(body);
                }))
        .start();
    List<String> sent = publish(0, 5);
    awaitDone(5);
    assertEquals(sent, List.copyOf(done));
    assertEquals(List.of("1 false", "2 true", "3 true", "4 true"), List.copyOf(headers));
  }

  @Test
  void exchangeThatIsRolledBack_isDeliveredAgain() throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    receiver
        .with(
            route(
                "stock",
                URI,
                (exchange, body) -> {
                  if (attempts.incrementAndGet() == 1) {
                    exchange.setRollbackOnly(true);
                  } else {
                    done.add(body);
                  }
                }))
        .start();
    publish(0, 2);
    awaitDone(2);
    assertEquals(List.of("order 0", "order 1"), List.copyOf(done));
    assertEquals(3, attempts.get());
  }

  @Test
  void routesOfOneName_shareTheWork() throws Exception {
    receiver
        .with(route("one", URI, (exchange, body) -> done.add(body)))
        .with(route("two", URI + "&maxInFlight=2", (exchange, body) -> done.add(body)))
        .start();
    List<String> sent = publish(0, 200);
    awaitDone(200);
    assertEquals(Set.copyOf(sent), Set.copyOf(done));
    assertEquals(200, done.size());
  }

  @Test
  void suspendedRoute_leavesTheWorkToTheOther() throws Exception {
    receiver
        .with(route("one", URI, (exchange, body) -> done.add("one " + body)))
        .with(route("two", URI, (exchange, body) -> done.add("two " + body)))
        .start();
    publish(0, 20);
    awaitDone(20);
    receiver.context().getRouteController().suspendRoute("one");
    publish(20, 40);
    awaitDone(40);
    assertTrue(done.stream().skip(20).allMatch(line -> line.startsWith("two ")), done::toString);
    receiver.context().getRouteController().suspendRoute("two");
    receiver.context().getRouteController().resumeRoute("one");
    publish(40, 60);
    awaitDone(60);
    assertTrue(done.stream().skip(40).allMatch(line -> line.startsWith("one ")), done::toString);
    assertEquals(60, done.size());
  }

  @Test
  void sameKey_isDeliveredOnce() throws Exception {
    receiver
        .with(
            route(
                "stock",
                URI,
                (exchange, body) ->
                    done.add(
                        exchange.getMessage().getHeader(RoomConstants.KEY, String.class)
                            + " "
                            + body)))
        .start();
    for (int i = 0; i < 10; i++) {
      sender
          .template()
          .sendBodyAndHeader(
              "room:orders?key=order-${header.number}", "order " + i / 2, "number", i / 2);
    }
    sender.template().sendBodyAndHeader("room:orders", "by header", RoomConstants.KEY, "order-9");
    sender.template().sendBodyAndHeader("room:orders", "by header", RoomConstants.KEY, "order-9");
    sender.template().sendBody("room:orders", "last");
    awaitDone(7);
    assertEquals(
        List.of(
            "order-0 order 0",
            "order-1 order 1",
            "order-2 order 2",
            "order-3 order 3",
            "order-4 order 4",
            "order-9 by header",
            "null last"),
        List.copyOf(done));
  }

  @Test
  void restartOnTheSameFolder_goesOnWhereItWas() throws Exception {
    receiver.component().setData(folder.resolve("data").toString());
    receiver
        .with(
            route(
                "stock",
                URI,
                (exchange, body) -> {
                  if (body.equals("order 30")) {
                    throw new IllegalStateException("not in this run");
                  }
                  done.add(body);
                }))
        .start();
    List<String> sent = new ArrayList<>(publish(0, 60));
    awaitDone(30);
    receiver.close();
    sent.addAll(publish(60, 80));

    receiver = Side.dialling(sender);
    receiver.component().setData(folder.resolve("data").toString());
    receiver.with(route("stock", URI, (exchange, body) -> done.add(body))).start();
    awaitDone(80);
    assertEquals(sent, List.copyOf(done));
    assertEquals(80, new HashSet<>(done).size());
  }

  @Test
  void withoutFolder_saysThatItIsNotKept() throws Exception {
    try (Logged log = Logged.byAll()) {
      receiver.with(route("stock", URI, (exchange, body) -> done.add(body))).start();
      assertEquals(
          1,
          log.lines().stream()
              .filter(
                  line ->
                      line.contains("subscription 'stock' of room 'orders' is kept in memory only"))
              .count());
    }
  }
}
