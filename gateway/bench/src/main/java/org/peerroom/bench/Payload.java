package org.peerroom.bench;

import java.nio.ByteBuffer;
import java.util.Random;

/**
 * What every way carries: the message's number (8 bytes), when it was made by the machine's
 * monotonic clock (8 bytes, nanoseconds), then bytes that do not compress.
 */
final class Payload {

  /** The smallest message. */
  static final int HEADER_SIZE = 16;

  private final byte[] template;

  /** Messages of this size in bytes, {@value #HEADER_SIZE} at least. */
  Payload(int size) {
    if (size < HEADER_SIZE) {
      throw new IllegalArgumentException(
          "a message has at least " + HEADER_SIZE + " bytes, not " + size);
    }
    template = new byte[size];
    new Random(size).nextBytes(template);
  }

  /** A new array each time: a room does not copy what it is given. */
  byte[] message(long number, long madeAtNanos) {
    byte[] bytes = template.clone();
    ByteBuffer.wrap(bytes).putLong(number).putLong(madeAtNanos);
    return bytes;
  }
}
