package org.peerroom.internal.net;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.peerroom.internal.wire.Limits;
import org.peerroom.internal.wire.WireException;

/**
 * Cuts a stream of bytes into frames: four bytes of length, big-endian, then that many bytes. The
 * length is checked before memory is taken, and no more than {@value #FIRST_PIECE} bytes are taken
 * on the strength of a length alone. For one thread.
 */
final class FrameReader {

  /** Where the bytes of whole frames go. */
  interface Sink {
    void frame(byte[] frame) throws WireException;
  }

  /** The size of the length before a frame. */
  static final int LENGTH_SIZE = 4;

  /** Holds a full segment, so that only the rare larger frame is copied a second time. */
  static final int FIRST_PIECE = Limits.MAX_SEGMENT_PLAINTEXT + 8 * 1024;

  private int length;
  private int lengthBytes;
  private byte @Nullable [] frame;
  private int filled;

  /**
   * Reads all of the buffer; does not release it. After an exception nothing may be read any more.
   *
   * @throws WireException if a length is out of range, or the sink refuses a frame
   */
  void read(ByteBuf in, Sink sink) throws WireException {
    while (in.isReadable()) {
      if (frame == null) {
        length = length << 8 | in.readUnsignedByte();
        if (++lengthBytes == LENGTH_SIZE) {
          frame = new byte[Math.min(checkedLength(), FIRST_PIECE)];
        }
      } else {
        fill(frame, in);
        if (filled == length) {
          byte[] whole = frame;
          clear();
          sink.frame(whole);
        }
      }
    }
  }

  /** Whether the stream stands between two frames. */
  boolean betweenFrames() {
    return lengthBytes == 0;
  }

  private int checkedLength() throws WireException {
    if (length == 0) {
      throw new WireException("a frame of no bytes");
    }
    if (length < 0 || length > Limits.MAX_FRAME) {
      throw new WireException(
          "a frame of "
              + Integer.toUnsignedString(length)
              + " bytes, over the limit of "
              + Limits.MAX_FRAME);
    }
    return length;
  }

  private void fill(byte[] piece, ByteBuf in) {
    byte[] target = piece;
    if (filled == target.length) {
      target = Arrays.copyOf(target, length);
      frame = target;
    }
    int taken = Math.min(in.readableBytes(), target.length - filled);
    in.readBytes(target, filled, taken);
    filled += taken;
  }

  private void clear() {
    frame = null;
    length = 0;
    lengthBytes = 0;
    filled = 0;
  }
}
