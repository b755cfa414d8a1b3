package org.peerroom.internal.wire;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FrameCodecTest {

  static List<Frame> frames() {
    SampleFrames samples = new SampleFrames(1);
    return IntStream.range(0, SampleFrames.KINDS).mapToObj(samples::frame).toList();
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
