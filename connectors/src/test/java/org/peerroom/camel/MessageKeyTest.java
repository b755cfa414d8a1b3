package org.peerroom.camel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.peerroom.OutgoingMessage;

/** How a message gets its key; no peer is started. */
class MessageKeyTest {

  private final DefaultCamelContext context = new DefaultCamelContext();
  private final Exchange exchange = new DefaultExchange(context);

  @AfterEach
  void close() {
    context.stop();
  }

  private @Nullable String key(@Nullable String option) {
    return new MessageKey(context, option).of(exchange);
  }

  private String failure(@Nullable String option) {
    return assertThrows(IllegalArgumentException.class, () -> key(option)).getMessage();
  }

  @Test
  void option_isEvaluatedForEachMessage() {
    MessageKey key = new MessageKey(context, "order-${header.number}");
    exchange.getIn().setHeader("number", 7);
    assertEquals("order-7", key.of(exchange));
    exchange.getIn().setHeader("number", 8);
    assertEquals("order-8", key.of(exchange));
  }

  @Test
  void option_winsOverTheHeader() {
    exchange.getIn().setHeader(RoomConstants.KEY, "from the room before");
    exchange.getIn().setHeader("number", 7);
    assertEquals("7", key("${header.number}"));
    assertEquals("from the room before", key(null));
  }

  @Test
  void messageWithoutAnything_hasNoKey() {
    assertNull(key(null));
    exchange.getIn().setHeader(RoomConstants.KEY, "");
    assertNull(key(null));
    OutgoingMessage message = OutgoingMessage.of("x");
    assertNull(new MessageKey(context, null).name(message, exchange).key());
  }

  @Test
  void option_thatGivesNothingRefusesTheMessage() {
    assertEquals(
        "key=${header.number} gives nothing for this message, which was not published",
        failure("${header.number}"));
  }

  @Test
  void key_thatIsTooLongIsRefused() {
    exchange.getIn().setHeader("number", "x".repeat(257));
    MessageKey key = new MessageKey(context, "${header.number}");
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> key.name(OutgoingMessage.of("x"), exchange));
    assertTrue(e.getMessage().contains("1 to 256 characters, not 257"), e.getMessage());
  }

  @Test
  void option_thatIsNoExpressionFailsWithOneLine() {
    String message = failure("${header.number");
    assertTrue(message.startsWith("key=${header.number: "), message);
    assertEquals(1, message.lines().count());
  }
}
