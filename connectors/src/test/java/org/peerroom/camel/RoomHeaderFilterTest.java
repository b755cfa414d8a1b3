package org.peerroom.camel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.peerroom.OutgoingMessage;
import org.peerroom.Peer;
import org.peerroom.Room;
import reactor.test.StepVerifier;

/**
 * A peer that is no Camel context can send and see every header: what passes is decided by the
 * component alone.
 */
class RoomHeaderFilterTest {

  private Side side;
  private Peer other;
  private Room room;

  @BeforeEach
  void start() {
    side = Side.listening();
  }

  private void meet() {
    side.start();
    other = Peer.builder().bootstrap(side.address().hostAndPort()).start().block(Side.PATIENCE);
    room = other.join("orders").block(Side.PATIENCE);
  }

  @AfterEach
  void stop() {
    other.close().block(Side.PATIENCE);
    side.close();
  }

  @Test
  void hostileHeaders_doNotGetIn() throws Exception {
    side.with(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("room:orders").to("mock:orders");
          }
        });
    meet();
    MockEndpoint mock = side.mock("orders");
    mock.setResultWaitTime(Side.PATIENCE.toMillis());
    mock.expectedMessageCount(1);
    Map<String, String> hostile = new HashMap<>();
    hostile.put("CamelFileName", "../../etc/passwd");
    hostile.put("CAMELHTTPURI", "http://192.0.2.1/");
    hostile.put("camelhttpquery", "a=b");
    hostile.put("cAmElExecCommandExecutable", "sh");
    hostile.put("org.apache.camel.anything", "x");
    hostile.put("CamelRoomAuthor", "0".repeat(64));
    hostile.put("CamelRoomName", "another");
    hostile.put("CamelRoomIdentity", "alice");
    hostile.put("CAMELROOMAUTHORITY", "Acme");
    hostile.put("camelRoomAttributes", "{org=Acme}");
    hostile.put("CamelRoomAttributes[org]", "Acme");
    hostile.put("JMSReplyTo", "their.queue");
    hostile.put("two\r\nlines", "x");
    hostile.put("harmless", "stays");
    room.publish(OutgoingMessage.of("x").withHeaders(hostile)).block(Side.PATIENCE);
    mock.assertIsSatisfied();
    Message message = mock.getExchanges().get(0).getMessage();
    Map<String, Object> expected = new HashMap<>(message.getHeaders());
    expected
        .keySet()
        .retainAll(
            java.util.Set.of(
                "harmless",
                RoomConstants.AUTHOR,
                RoomConstants.NAME,
                RoomConstants.MESSAGE_ID,
                RoomConstants.SENT_AT,
                RoomConstants.ATTEMPT,
                RoomConstants.REDELIVERED,
                Exchange.MESSAGE_TIMESTAMP));
    assertEquals(expected, message.getHeaders());
    assertEquals(8, expected.size());
    assertEquals("stays", message.getHeader("harmless"));
    assertEquals(other.id().hex(), message.getHeader(RoomConstants.AUTHOR));
    assertEquals("orders", message.getHeader(RoomConstants.NAME));
  }

  @Test
  void camelsHeadersAndCredentials_doNotGetOut() {
    meet();
    Map<String, Object> headers = new HashMap<>();
    headers.put("CamelFileName", "order.json");
    headers.put("camelAnything", "x");
    headers.put("CAMELANYTHINGELSE", "x");
    headers.put("Authorization", "Bearer hunter2");
    headers.put("Cookie", "session=hunter2");
    headers.put("orderId", 17);
    StepVerifier.create(room.messages().take(1))
        .then(() -> side.template().sendBodyAndHeaders("room:orders", "x", headers))
        .assertNext(message -> assertEquals(Map.of("orderId", "17"), message.headers()))
        .expectComplete()
        .verify(Side.PATIENCE);
  }

  @Test
  void ownStrategy_decidesAboutEverythingButCamels() throws Exception {
    HeaderFilterStrategy all =
        new HeaderFilterStrategy() {
          @Override
          public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
            return name.equals("internal");
          }

          @Override
          public boolean applyFilterToExternalHeaders(
              String name, Object value, Exchange exchange) {
            return false;
          }
        };
    side.context().getRegistry().bind("all", HeaderFilterStrategy.class, all);
    meet();
    StepVerifier.create(room.messages().take(1))
        .then(
            () ->
                side.template()
                    .sendBodyAndHeaders(
                        "room:orders?headerFilterStrategy=#all",
                        "x",
                        Map.of("internal", "1", "Authorization", "2", "CamelFileName", "3")))
        .assertNext(message -> assertEquals(Map.of("Authorization", "2"), message.headers()))
        .expectComplete()
        .verify(Side.PATIENCE);
  }
}
