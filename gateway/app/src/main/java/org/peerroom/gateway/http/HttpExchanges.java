package org.peerroom.gateway.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.TypeConversionException;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.apache.camel.support.MessageHelper;

/** Makes exchanges of requests and replies of exchanges, as Camel's HTTP components do. */
final class HttpExchanges {

  /** What concerns one connection or the length of one body (RFC 9110, 7.6.1): not for a route. */
  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "accept-encoding",
          "connection",
          "content-length",
          "expect",
          "host",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private static final byte[] NOTHING = {};

  private HttpExchanges() {}

  static void fill(
      Exchange exchange, HttpRequest request, byte[] body, HeaderFilterStrategy filter) {
    Message message = exchange.getIn();
    addExternal(exchange, message, request.query(), filter);
    addExternal(exchange, message, request.headers(), filter);
    request
        .variables()
        .forEach(
            (name, value) -> addExternal(exchange, message, Map.of(name, List.of(value)), filter));
    message.setHeader(Exchange.HTTP_METHOD, request.method());
    message.setHeader(Exchange.HTTP_URI, request.path());
    message.setHeader(Exchange.HTTP_PATH, request.path());
    if (!request.rawQuery().isEmpty()) {
      message.setHeader(Exchange.HTTP_QUERY, request.rawQuery());
      message.setHeader(Exchange.HTTP_RAW_QUERY, request.rawQuery());
    }
    message.setBody(body.length == 0 ? null : body);
  }

  private static void addExternal(
      Exchange exchange,
      Message message,
      Map<String, List<String>> values,
      HeaderFilterStrategy filter) {
    values.forEach(
        (name, list) -> {
          if (HOP_BY_HOP.contains(name.toLowerCase(Locale.ROOT))) {
            return;
          }
          Object value = list.size() == 1 ? list.get(0) : List.copyOf(list);
          if (!filter.applyFilterToExternalHeaders(name, value, exchange)) {
            message.setHeader(name, value);
          }
        });
  }

  /**
   * The reply that a route has made.
   *
   * @throws TypeConversionException if the body can't be made bytes
   */
  static HttpReply reply(Exchange exchange, HeaderFilterStrategy filter) {
    Message message = exchange.getMessage();
    byte[] body = bytes(message);
    Integer chosen = message.getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
    int status = chosen == null ? (body.length == 0 ? 204 : 200) : chosen;
    Map<String, List<String>> headers = new LinkedHashMap<>();
    message
        .getHeaders()
        .forEach(
            (name, value) -> {
              if (value != null
                  && !HOP_BY_HOP.contains(name.toLowerCase(Locale.ROOT))
                  && !filter.applyFilterToCamelHeaders(name, value, exchange)) {
                headers.put(name, texts(value));
              }
            });
    String contentType = MessageHelper.getContentType(message);
    headers.keySet().removeIf(Exchange.CONTENT_TYPE::equalsIgnoreCase);
    if (contentType != null && body.length > 0) {
      headers.put(Exchange.CONTENT_TYPE, List.of(contentType));
    }
    return new HttpReply(status, headers, body);
  }

  private static byte[] bytes(Message message) {
    Object body = message.getBody();
    if (body == null) {
      return NOTHING;
    }
    MessageHelper.resetStreamCache(message);
    byte[] bytes = message.getBody(byte[].class);
    if (bytes == null) {
      throw new TypeConversionException(
          body,
          byte[].class,
          new IllegalArgumentException(
              "a " + body.getClass().getName() + " can't be sent as a reply"));
    }
    return bytes;
  }

  private static List<String> texts(Object value) {
    List<String> texts = new ArrayList<>();
    if (value instanceof Iterable<?> many) {
      many.forEach(one -> texts.add(printable(one)));
    } else {
      texts.add(printable(value));
    }
    return texts;
  }

  // A line break in a header would begin another one (RFC 9112, 11.1).
  private static String printable(Object value) {
    return String.valueOf(value).replaceAll("\\p{Cntrl}+", " ");
  }
}
