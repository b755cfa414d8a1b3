package org.peerroom.camel;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.apache.camel.util.IOHelper;
import org.jspecify.annotations.Nullable;
import org.peerroom.Delivery;
import org.peerroom.Member;
import org.peerroom.Message;

/**
 * Makes an exchange of a message that came from a room. Everything in the message may be what an
 * attacker likes.
 */
final class IncomingBinding {

  private final HeaderFilterStrategy filter;

  IncomingBinding(HeaderFilterStrategy filter) {
    this.filter = filter;
  }

  /**
   * Sets the body as bytes, or as a stream where it came as one; the author's headers as far as
   * they pass, and the component's own.
   */
  void fill(Exchange exchange, Delivery delivery) {
    Message message = delivery.message();
    org.apache.camel.Message in = exchange.getIn();
    setBody(exchange, message);
    for (Map.Entry<String, String> header : message.headers().entrySet()) {
      if (passes(header.getKey(), header.getValue(), exchange)) {
        in.setHeader(header.getKey(), header.getValue());
      }
    }
    setAuthor(in, message.author());
    in.setHeader(RoomConstants.NAME, message.room());
    in.setHeader(RoomConstants.MESSAGE_ID, message.id().toString());
    message.key().ifPresent(key -> in.setHeader(RoomConstants.KEY, key));
    in.setHeader(RoomConstants.REDELIVERED, delivery.attempt() > 1);
    in.setHeader(RoomConstants.ATTEMPT, delivery.attempt());
    long sentAt = message.sentAt().toEpochMilli();
    in.setHeader(RoomConstants.SENT_AT, sentAt);
    in.setHeader(RoomConstants.MESSAGE_TIMESTAMP, sentAt);
    String charset = charsetOf(in.getHeader(Exchange.CONTENT_TYPE, String.class));
    if (charset != null) {
      exchange.setProperty(ExchangePropertyKey.CHARSET_NAME, charset);
    }
  }

  private static void setBody(Exchange exchange, Message message) {
    if (message.isStreamed()) {
      PayloadStream payload = new PayloadStream(message);
      exchange.getIn().setBody(payload);
      exchange.getExchangeExtension().addOnCompletion(new ClosedWithExchange(payload));
    } else {
      exchange.getIn().setBody(message.bytes());
    }
  }

  private static void setAuthor(org.apache.camel.Message in, Member author) {
    in.setHeader(RoomConstants.AUTHOR, author.peer().hex());
    author
        .identity()
        .ifPresent(
            identity -> {
              in.setHeader(RoomConstants.IDENTITY, identity.name());
              in.setHeader(RoomConstants.AUTHORITY, identity.authority());
              in.setHeader(RoomConstants.ATTRIBUTES, identity.attributes());
            });
  }

  private boolean passes(String name, String value, Exchange exchange) {
    return !RoomHeaderFilterStrategy.isReserved(name)
        && name.chars().noneMatch(Character::isISOControl)
        && !filter.applyFilterToExternalHeaders(name, value, exchange);
  }

  /** The charset that a content type names, if this JVM knows it. */
  private static @Nullable String charsetOf(@Nullable String contentType) {
    if (contentType == null || !contentType.contains("charset")) {
      return null;
    }
    String name = IOHelper.getCharsetNameFromContentType(contentType);
    try {
      return Charset.isSupported(name) ? name : null;
    } catch (IllegalCharsetNameException e) {
      return null;
    }
  }
}
