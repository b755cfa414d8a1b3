package org.peerroom;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

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

  /** The largest size of a streamed payload, in bytes: 1 GiB. */
  public static final long MAX_STREAM = 1L << 30;

  /** The longest key, in characters. */
  public static final int MAX_KEY = 256;

  private final byte[] payload;
  private final @Nullable Publisher<ByteBuffer> stream;
  private final @Nullable String key;
  private final Map<String, String> headers;

  private OutgoingMessage(
      byte[] payload,
      @Nullable Publisher<ByteBuffer> stream,
      @Nullable String key,
      Map<String, String> headers) {
    this.payload = payload;
    this.stream = stream;
    this.key = key;
    this.headers = headers;
  }

  /** A message of this text, as UTF-8. */
  public static OutgoingMessage of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A message of these bytes; the array is not copied. */
  public static OutgoingMessage of(byte[] payload) {
    return new OutgoingMessage(payload, null, null, Map.of());
  }

  /**
   * A message whose payload comes bit by bit, up to {@link #MAX_STREAM}; for what does not fit into
   * memory or into the room's largest message. See {@link Room#publish(OutgoingMessage, Acks)}.
   *
   * @param payload subscribed to once for each publish, on a worker thread that it may block; asked
   *     for one buffer at a time as the room takes what came before. A buffer is read until the
   *     next is asked for, and may be used again then
   */
  public static OutgoingMessage of(Publisher<ByteBuffer> payload) {
    return new OutgoingMessage(new byte[0], payload, null, Map.of());
  }

  /**
   * The same message with a key: of the messages with one key by the same identity (without one: by
   * the same peer) each subscription gets one only, as long as that is retained.
   *
   * @throws IllegalArgumentException if the key is empty or longer than {@link #MAX_KEY}
   */
  public OutgoingMessage withKey(String value) {
    if (value.isEmpty() || value.length() > MAX_KEY) {
      throw new IllegalArgumentException(
          "a message's key has 1 to " + MAX_KEY + " characters, not " + value.length());
    }
    return new OutgoingMessage(payload, stream, value, headers);
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
    return new OutgoingMessage(payload, stream, key, Map.copyOf(all));
  }

  /** Where the payload comes from; null if it is {@link #payload()}. */
  public @Nullable Publisher<ByteBuffer> stream() {
    return stream;
  }

  /** Its key; null if it has none. */
  public @Nullable String key() {
    return key;
  }

  /** The payload itself, not a copy; empty where it is streamed. */
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
    String size = stream == null ? payload.length + " bytes, " : "streamed, ";
    return "OutgoingMessage[" + size + headers.size() + " headers]";
  }
}
