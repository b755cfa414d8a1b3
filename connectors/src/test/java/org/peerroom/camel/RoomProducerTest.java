package org.peerroom.camel;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.peerroom.MessageTooLargeException;
import org.peerroom.PublishTimeoutException;

/**
 * What a producer refuses, how it waits, and that it goes on afterwards. One peer, which reads its
 * own room.
 */
@Timeout(180)
class RoomProducerTest {

  private Side side;

  @BeforeEach
  void start() {
    side = Side.alone();
    side.component().setPublishTimeout(Duration.ofMillis(500));
  }

  @AfterEach
  void stop() {
    side.close();
  }

  private Exchange send(String uri, Object body) {
    return side.template().send(uri, exchange -> exchange.getIn().setBody(body));
  }

  private MockEndpoint reading(String uri) throws Exception {
    side.with(
            new RouteBuilder() {
              @Override
              public void configure() {
                from(uri).to("mock:read");
              }
            })
        .start();
    MockEndpoint mock = side.mock("read");
    mock.setResultWaitTime(Side.PATIENCE.toMillis());
    return mock;
  }

  @Test
  void tooLarge_isAnErrorOfThatMessageAlone() throws Exception {
    MockEndpoint mock = reading("room:orders?maxMessageSize=1000");
    mock.expectedBodiesReceived("before", "x".repeat(1_000), "after");
    send("room:orders", "before");
    for (Object body : List.of("x".repeat(1_001), new byte[1_001])) {
      Exception e = send("room:orders", body).getException();
      assertInstanceOf(MessageTooLargeException.class, e);
      assertTrue(
          e.getMessage()
              .contains("a message for room 'orders' has 1001 bytes, the room takes at most 1000"),
          e.getMessage());
    }
    assertNull(send("room:orders", "x".repeat(1_000)).getException());
    assertNull(send("room:orders", "after").getException());
    mock.assertIsSatisfied();
  }

  @Test
  void streamThatFails_isAnErrorOfThatMessageAlone() throws Exception {
    MockEndpoint mock = reading("room:orders?maxMessageSize=100000");
    mock.expectedMinimumMessageCount(1);
    InputStream failing =
        new ByteArrayInputStream(new byte[300_000]) {
          @Override
          public synchronized int read(byte[] buffer, int offset, int length) {
            int some = super.read(buffer, offset, length);
            if (some < 0) {
              throw new UncheckedIOException(new IOException("the disk is gone"));
            }
            return some;
          }
        };

    Exception e = send("room:orders?maxMessageSize=100000", failing).getException();

    assertInstanceOf(UncheckedIOException.class, e);
    assertTrue(e.getMessage().contains("the disk is gone"), e.getMessage());
    send("room:orders?maxMessageSize=100000", "after");
    mock.assertIsSatisfied();
  }

  @Test
  void hugeFile_isRefusedWithoutBeingRead(@TempDir Path folder) throws Exception {
    Path huge = folder.resolve("huge");
    try (RandomAccessFile file = new RandomAccessFile(huge.toFile(), "rw")) {
      file.setLength(10L << 30);
    }
    side.start();
    for (Object body : List.of(huge, huge.toFile())) {
      Exception e = send("room:orders", body).getException();
      assertInstanceOf(MessageTooLargeException.class, e);
      assertTrue(e.getMessage().contains("10737418240 bytes"), e.getMessage());
    }
  }

  @Test
  void hugeFileOfAFolder_staysThereAndTheOthersGo(@TempDir Path folder) throws Exception {
    MockEndpoint mock = reading("room:orders");
    mock.expectedBodiesReceivedInAnyOrder("one", "two");
    try (RandomAccessFile file = new RandomAccessFile(folder.resolve("m.huge").toFile(), "rw")) {
      file.setLength(10L << 30);
    }
    Files.writeString(folder.resolve("a.order"), "one");
    Files.writeString(folder.resolve("z.order"), "two");
    side.with(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("file:" + folder + "?sortBy=file:name&moveFailed=.refused").to("room:orders");
          }
        });
    mock.assertIsSatisfied();
    await().atMost(Side.PATIENCE).until(() -> Files.exists(folder.resolve(".refused/m.huge")));
    await().atMost(Side.PATIENCE).until(() -> Files.exists(folder.resolve(".camel/z.order")));
  }

  @Test
  void bodyThatCantBeBytes_isAnError() {
    side.start();
    Exception e = send("room:orders", new Object()).getException();
    assertInstanceOf(InvalidPayloadException.class, e);
  }

  @Test
  void tooManyHeaders_areAnError() {
    side.start();
    Map<String, Object> headers = new HashMap<>();
    for (int i = 0; i < 300; i++) {
      headers.put("header" + i, i);
    }
    Exchange sent =
        side.template()
            .send(
                "room:orders",
                exchange -> {
                  exchange.getIn().setBody("x");
                  exchange.getIn().setHeaders(headers);
                });
    assertInstanceOf(IllegalArgumentException.class, sent.getException());
    assertTrue(sent.getException().getMessage().contains("256 headers"));
  }

  @Test
  void replicatedWhereNobodyIs_endsWithAClearErrorInTime() {
    side.start();
    Exception e = send("room:orders?acks=replicated:1", "x").getException();
    assertInstanceOf(PublishTimeoutException.class, e);
    assertTrue(e.getMessage().contains("room 'orders'"), e.getMessage());
    assertNull(send("room:orders", "next").getException());
  }

  @Test
  void waitingForAReceipt_holdsNoThread() throws Exception {
    side.component().setPublishTimeout(Duration.ofSeconds(3));
    side.start();
    RoomEndpoint endpoint =
        side.context().getEndpoint("room:orders?acks=replicated:1", RoomEndpoint.class);
    AsyncProducer producer = endpoint.createAsyncProducer();
    producer.start();
    int messages = 100;
    CountDownLatch done = new CountDownLatch(messages);
    Set<Thread> continued = ConcurrentHashMap.newKeySet();
    for (int i = 0; i < messages; i++) {
      Exchange exchange = endpoint.createExchange();
      exchange.getIn().setBody("x");
      boolean sync =
          producer.process(
              exchange,
              doneSync -> {
                assertFalse(doneSync);
                assertNotNull(exchange.getException());
                continued.add(Thread.currentThread());
                done.countDown();
              });
      assertFalse(sync);
    }
    assertEquals(messages, done.getCount());
    assertTrue(done.await(Side.PATIENCE.toSeconds(), TimeUnit.SECONDS));
    assertTrue(
        continued.stream().allMatch(t -> t.getName().contains("RoomProducer[orders]")),
        continued.toString());
    producer.stop();
  }

  @Test
  void slowRestOfTheRoute_doesNotHoldUpThePeer() throws Exception {
    CountDownLatch letGo = new CountDownLatch(1);
    CountDownLatch blocked = new CountDownLatch(1);
    side.with(
            new RouteBuilder() {
              @Override
              public void configure() {
                from("direct:slow")
                    .to("room:slow")
                    .process(
                        e -> {
                          blocked.countDown();
                          letGo.await();
                        });
              }
            })
        .start();
    var slow = side.template().asyncSendBody("direct:slow", "x");
    assertTrue(blocked.await(Side.PATIENCE.toSeconds(), TimeUnit.SECONDS));
    assertNull(send("room:quick", "x").getException());
    assertFalse(slow.isDone());
    letGo.countDown();
    slow.get(Side.PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void sendingAgainFromTheRestOfTheRoute_doesNotLockUp() throws Exception {
    MockEndpoint mock = reading("room:audit");
    mock.expectedMessageCount(500);
    side.component().setPublishTimeout(Duration.ofSeconds(30));
    side.with(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:in")
                .to("room:orders")
                .process(e -> e.getContext().createProducerTemplate().sendBody("room:audit", "x"));
          }
        });
    for (int i = 0; i < 500; i++) {
      side.template().asyncSendBody("direct:in", "x");
    }
    mock.assertIsSatisfied();
  }

  @Test
  void folderThatIsReadFasterThanTheRoomTakes_isHeldUpWithoutErrors(@TempDir Path folder)
      throws Exception {
    side.component().setPublishTimeout(Duration.ofSeconds(60));
    byte[] order = new byte[1 << 20];
    for (int i = 0; i < 150; i++) {
      Files.write(folder.resolve("order" + i), order);
    }
    AtomicInteger received = new AtomicInteger();
    Set<String> failures = ConcurrentHashMap.newKeySet();
    side.with(
            new RouteBuilder() {
              @Override
              public void configure() {
                // The room does not run further ahead of this reader than 32 MiB.
                from("room:orders").delay(10).process(e -> received.incrementAndGet());
                from("file:" + folder + "?delete=true")
                    .onException(Exception.class)
                    .process(e -> failures.add(e.getProperty(Exchange.EXCEPTION_CAUGHT).toString()))
                    .end()
                    .to("room:orders");
              }
            })
        .start();
    await().atMost(Side.PATIENCE).until(() -> received.get() == 150);
    await().atMost(Side.PATIENCE).until(() -> isEmpty(folder));
    assertEquals(Set.of(), failures);
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(Files::isRegularFile).findAny().isEmpty();
    }
  }
}
