package org.peerroom.camel;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.apache.camel.Converter;
import org.peerroom.Message;

/**
 * Lets a {@link Message} be the body of an exchange: code that reads a room itself can hand it to a
 * route.
 */
@Converter(generateLoader = true)
public final class RoomConverters {

  private RoomConverters() {}

  /** The payload, copied. */
  @Converter
  public static byte[] toBytes(Message message) {
    return message.bytes();
  }

  /** The payload as UTF-8. */
  @Converter
  public static String toText(Message message) {
    return message.text();
  }

  /** The payload, read-only, not copied. */
  @Converter
  public static ByteBuffer toByteBuffer(Message message) {
    return message.buffer();
  }

  /** The payload; of a streamed message read as it arrives, to be closed by whoever reads it. */
  @Converter
  public static InputStream toInputStream(Message message) {
    return message.isStreamed()
        ? new PayloadStream(message)
        : new ByteArrayInputStream(message.bytes());
  }
}
