package org.peerroom.camel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.peerroom.Acks;
import org.peerroom.Receipt;

/**
 * What is sent on one side arrives on the other: bodies, headers, order. Each test has a room of
 * its own.
 */
class RoomTransferTest {

  private static Side sender;
  private static Side receiver;

  private String room;

  @BeforeAll
  static void start() {
    sender = Side.listening().start();
    receiver = Side.dialling(sender).start();
  }

  @AfterAll
  static void stop() {
    receiver.close();
    sender.close();
  }

  @BeforeEach
  void name(TestInfo test) {
    room = test.getTestMethod().orElseThrow().getName();
  }

  /** A route from this test's room to a mock endpoint. */
  private MockEndpoint receive(String options) throws Exception {
    receiver.with(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("room:" + room + options).routeId(room).to("mock:" + room);
          }
        });
    MockEndpoint mock = receiver.mock(room);
    mock.setResultWaitTime(Side.PATIENCE.toMillis());
    return mock;
  }

  private Message send(Object body, Map<String, Object> headers) throws Exception {
    MockEndpoint mock = receive("");
    mock.expectedMessageCount(1);
    sender.template().sendBodyAndHeaders("room:" + room, body, headers);
    mock.assertIsSatisfied();
    return mock.getExchanges().get(0).getMessage();
  }

  @Test
  void text_arrives() throws Exception {
    Message message = send("one espresso", Map.of());
    assertInstanceOf(byte[].class, message.getBody());
    assertEquals("one espresso", message.getBody(String.class));
  }

  @Test
  void text_outsideAsciiArrives() throws Exception {
    String text = "zwei Cafés für Łukasz, 三杯, 🥐\u0000";
    assertEquals(text, send(text, Map.of()).getBody(String.class));
  }

  @Test
  void text_inTheExchangesCharsetArrivesWithItsName() throws Exception {
    MockEndpoint mock = receive("");
    mock.expectedMessageCount(1);
    sender
        .template()
        .send(
            "room:" + room,
            exchange -> {
              exchange.setProperty(Exchange.CHARSET_NAME, "ISO-8859-1");
              exchange.getIn().setBody("Cafés");
            });
    mock.assertIsSatisfied();
    Message message = mock.getExchanges().get(0).getMessage();
    assertArrayEquals("Cafés".getBytes(StandardCharsets.ISO_8859_1), message.getBody(byte[].class));
    assertEquals("text/plain; charset=ISO-8859-1", message.getHeader(Exchange.CONTENT_TYPE));
    assertEquals("Cafés", message.getBody(String.class));
  }

  @Test
  void contentType_isTheSenders() throws Exception {
    Message message =
        send("{}", Map.of(Exchange.CONTENT_TYPE, "application/json;charset=nonsense-1"));
    assertEquals("application/json;charset=nonsense-1", message.getHeader("content-type"));
    assertNull(message.getExchange().getProperty(Exchange.CHARSET_NAME));
    assertEquals("{}", message.getBody(String.class));
  }

  @Test
  void bytes_arrive() throws Exception {
    byte[] bytes = new byte[100_000];
    new Random(1).nextBytes(bytes);
    assertArrayEquals(bytes, send(bytes, Map.of()).getBody(byte[].class));
  }

  @Test
  void bytes_ofFiveMebibytesArrive() throws Exception {
    byte[] bytes = new byte[5 << 20];
    new Random(2).nextBytes(bytes);
    assertArrayEquals(bytes, send(bytes, Map.of()).getBody(byte[].class));
  }

  @Test
  void emptyBody_arrivesEmpty() throws Exception {
    assertEquals(0, send(null, Map.of()).getBody(byte[].class).length);
  }

  @Test
  void stream_arrives() throws Exception {
    byte[] bytes = "streamed".getBytes(StandardCharsets.UTF_8);
    assertEquals("streamed", send(new ByteArrayInputStream(bytes), Map.of()).getBody(String.class));
  }

  @Test
  void file_arrivesWithoutItsName(@TempDir Path folder) throws Exception {
    MockEndpoint mock = receive("");
    mock.expectedMessageCount(1);
    Files.writeString(folder.resolve("order.json"), "{\"n\":1}");
    sender.with(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("file:" + folder)
                .setHeader("orderFile", header("CamelFileName"))
                .to("room:" + room);
          }
        });
    mock.assertIsSatisfied();
    Message message = mock.getExchanges().get(0).getMessage();
    assertEquals("{\"n\":1}", message.getBody(String.class));
    assertEquals("order.json", message.getHeader("orderFile"));
    assertNull(message.getHeader(Exchange.FILE_NAME));
  }

  @Test
  void messageOfTheLibrary_isABodyToo() throws Exception {
    org.peerroom.Message original =
        new org.peerroom.Message(
            "elsewhere",
            new org.peerroom.MessageId(sender.peer().id(), 1, 2),
            null,
            Instant.EPOCH,
            null,
            Map.of(),
            "forwarded".getBytes(StandardCharsets.UTF_8));
    assertEquals("forwarded", send(original, Map.of()).getBody(String.class));
  }

  @Test
  void headers_ofSimpleTypesArriveAsText() throws Exception {
    Map<String, Object> headers = new HashMap<>();
    headers.put("text", "tränen");
    headers.put("number", 42L);
    headers.put("flag", true);
    headers.put("date", Date.from(Instant.parse("2026-03-04T05:06:07Z")));
    headers.put("object", new Object());
    headers.put("list", List.of(1));
    headers.put("nothing", null);
    Message message = send("x", headers);
    assertEquals("tränen", message.getHeader("text"));
    assertEquals(42, message.getHeader("NUMBER", Integer.class));
    assertEquals(true, message.getHeader("flag", Boolean.class));
    assertEquals("2026-03-04T05:06:07Z", message.getHeader("date"));
    assertNull(message.getHeader("object"));
    assertNull(message.getHeader("list"));
    assertNull(message.getHeader("nothing"));
  }

  @Test
  void headers_sayWhoWroteWhatWhereAndWhen() throws Exception {
    long before = System.currentTimeMillis();
    Message message = send("x", Map.of());
    String author = sender.peer().id().hex();
    assertEquals(author, message.getHeader(RoomConstants.AUTHOR));
    assertEquals(room, message.getHeader(RoomConstants.NAME));
    assertTrue(
        message
            .getHeader(RoomConstants.MESSAGE_ID, String.class)
            .matches(author + "/[0-9]+/[0-9]+"));
    long sentAt = message.getHeader(RoomConstants.SENT_AT, Long.class);
    assertTrue(sentAt >= before - 1 && sentAt <= System.currentTimeMillis());
    assertEquals(sentAt, message.getMessageTimestamp());
  }

  @Test
  void producer_setsTheReceiptOnTheExchange() throws Exception {
    receive("");
    Exchange sent =
        sender.template().send("room:" + room + "?acks=replicated:1", e -> e.getIn().setBody("x"));
    assertNull(sent.getException());
    Receipt receipt = sent.getMessage().getHeader(RoomConstants.RECEIPT, Receipt.class);
    assertNotNull(receipt);
    assertEquals(Acks.replicated(1), receipt.acks());
    assertEquals(Set.of(receiver.peer().id()), receipt.replicas());
    assertEquals(receipt.id().toString(), sent.getMessage().getHeader(RoomConstants.MESSAGE_ID));
    assertEquals("x", sent.getMessage().getBody());
  }

  @Test
  void order_isKeptWithOneInFlight() throws Exception {
    MockEndpoint mock = receive("?maxInFlight=1");
    mock.expectedMessageCount(1_000);
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      sent.add("order " + i);
      sender.template().sendBody("room:" + room, "order " + i);
    }
    mock.assertIsSatisfied();
    assertEquals(
        sent, mock.getExchanges().stream().map(e -> e.getMessage().getBody(String.class)).toList());
  }

  @Test
  void everything_arrivesOnceWithSixteenInFlight() throws Exception {
    MockEndpoint mock = receive("?maxInFlight=16");
    mock.expectedMessageCount(1_000);
    Set<String> sent = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      sent.add("order " + i);
      sender.template().asyncSendBody("room:" + room, "order " + i);
    }
    mock.assertIsSatisfied();
    List<String> received =
        mock.getExchanges().stream().map(e -> e.getMessage().getBody(String.class)).toList();
    assertEquals(1_000, received.size());
    assertEquals(sent, Set.copyOf(received));
  }

  @Test
  void twoRoutes_eachGetEverything() throws Exception {
    receiver.with(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("room:" + room).routeId("first").to("mock:first");
            from("room:" + room).routeId("second").to("mock:second");
          }
        });
    receiver.mock("first").expectedBodiesReceived("a", "b");
    receiver.mock("second").expectedBodiesReceived("a", "b");
    sender.template().sendBody("room:" + room, "a");
    sender.template().sendBody("room:" + room, "b");
    MockEndpoint.assertIsSatisfied(
        Side.PATIENCE.toSeconds(),
        java.util.concurrent.TimeUnit.SECONDS,
        receiver.mock("first"),
        receiver.mock("second"));
  }

  @Test
  void echo_isDeliveredUnlessSwitchedOff() throws Exception {
    ConcurrentLinkedQueue<String> quiet = new ConcurrentLinkedQueue<>();
    receiver.with(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("room:" + room + "?echo=false")
                .routeId("quiet")
                .process(e -> quiet.add(e.getMessage().getBody(String.class)));
          }
        });
    MockEndpoint loud = receive("");
    loud.expectedBodiesReceivedInAnyOrder("mine", "theirs");
    receiver.template().sendBody("room:" + room, "mine");
    sender.template().sendBody("room:" + room, "theirs");
    loud.assertIsSatisfied();
    org.awaitility.Awaitility.await().atMost(Side.PATIENCE).until(() -> quiet.contains("theirs"));
    assertEquals(List.of("theirs"), List.copyOf(quiet));
  }

  @Test
  void latecomer_getsWhatIsRetainedUnlessItStartsLive() throws Exception {
    sender.template().sendBody("room:" + room, "before");
    MockEndpoint oldest = receive("");
    oldest.expectedBodiesReceived("before", "after");
    receiver.awaitMember("room:" + room);
    org.awaitility.Awaitility.await()
        .atMost(Side.PATIENCE)
        .until(() -> oldest.getReceivedCounter() == 1);
    receiver.with(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("room:" + room + "?start=live").routeId("live").to("mock:live");
          }
        });
    receiver.mock("live").setResultWaitTime(Side.PATIENCE.toMillis());
    receiver.mock("live").expectedBodiesReceived("after");
    sender.template().sendBody("room:" + room, "after");
    oldest.assertIsSatisfied();
    receiver.mock("live").assertIsSatisfied();
  }

  @Test
  void dynamicTarget_isARoomOfTheMessagesChoosing() throws Exception {
    MockEndpoint mock = receive("");
    mock.expectedBodiesReceived("a", "b");
    sender.with(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:" + room).toD("room:${header.target}?acks=replicated:1");
            from("direct:uncached" + room).toD("room:${header.target}?echo=false", -1);
          }
        });
    sender.template().sendBodyAndHeader("direct:" + room, "a", "target", room);
    sender.template().sendBodyAndHeader("direct:uncached" + room, "b", "target", room);
    mock.assertIsSatisfied();
    assertEquals(room, mock.getExchanges().get(0).getMessage().getHeader("target"));
  }

  @Test
  void name_outsideAsciiWithSpacesMeets() throws Exception {
    room = "bestellungen für/café 1";
    assertEquals("x", send("x", Map.of()).getBody(String.class));
  }
}
