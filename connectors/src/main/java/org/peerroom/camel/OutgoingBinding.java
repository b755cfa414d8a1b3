package org.peerroom.camel;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.temporal.TemporalAccessor;
import java.util.Calendar;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.StreamCache;
import org.apache.camel.WrappedFile;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.apache.camel.support.ExchangeHelper;
import org.jspecify.annotations.Nullable;
import org.peerroom.MessageTooLargeException;
import org.peerroom.OutgoingMessage;

/**
 * Makes a message for a room of an exchange. What is too large is found out before it is read, if
 * its size is known.
 */
final class OutgoingBinding {

  private final HeaderFilterStrategy filter;
  private final String room;

  OutgoingBinding(HeaderFilterStrategy filter, String room) {
    this.filter = filter;
    this.room = room;
  }

  /**
   * Reads body and headers.
   *
   * @throws MessageTooLargeException if the body has more than {@code max} bytes; at most one more
   *     is read into memory
   * @throws InvalidPayloadException if the body can't be made bytes
   * @throws IllegalArgumentException if there are too many headers, or they are too large
   */
  OutgoingMessage read(Exchange exchange, int max) throws InvalidPayloadException, IOException {
    org.apache.camel.Message in = exchange.getIn();
    Map<String, String> headers = headers(exchange);
    byte[] bytes;
    if (in.getBody() instanceof String text) {
      Charset charset = ExchangeHelper.getCharset(exchange, false);
      bytes = text.getBytes(charset == null ? StandardCharsets.UTF_8 : charset);
      if (charset != null && !charset.equals(StandardCharsets.UTF_8)) {
        // Without this the reader would take it for UTF-8.
        headers.putIfAbsent(Exchange.CONTENT_TYPE, "text/plain; charset=" + charset.name());
      }
    } else {
      bytes = bytes(in, max);
    }
    if (bytes.length > max) {
      throw tooLarge(bytes.length + " bytes", max);
    }
    return OutgoingMessage.of(bytes).withHeaders(headers);
  }

  private byte[] bytes(org.apache.camel.Message in, int max)
      throws InvalidPayloadException, IOException {
    Object body = in.getBody();
    if (body == null) {
      return new byte[0];
    }
    if (body instanceof byte[] ready) {
      return ready;
    }
    long known = knownLength(body);
    if (known > max) {
      throw tooLarge(known + " bytes", max);
    }
    if (body instanceof InputStream
        || body instanceof StreamCache
        || body instanceof WrappedFile<?>
        || body instanceof File
        || body instanceof Path) {
      try (InputStream stream = in.getMandatoryBody(InputStream.class)) {
        byte[] bytes = stream.readNBytes(max + 1);
        if (bytes.length > max) {
          throw tooLarge("more than " + max + " bytes", max);
        }
        return bytes;
      }
    }
    return in.getMandatoryBody(byte[].class);
  }

  /** The length in bytes, or 0 if it is not known without reading. */
  private static long knownLength(Object body) throws IOException {
    if (body instanceof WrappedFile<?> wrapped) {
      return wrapped.getFileLength();
    }
    if (body instanceof File file) {
      return file.length();
    }
    if (body instanceof Path path) {
      return Files.size(path);
    }
    return body instanceof StreamCache cache ? cache.length() : 0;
  }

  private MessageTooLargeException tooLarge(String size, int max) {
    return new MessageTooLargeException(
        "a message for room '"
            + room
            + "' has "
            + size
            + ", the room takes at most "
            + max
            + "; send less, or raise maxMessageSize on all sides");
  }

  private Map<String, String> headers(Exchange exchange) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (Map.Entry<String, Object> header : exchange.getIn().getHeaders().entrySet()) {
      String name = header.getKey();
      Object value = header.getValue();
      String text = RoomHeaderFilterStrategy.isReserved(name) ? null : text(value);
      if (text != null
          && !name.isBlank()
          && !filter.applyFilterToCamelHeaders(name, value, exchange)) {
        headers.put(name, text);
      }
    }
    return headers;
  }

  /**
   * The value as text if it is a simple one: what is an object here would be nothing over there.
   */
  private static @Nullable String text(@Nullable Object value) {
    if (value instanceof Date date) {
      return date.toInstant().toString();
    }
    if (value instanceof Calendar calendar) {
      return calendar.toInstant().toString();
    }
    return value instanceof CharSequence
            || value instanceof Number
            || value instanceof Boolean
            || value instanceof Character
            || value instanceof Enum<?>
            || value instanceof TemporalAccessor
        ? value.toString()
        : null;
  }
}
