package org.peerroom.camel;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.ServiceStatus;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.engine.PooledExchangeFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Suspending, stopping, starting again: no message is lost, none is routed twice, nothing hangs.
 */
@Timeout(180)
class RoomStopTest {

  private Side sender;
  private Side receiver;
  private final Queue<String> begun = new ConcurrentLinkedQueue<>();
  private final Queue<String> completed = new ConcurrentLinkedQueue<>();

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

  /**
   * Counts what begins and what completes; each takes a moment, so that stopping meets some in
   * flight.
   */
  private RouteBuilder counting(String uri) {
    return counting(uri, 2);
  }

  private RouteBuilder counting(String uri, long millis) {
    return new RouteBuilder() {
      @Override
      public void configure() {
        from(uri)
            .routeId("counting")
            .process(e -> begun.add(e.getMessage().getBody(String.class)))
            .delay(millis)
            .process(e -> completed.add(e.getMessage().getBody(String.class)));
      }
    };
  }

  private List<String> publish(int from, int to) {
    List<String> sent = IntStream.range(from, to).mapToObj(i -> "order " + i).toList();
    for (String text : sent) {
      sender.template().sendBody("room:orders", text);
    }
    return sent;
  }

  private void awaitCompleted(int number) {
    await().atMost(Side.PATIENCE).until(() -> completed.size() >= number);
  }

  @Test
  void suspend_takesNothingAndResumeGoesOnWithoutLossOrRepetition() throws Exception {
    receiver.with(counting("room:orders?maxInFlight=4")).start();
    Set<String> sent = new HashSet<>(publish(0, 200));
    awaitCompleted(20);
    receiver.context().getRouteController().suspendRoute("counting");
    assertEquals(
        ServiceStatus.Suspended,
        receiver.context().getRouteController().getRouteStatus("counting"));
    int atSuspend = completed.size();
    assertEquals(begun.size(), atSuspend);
    sent.addAll(publish(200, 300));
    assertEquals(atSuspend, begun.size());

    receiver.context().getRouteController().resumeRoute("counting");
    awaitCompleted(300);
    assertEquals(300, completed.size());
    assertEquals(sent, Set.copyOf(completed));
  }

  @Test
  void routeStoppedUnderLoad_goesOnWhereItStopped() throws Exception {
    receiver.with(counting("room:orders")).start();
    List<String> sent = new ArrayList<>(publish(0, 500));
    for (int round = 1; round <= 3; round++) {
      awaitCompleted(50 * round);
      receiver.context().getRouteController().stopRoute("counting");
      assertEquals(begun.size(), completed.size());
      receiver.context().getRouteController().startRoute("counting");
    }
    sent.addAll(publish(500, 600));
    awaitCompleted(600);
    assertEquals(sent, List.copyOf(completed));
  }

  @Test
  void contextStoppedUnderLoad_completesWhatBeganAndLeavesTheRestToOthers() throws Exception {
    receiver.with(counting("room:orders?maxInFlight=8", 20)).start();
    Set<String> sent = new HashSet<>(publish(0, 4_000));
    awaitCompleted(100);
    long before = System.nanoTime();
    receiver.close();
    assertTrue(Duration.ofNanos(System.nanoTime() - before).toSeconds() < 30);
    assertEquals(Set.copyOf(begun), Set.copyOf(completed));
    assertEquals(begun.size(), completed.size());
    assertTrue(completed.size() < 4_000);

    try (Side next =
        Side.dialling(sender)
            .with(
                new RouteBuilder() {
                  @Override
                  public void configure() {
                    from("room:orders").to("mock:next");
                  }
                })
            .start()) {
      MockEndpoint mock = next.mock("next");
      mock.setResultWaitTime(Side.PATIENCE.toMillis());
      mock.expectedMessageCount(4_000);
      mock.assertIsSatisfied();
      Set<String> all = new HashSet<>();
      mock.getExchanges().forEach(e -> all.add(e.getMessage().getBody(String.class)));
      assertEquals(sent, all);
    }
  }

  @Test
  void idleContext_stopsAtOnce() throws Exception {
    receiver.with(counting("room:orders")).start();
    sender.template().sendBody("room:orders", "x");
    awaitCompleted(1);
    long before = System.nanoTime();
    receiver.close();
    assertTrue(Duration.ofNanos(System.nanoTime() - before).toSeconds() < 15);
  }

  @Test
  void stop_waitsForAnExchangeThatGoesOnElsewhere() throws Exception {
    CountDownLatch inSeda = new CountDownLatch(1);
    CountDownLatch letGo = new CountDownLatch(1);
    receiver
        .with(
            new RouteBuilder() {
              @Override
              public void configure() {
                from("room:orders").routeId("first").to("seda:rest");
                from("seda:rest")
                    .routeId("second")
                    .process(
                        e -> {
                          begun.add(e.getMessage().getBody(String.class));
                          inSeda.countDown();
                          letGo.await();
                          completed.add(e.getMessage().getBody(String.class));
                        });
              }
            })
        .start();
    publish(0, 3);
    assertTrue(inSeda.await(Side.PATIENCE.toSeconds(), TimeUnit.SECONDS));
    RoomConsumer consumer = (RoomConsumer) receiver.context().getRoute("first").getConsumer();
    // The first message is done where its completion was handed over to, so the second has not been
    // taken.
    assertEquals(1, consumer.getPendingExchangesSize());
    Thread stopping = new Thread(receiver::close);
    stopping.start();
    await()
        .atMost(Side.PATIENCE)
        .until(() -> receiver.context().isStopping() && consumer.isSuspended());
    letGo.countDown();
    stopping.join(Side.PATIENCE.toMillis());
    assertEquals(List.of("order 0"), List.copyOf(begun));
    assertEquals(List.of("order 0"), List.copyOf(completed));
  }

  @Test
  void failedExchange_isToldOnceAndTheNextFollows() throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    receiver
        .with(
            new RouteBuilder() {
              @Override
              public void configure() {
                errorHandler(defaultErrorHandler().maximumRedeliveries(2).redeliveryDelay(0));
                from("room:orders")
                    .routeId("failing")
                    .choice()
                    .when(body().isEqualTo("order 1"))
                    .process(
                        e -> {
                          attempts.incrementAndGet();
                          throw new IllegalStateException("no");
                        })
                    .otherwise()
                    .process(e -> completed.add(e.getMessage().getBody(String.class)));
              }
            })
        .start();
    try (Logged log = Logged.byAll()) {
      publish(0, 3);
      awaitCompleted(2);
      assertEquals(List.of("order 0", "order 2"), List.copyOf(completed));
      assertEquals(3, attempts.get());
      assertEquals(
          1,
          log.lines().stream()
              .filter(l -> l.contains("a message of room 'orders' failed in its route"))
              .count());
    }
  }

  @Test
  void pooledExchanges_carryNothingFromOneMessageToTheNext() throws Exception {
    receiver.context().getCamelContextExtension().setExchangeFactory(new PooledExchangeFactory());
    receiver
        .with(
            new RouteBuilder() {
              @Override
              public void configure() {
                from("room:orders?maxInFlight=3")
                    .process(
                        e -> {
                          Object odd = e.getMessage().getHeader("odd");
                          completed.add(e.getMessage().getBody(String.class) + " " + odd);
                        });
              }
            })
        .start();
    Set<String> expected = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      if (i % 2 == 0) {
        sender.template().sendBody("room:orders", "order " + i);
        expected.add("order " + i + " null");
      } else {
        sender.template().sendBodyAndHeader("room:orders", "order " + i, "odd", i);
        expected.add("order " + i + " " + i);
      }
    }
    awaitCompleted(200);
    assertEquals(expected, Set.copyOf(completed));
    assertEquals(200, completed.size());
  }

  @Test
  void asynchronousRoute_neverHasMoreInFlightThanItMay() throws Exception {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    receiver
        .with(
            new RouteBuilder() {
              @Override
              public void configure() {
                from("room:orders?maxInFlight=5")
                    .process(e -> most.accumulateAndGet(now.incrementAndGet(), Math::max))
                    .delay(5)
                    .asyncDelayed()
                    .process(
                        e -> {
                          now.decrementAndGet();
                          completed.add(e.getMessage().getBody(String.class));
                        });
              }
            })
        .start();
    Set<String> sent = Set.copyOf(publish(0, 300));
    awaitCompleted(300);
    assertEquals(sent, Set.copyOf(completed));
    assertEquals(5, most.get());
  }
}
