package org.peerroom.bench;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/** A histogram as one line of text. */
final class Times {

  private static final String WORD = "times ";

  private Times() {}

  static String encode(Histogram histogram) {
    ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
    int length = histogram.encodeIntoCompressedByteBuffer(buffer);
    ByteBuffer exact = ByteBuffer.wrap(buffer.array(), 0, length);
    byte[] bytes = new byte[exact.remaining()];
    exact.get(bytes);
    return WORD + Base64.getEncoder().encodeToString(bytes);
  }

  static Histogram decode(String line) {
    byte[] bytes = Base64.getDecoder().decode(line.substring(WORD.length()));
    try {
      return Histogram.decodeFromCompressedByteBuffer(ByteBuffer.wrap(bytes), 0);
    } catch (DataFormatException e) {
      throw new IllegalStateException("a worker sent a histogram that can't be read", e);
    }
  }
}
