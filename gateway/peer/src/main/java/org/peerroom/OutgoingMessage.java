package org.peerroom;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is given to {@link Room#publish(OutgoingMessage)}: a payload and headers, both sealed for
 * the members.
 *
 * <p>Immutable. The payload's array is not copied: do not change it before the receipt is there.
 */
public final class OutgoingMessage {

  /** The largest number of headers. */
  public static final int MAX_HEADERS = 256;

  /** The largest size of all header names and values together, in bytes of UTF-8. */
  public static final int MAX_HEADER_BYTES = 64 * 1024;

  private final byte[] payload;
  private final Map<String, String> headers;

  private OutgoingMessage(byte[] payload, Map<String, String> headers) {
    this.payload = payload;
    this.headers = headers;
  }

  /** A message of this text, as UTF-8. */
  public static OutgoingMessage of(String text) {
    return new OutgoingMessage(text.getBytes(StandardCharsets.UTF_8), Map.of());
  }

  /** A message of these bytes; the array is not copied. */
  public static OutgoingMessage of(byte[] payload) {
    return new OutgoingMessage(payload, Map.of());
  }

  /** The same message with one more header, or with another value of it. */
  public OutgoingMessage withHeader(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return withHeaders(more);
  }

  /**
   * The same message with exactly these headers.
   *
   * @throws IllegalArgumentException if there are more than {@link #MAX_HEADERS}, more than {@link
   *     #MAX_HEADER_BYTES}, or a name is blank
   */
  public OutgoingMessage withHeaders(Map<String, String> all) {
    if (all.size() > MAX_HEADERS) {
      throw new IllegalArgumentException(
          "a message has at most " + MAX_HEADERS + " headers, not " + all.size());
    }
    long bytes = 0;
    for (Map.Entry<String, String> header : all.entrySet()) {
      if (header.getKey().isBlank()) {
        throw new IllegalArgumentException("a header has no name");
      }
      bytes += header.getKey().getBytes(StandardCharsets.UTF_8).length;
      bytes += header.getValue().getBytes(StandardCharsets.UTF_8).length;
    }
    if (bytes > MAX_HEADER_BYTES) {
      throw new IllegalArgumentException(
          "the headers of a message have at most "
              + MAX_HEADER_BYTES
              + " bytes together, not "
              + bytes);
    }
    return new OutgoingMessage(payload, Map.copyOf(all));
  }

  /** The payload itself, not a copy. */
  public byte[] payload() {
    return payload;
  }

  /** Unmodifiable. */
  public Map<String, String> headers() {
    return headers;
  }

  /** The size only; never the content. */
  @Override
  public String toString() {
    return "OutgoingMessage[" + payload.length + " bytes, " + headers.size() + " headers]";
  }
}
