package org.peerroom.gateway.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.peerroom.MessageTooLargeException;
import org.peerroom.gateway.ExitCode;
import org.peerroom.gateway.GatewayException;

class HttpEngineTest {

  private static final int LIMIT = 2 << 20;

  private final DefaultCamelContext context = new DefaultCamelContext();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private HttpEngine engine;

  @AfterEach
  void tearDown() {
    context.stop();
  }

  private void serve(int port, RouteBuilder routes) throws Exception {
    engine =
        new HttpEngine(
            context,
            new HttpSettings("127.0.0.1", port, LIMIT),
            failure -> failure instanceof ConnectException);
    PlatformHttpComponent component = new PlatformHttpComponent();
    component.setEngine(engine);
    context.addComponent("platform-http", component);
    context.addRoutes(routes);
    context.start();
  }

  private static RouteBuilder routes(Routes routes) {
    return new RouteBuilder() {
      @Override
      public void configure() {
        routes.define(this);
      }
    };
  }

  private interface Routes {
    void define(RouteBuilder builder);
  }

  private java.net.http.HttpRequest.Builder request(String path) {
    return java.net.http.HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:" + engine.getServerPort() + path));
  }

  private HttpResponse<byte[]> post(String path, byte[] body) throws Exception {
    return client.send(
        request(path).POST(BodyPublishers.ofByteArray(body)).build(), BodyHandlers.ofByteArray());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(request(path).build(), BodyHandlers.ofString());
  }

  @Test
  void request_carriesLargeBodiesConcurrently() throws Exception {
    serve(0, routes(b -> b.from("platform-http:/echo").removeHeaders("*")));
    List<CompletableFuture<HttpResponse<byte[]>>> replies = new ArrayList<>();
    List<byte[]> bodies = new ArrayList<>();
    Random random = new Random(7);
    for (int i = 0; i < 60; i++) {
      byte[] body = new byte[i % 3 == 0 ? 1 << 20 : 1 + random.nextInt(20_000)];
      random.nextBytes(body);
      bodies.add(body);
      replies.add(
          client.sendAsync(
              request("/echo").POST(BodyPublishers.ofByteArray(body)).build(),
              BodyHandlers.ofByteArray()));
    }
    for (int i = 0; i < bodies.size(); i++) {
      HttpResponse<byte[]> reply = replies.get(i).get(1, TimeUnit.MINUTES);
      assertEquals(200, reply.statusCode());
      assertArrayEquals(bodies.get(i), reply.body());
    }
  }

  @Test
  void request_becomesAnExchangeAsCamelMakesThem() throws Exception {
    serve(
        0,
        routes(
            b ->
                b.from("platform-http:/orders/{id}?httpMethodRestrict=PUT,POST")
                    .setHeader("Seen")
                    .simple(
                        "${header.CamelHttpMethod} ${header.id} ${header.colour} ${header.X-Trace}"
                            + " ${header.CamelHttpPath} ${header.CamelFileName} ${header.Host} ${body}")
                    .setHeader("CamelHttpResponseCode")
                    .constant(202)
                    .setBody()
                    .simple("${header.Seen}")
                    .removeHeaders("*", "CamelHttpResponseCode")));
    HttpResponse<String> reply =
        client.send(
            request("/orders/7?colour=gr%C3%BCn&CamelFileName=evil")
                .header("X-Trace", "abc")
                .header("camelfilename", "evil")
                .POST(BodyPublishers.ofString("größer"))
                .build(),
            BodyHandlers.ofString());
    assertEquals(202, reply.statusCode());
    assertEquals("POST 7 grün abc /orders/7   größer", reply.body());
  }

  @Test
  void request_thatNobodyServesIsRefused() throws Exception {
    serve(
        0,
        routes(
            b ->
                b.from("platform-http:/orders?httpMethodRestrict=POST&consumes=application/json")
                    .to("log:x")));
    assertEquals(404, get("/other").statusCode());
    HttpResponse<String> wrongMethod = get("/orders");
    assertEquals(405, wrongMethod.statusCode());
    assertEquals("POST", wrongMethod.headers().firstValue("Allow").orElse(""));
    HttpResponse<byte[]> wrongType =
        client.send(
            request("/orders")
                .header("Content-Type", "text/xml")
                .POST(BodyPublishers.ofString("<a/>"))
                .build(),
            BodyHandlers.ofByteArray());
    assertEquals(415, wrongType.statusCode());
    HttpResponse<byte[]> rightType =
        client.send(
            request("/orders")
                .header("Content-Type", "application/json; charset=utf-8")
                .POST(BodyPublishers.ofString("{}"))
                .build(),
            BodyHandlers.ofByteArray());
    assertEquals(200, rightType.statusCode());
  }

  @Test
  void request_overTheLimitIsRefusedWithOrWithoutLength() throws Exception {
    serve(0, routes(b -> b.from("platform-http:/orders").setBody().constant("ok")));
    byte[] over = new byte[LIMIT + 1];
    assertEquals(413, post("/orders", over).statusCode());
    HttpResponse<byte[]> chunked =
        client.send(
            request("/orders")
                .POST(BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(over)))
                .build(),
            BodyHandlers.ofByteArray());
    assertEquals(413, chunked.statusCode());
    assertEquals(200, post("/orders", new byte[LIMIT]).statusCode());
  }

  @Test
  void failure_tellsTheCallerWhetherToTryAgainAndNothingElse() throws Exception {
    serve(
        0,
        routes(
            b -> {
              b.from("platform-http:/down")
                  .process(
                      e -> {
                        throw new ConnectException("inside.example: refused");
                      });
              b.from("platform-http:/bug")
                  .process(
                      e -> {
                        throw new IllegalStateException("inside");
                      });
              b.from("platform-http:/large")
                  .process(
                      e -> {
                        throw new MessageTooLargeException("inside");
                      });
            }));
    HttpResponse<String> down = get("/down");
    assertEquals(503, down.statusCode());
    assertTrue(down.headers().firstValue("Retry-After").isPresent());
    HttpResponse<String> bug = get("/bug");
    assertEquals(500, bug.statusCode());
    assertEquals(413, get("/large").statusCode());
    assertFalse((down.body() + bug.body() + get("/large").body()).contains("inside"));
  }

  @Test
  void suspendedRoute_answersLaterAndFinishesWhatItHasTaken() throws Exception {
    CountDownLatch taken = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    serve(
        0,
        routes(
            b ->
                b.from("platform-http:/slow")
                    .routeId("slow")
                    .process(
                        e -> {
                          taken.countDown();
                          go.await();
                        })
                    .setBody()
                    .constant("done")));
    CompletableFuture<HttpResponse<String>> first =
        client.sendAsync(request("/slow").build(), BodyHandlers.ofString());
    assertTrue(taken.await(1, TimeUnit.MINUTES));
    ((org.apache.camel.SuspendableService) context.getRoute("slow").getConsumer()).suspend();
    assertEquals(503, get("/slow").statusCode());
    go.countDown();
    assertEquals("done", first.get(1, TimeUnit.MINUTES).body());
    ((org.apache.camel.SuspendableService) context.getRoute("slow").getConsumer()).resume();
    assertEquals("done", get("/slow").body());
  }

  @Test
  void stop_waitsForTheReplyOfWhatIsInFlight() throws Exception {
    CountDownLatch taken = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    serve(
        0,
        routes(
            b ->
                b.from("platform-http:/slow")
                    .process(
                        e -> {
                          taken.countDown();
                          go.await();
                        })
                    .setBody()
                    .constant("done")));
    CompletableFuture<HttpResponse<String>> reply =
        client.sendAsync(request("/slow").build(), BodyHandlers.ofString());
    assertTrue(taken.await(1, TimeUnit.MINUTES));
    CompletableFuture<Void> stopping = CompletableFuture.runAsync(context::stop);
    org.awaitility.Awaitility.await().until(context::isStopping);
    assertFalse(stopping.isDone());
    go.countDown();
    assertEquals("done", reply.get(1, TimeUnit.MINUTES).body());
    stopping.get(1, TimeUnit.MINUTES);
    assertThrows(ConnectException.class, () -> get("/slow"));
  }

  @Test
  void requestTimeout_answersLater() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    serve(
        0, routes(b -> b.from("platform-http:/slow?requestTimeout=100").process(e -> go.await())));
    assertEquals(503, get("/slow").statusCode());
    go.countDown();
  }

  @Test
  void start_failsInOneLineIfThePortIsInUse() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      Exception failure =
          assertThrows(
              Exception.class,
              () ->
                  serve(taken.getLocalPort(), routes(b -> b.from("platform-http:/x").to("log:x"))));
      Throwable cause = failure;
      while (!(cause instanceof GatewayException)) {
        cause = cause.getCause();
      }
      assertEquals(ExitCode.ADDRESS_UNAVAILABLE, ((GatewayException) cause).exitCode());
      assertTrue(cause.getMessage().contains("the port is in use"), cause.getMessage());
    }
  }

  @Test
  void settings_areCheckedWhenMade() {
    assertThrows(IllegalArgumentException.class, () -> new HttpSettings("", 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new HttpSettings("h", 65_536, 1));
    assertThrows(IllegalArgumentException.class, () -> new HttpSettings("h", 1, 0));
  }
}
