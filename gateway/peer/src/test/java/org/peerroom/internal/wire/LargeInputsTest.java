package org.peerroom.internal.wire;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Frames of every kind up to the largest, right and mutated: reading one takes at most twice its
 * bytes and 64 KiB, whatever lengths and counts it claims.
 */
class LargeInputsTest {

  private static final long SLACK = 64 * 1024;

  private final SampleFrames samples =
      new SampleFrames(Long.getLong("peerroom.fuzz.seed", 20_260_101L));
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Something that reads bytes from a remote. */
  private interface Reader {
    Object read(byte[] bytes) throws WireException;
  }

  private static boolean reads(Reader reader, byte[] input) {
    try {
      return reader.read(input) != null;
    } catch (WireException e) {
      return false;
    }
  }

  private void expectBounded(Reader reader, List<byte[]> inputs) {
    inputs.forEach(input -> reads(reader, input));
    for (byte[] input : inputs) {
      long before = threads.getCurrentThreadAllocatedBytes();
      boolean read = reads(reader, input);
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      assertTrue(
          allocated <= 2L * input.length + SLACK,
          allocated + " bytes for an input of " + input.length + ", read: " + read);
    }
  }

  @Test
  void frames_takeAtMostTwiceTheirBytesAndSixtyFourKib() {
    List<byte[]> inputs = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      byte[] valid = FrameCodec.encode(samples.frame(i % SampleFrames.KINDS));
      inputs.add(i % 2 == 0 ? valid : samples.mutated(valid));
    }
    expectBounded(FrameCodec::decode, inputs);
  }

  @Test
  void contentsAndMessages_takeAtMostTwiceTheirBytesAndSixtyFourKib() {
    List<byte[]> contents = new ArrayList<>();
    List<byte[]> messages = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      contents.add(samples.mutated(samples.content()));
      messages.add(samples.mutated(MessageCodec.encode(samples.message(), 1)));
    }
    contents.add(new byte[72 * 1024]);
    expectBounded(SegmentContent::read, contents);
    expectBounded(bytes -> MessageCodec.decode(bytes, 0, bytes.length), messages);
  }

  @Test
  void claimedLengths_takeNoMemory() {
    byte[] grant = FrameCodec.encode(samples.frame(5));
    byte[] huge = java.util.Arrays.copyOf(grant, 1 + 96 + 16 + 1 + 5);
    for (int i = huge.length - 5; i < huge.length; i++) {
      huge[i] = (byte) (i == huge.length - 1 ? 0x07 : 0xff);
    }
    byte[] segment = samples.segment().encoded().clone();
    segment[Segment.HEADER_SIZE - 4] = 0x7f;
    expectBounded(FrameCodec::decode, List.of(huge, new byte[0], new byte[] {5}));
    expectBounded(Segment::decode, List.of(segment));
  }
}
