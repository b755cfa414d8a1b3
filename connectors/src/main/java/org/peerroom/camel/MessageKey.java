package org.peerroom.camel;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.jspecify.annotations.Nullable;
import org.peerroom.OutgoingMessage;

/**
 * How the messages of a producer are named, so that each is delivered once however often it is
 * published: as the option {@code key} says, else as the header of that name says.
 */
final class MessageKey {

  private final @Nullable String text;
  private final @Nullable Expression expression;

  /**
   * @param text in the Simple language; null to look at the header alone
   * @throws IllegalArgumentException with one line if it is no such expression
   */
  MessageKey(CamelContext context, @Nullable String text) {
    this.text = text;
    this.expression = text == null ? null : parse(context, text);
  }

  private static Expression parse(CamelContext context, String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException(
          "key= is empty: expected an expression such as ${header.orderId}, or no key at all");
    }
    try {
      Expression expression = context.resolveLanguage("simple").createExpression(text);
      expression.init(context);
      return expression;
    } catch (RuntimeException e) {
      String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new IllegalArgumentException("key=" + text + ": " + why, e);
    }
  }

  /**
   * The key of one message; null if it has none.
   *
   * @throws IllegalArgumentException if the option gives nothing for it: without a key it might be
   *     delivered twice, which whoever sets the option does not want
   */
  @Nullable String of(Exchange exchange) {
    if (expression == null) {
      String header = exchange.getIn().getHeader(RoomConstants.KEY, String.class);
      return header == null || header.isEmpty() ? null : header;
    }
    String key = expression.evaluate(exchange, String.class);
    if (key == null || key.isBlank()) {
      throw new IllegalArgumentException(
          "key=" + text + " gives nothing for this message, which was not published");
    }
    return key;
  }

  /**
   * The message with its key, if it has one.
   *
   * @throws IllegalArgumentException also if the key is too long
   */
  OutgoingMessage name(OutgoingMessage message, Exchange exchange) {
    String key = of(exchange);
    return key == null ? message : message.withKey(key);
  }
}
