package org.peerroom.internal.wire;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.peerroom.OutgoingMessage;

/**
 * One message to bytes and back: when it was sent (8 bytes, milliseconds since 1970), flags that
 * say what else it has, its key if it has one, its headers, its payload to the end.
 */
public final class MessageCodec {

  /** How many bytes a body is at most larger than its payload. */
  public static final int MAX_OVERHEAD =
      8
          + 1
          + 2
          + OutgoingMessage.MAX_KEY * 3
          + 5
          + OutgoingMessage.MAX_HEADERS * 10
          + OutgoingMessage.MAX_HEADER_BYTES;

  private static final int KEY = 1;
  private static final int RECEIPT_WANTED = 2;
  private static final int KNOWN_FLAGS = KEY | RECEIPT_WANTED;

  private MessageCodec() {}

  /**
   * A message as it was read; the array is the reader's own.
   *
   * @param key what its author named it by; null if it gave no key
   * @param receiptWanted whether whoever has dealt with it is to sign that it has
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  public record Body(
      long sentAtMillis,
      @Nullable String key,
      boolean receiptWanted,
      Map<String, String> headers,
      byte[] payload) {}

  /** The message's bytes; whoever deals with it need not say so. */
  public static byte[] encode(OutgoingMessage message, long sentAtMillis) {
    return encode(message, sentAtMillis, false);
  }

  /**
   * The message's bytes.
   *
   * @param receiptWanted whether whoever has dealt with it is to sign that it has
   */
  public static byte[] encode(OutgoingMessage message, long sentAtMillis, boolean receiptWanted) {
    String key = message.key();
    byte[] keyBytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
    // Exact where there are no headers: then the array that is filled is the one that is sealed.
    int keySize = keyBytes == null ? 0 : keyBytes.length + (keyBytes.length < 128 ? 1 : 2);
    WireWriter out =
        new WireWriter(10 + keySize + message.payload().length + message.headers().size() * 48);
    out.i64(sentAtMillis).u8((keyBytes == null ? 0 : KEY) | (receiptWanted ? RECEIPT_WANTED : 0));
    if (keyBytes != null) {
      out.block(keyBytes);
    }
    out.varint(message.headers().size());
    message.headers().forEach((name, value) -> out.text(name).text(value));
    return out.raw(message.payload()).finish();
  }

  /**
   * Reads a message from a range of an array.
   *
   * @throws WireException if the range is not exactly one message
   */
  public static Body decode(byte[] bytes, int offset, int length) throws WireException {
    WireReader in = new WireReader(bytes, offset, length);
    long sentAt = in.i64();
    int flags = in.u8();
    if ((flags & ~KNOWN_FLAGS) != 0) {
      throw new WireException("a message has flags of unknown meaning: " + flags);
    }
    String key = (flags & KEY) == 0 ? null : key(in);
    int count = in.varint(OutgoingMessage.MAX_HEADERS);
    Map<String, String> headers = count == 0 ? Map.of() : new LinkedHashMap<>();
    int left = OutgoingMessage.MAX_HEADER_BYTES;
    for (int i = 0; i < count; i++) {
      int nameLength = in.varint(left);
      String name = in.utf8(nameLength);
      int valueLength = in.varint(left - nameLength);
      String value = in.utf8(valueLength);
      left -= nameLength + valueLength;
      if (name.isBlank() || headers.put(name, value) != null) {
        throw new WireException("a header has no name, or the name of another one");
      }
    }
    boolean receiptWanted = (flags & RECEIPT_WANTED) != 0;
    return new Body(sentAt, key, receiptWanted, headers, in.raw(in.remaining()));
  }

  private static String key(WireReader in) throws WireException {
    String key = in.text(OutgoingMessage.MAX_KEY * 3);
    if (key.isEmpty() || key.length() > OutgoingMessage.MAX_KEY) {
      throw new WireException("a key is empty or has more characters than a key may have");
    }
    return key;
  }
}
