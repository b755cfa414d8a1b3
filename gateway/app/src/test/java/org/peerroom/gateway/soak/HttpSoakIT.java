package org.peerroom.gateway.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.peerroom.gateway.Body;

/** From callers to a web service through a room, while either gateway is killed at any moment. */
@Tag("soak")
class HttpSoakIT {

  private static final int CALLERS = 8;

  @TempDir Path folder;

  private final AtomicLong postedAgain = new AtomicLong();

  /** Calls until it is answered that the order was taken. */
  private void post(HttpClient client, URI to, int number) {
    HttpRequest request =
        HttpRequest.newBuilder(to)
            .header("Idempotency-Key", "order-" + number)
            .timeout(Duration.ofSeconds(30))
            .POST(BodyPublishers.ofByteArray(Body.order(number, 300).bytes()))
            .build();
    AtomicInteger calls = new AtomicInteger();
    Awaitility.await()
        .forever()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(50))
        .pollInSameThread()
        .until(
            () -> {
              calls.incrementAndGet();
              try {
                return client.send(request, BodyHandlers.discarding()).statusCode() == 202;
              } catch (IOException e) {
                return false;
              }
            });
    postedAgain.addAndGet(calls.get() - 1L);
  }

  @Test
  void callersToWebService_losesNothingAndHasNoEffectTwice() throws Exception {
    SoakPlan plan = SoakPlan.of(20_000);
    int port = TwoGateways.freePort();
    URI orders = URI.create("http://127.0.0.1:" + port + "/orders");
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
    try (IdempotentSink sink = new IdempotentSink();
        TwoGateways gateways =
            new TwoGateways(
                plan,
                folder,
                TwoGateways.routes("http-a.yaml"),
                TwoGateways.routes("http-b.yaml"),
                List.of("camel.server.port=" + port, "sink=" + sink.url()))) {
      gateways.start();
      List<Future<?>> calls = new ArrayList<>();
      gateways.fire(
          () -> sink.effects().size(),
          upTo -> {
            while (calls.size() < upTo) {
              int number = calls.size();
              calls.add(callers.submit(() -> post(client, orders, number)));
            }
          });
      for (Future<?> call : calls) {
        call.get();
      }
      gateways.stop();
      for (int i = 0; i < plan.messages(); i++) {
        assertEquals(Body.order(i, 300), sink.effects().get("order-" + i), "order " + i);
      }
      assertEquals(plan.messages(), sink.effects().size());
      assertEquals(0, sink.altered(), "the same key with another body");
      System.out.printf(
          "HTTP: %s; %d posted again by callers, %d by the gateway%n",
          gateways.progress(plan.messages()), postedAgain.get(), sink.repeats());
    } finally {
      callers.shutdownNow();
    }
  }
}
