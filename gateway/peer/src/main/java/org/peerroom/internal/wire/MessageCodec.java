package org.peerroom.internal.wire;

import java.util.LinkedHashMap;
import java.util.Map;
import org.peerroom.OutgoingMessage;

/**
 * One message to bytes and back: when it was sent (8 bytes, milliseconds since 1970), its headers,
 * its payload to the end.
 */
public final class MessageCodec {

  /** How many bytes a body is at most larger than its payload. */
  public static final int MAX_OVERHEAD =
      8 + 5 + OutgoingMessage.MAX_HEADERS * 10 + OutgoingMessage.MAX_HEADER_BYTES;

  private MessageCodec() {}

  /** A message as it was read; the array is the reader's own. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  public record Body(long sentAtMillis, Map<String, String> headers, byte[] payload) {}

  /** The message's bytes. */
  public static byte[] encode(OutgoingMessage message, long sentAtMillis) {
    // Exact where there are no headers: then the array that is filled is the one that is sealed.
    WireWriter out = new WireWriter(9 + message.payload().length + message.headers().size() * 48);
    out.i64(sentAtMillis).varint(message.headers().size());
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
    return new Body(sentAt, headers, in.raw(in.remaining()));
  }
}
