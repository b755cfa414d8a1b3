package org.peerroom.internal.net;

import java.nio.ByteBuffer;
import org.peerroom.PeerId;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.FrameCodec;
import org.peerroom.internal.wire.Topic;

/** Frames of any size. */
final class TestFrames {

  private static final PeerId NOBODY = PeerId.of(new byte[PeerId.SIZE]);

  private TestFrames() {}

  /** A frame of a little more than this many bytes, with a number in it. */
  static Frame ofSize(int size, int number) {
    byte[] body = new byte[size];
    ByteBuffer.wrap(body).putInt(number);
    return new Frame.Grant(
        Topic.of(new byte[Topic.SIZE]),
        NOBODY,
        NOBODY,
        1,
        0,
        1,
        1,
        new byte[0],
        new byte[0],
        body,
        new byte[0]);
  }

  /** The number in it. */
  static int number(Frame frame) {
    return ByteBuffer.wrap(((Frame.Grant) frame).sealed()).getInt();
  }

  /** As it goes over a link: length and frame. */
  static byte[] onTheWire(Frame frame) {
    return onTheWire(FrameCodec.encode(frame));
  }

  static byte[] onTheWire(byte[] frame) {
    return ByteBuffer.allocate(4 + frame.length).putInt(frame.length).put(frame).array();
  }

  static byte[] length(int length) {
    return ByteBuffer.allocate(4).putInt(length).array();
  }
}
