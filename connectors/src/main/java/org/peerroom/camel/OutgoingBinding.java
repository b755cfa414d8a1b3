package org.peerroom.camel;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
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
 * Makes a message for a room of an exchange. A stream or file larger than the room's largest
 * message is published as a stream; what is too large for that too is found out before it is read,
 * if its size is known.
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
   * @param max the room's largest message, in bytes; of a stream at most one more is read into
   *     memory at once
   * @throws MessageTooLargeException if the body is in memory already and has more bytes, or is
   *     known to be too large even for a stream
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
    } else if (isStream(in.getBody())) {
      return stream(in, max).withHeaders(headers);
    } else {
      bytes = bytes(in);
    }
    if (bytes.length > max) {
      throw tooLarge(bytes.length + " bytes", max);
    }
    return OutgoingMessage.of(bytes).withHeaders(headers);
  }

  private static byte[] bytes(org.apache.camel.Message in) throws InvalidPayloadException {
    Object body = in.getBody();
    if (body == null) {
      return new byte[0];
    }
    return body instanceof byte[] ready ? ready : in.getMandatoryBody(byte[].class);
  }

  private static boolean isStream(@Nullable Object body) {
    return body instanceof InputStream
        || body instanceof StreamCache
        || body instanceof WrappedFile<?>
        || body instanceof File
        || body instanceof Path;
  }

  private OutgoingMessage stream(org.apache.camel.Message in, int max)
      throws InvalidPayloadException, IOException {
    long known = knownLength(in.getBody());
    if (known > OutgoingMessage.MAX_STREAM) {
      throw tooLarge(known + " bytes", OutgoingMessage.MAX_STREAM);
    }
    if (known > max) {
      return OutgoingMessage.of(StreamedBody.of(() -> in.getMandatoryBody(InputStream.class)));
    }
    InputStream stream = in.getMandatoryBody(InputStream.class);
    boolean goesOn = false;
    try {
      byte[] bytes = stream.readNBytes(max + 1);
      goesOn = bytes.length > max;
      if (!goesOn) {
        return OutgoingMessage.of(bytes);
      }
      InputStream whole = new SequenceInputStream(new ByteArrayInputStream(bytes), stream);
      return OutgoingMessage.of(StreamedBody.of(() -> whole));
    } finally {
      if (!goesOn) {
        stream.close();
      }
    }
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

  private MessageTooLargeException tooLarge(String size, long max) {
    return new MessageTooLargeException(
        "a message for room '"
            + room
            + "' has "
            + size
            + ", the room takes at most "
            + max
            + "; send less, send it as a stream or file, or raise maxMessageSize on all sides");
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
