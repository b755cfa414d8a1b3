package org.peerroom.internal.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FrameCodecTest {

  static List<Frame> frames() {
    return Frames.examples(new Random(1));
  }

  @ParameterizedTest
  @MethodSource("frames")
  void frame_isTheSameAfterEncodingAndDecoding(Frame frame) throws WireException {
    byte[] bytes = FrameCodec.encode(frame);

    Frame decoded = FrameCodec.decode(bytes.clone());

    assertEquals(frame.getClass(), decoded.getClass());
    assertArrayEquals(bytes, FrameCodec.encode(decoded));
    assertTrue(bytes.length <= Limits.MAX_FRAME);
  }

  @ParameterizedTest
  @MethodSource("frames")
  void decode_failsWhereverAFrameIsCutShort(Frame frame) {
    byte[] bytes = FrameCodec.encode(frame);
    int step = Math.max(1, bytes.length / 500);
    for (int length = 0; length < bytes.length; length += step) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThrows(WireException.class, () -> FrameCodec.decode(cut));
    }
  }

  @ParameterizedTest
  @MethodSource("frames")
  void decode_failsWithATrailingByte(Frame frame) {
    byte[] bytes = FrameCodec.encode(frame);

    assertThrows(
        WireException.class, () -> FrameCodec.decode(Arrays.copyOf(bytes, bytes.length + 1)));
  }
}
