package org.peerroom.internal.wire;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.peerroom.OutgoingMessage;

/** Whatever arrives, the decoders of what is on the wire bear it: see {@link DecoderFuzz}. */
class DecoderFuzzTest {

  private final SampleFrames samples = new SampleFrames(DecoderFuzz.SEED);
  private final DecoderFuzz fuzz = new DecoderFuzz();

  @Test
  void frames_neverFailOtherwise() {
    List<byte[]> seeds =
        IntStream.range(0, 5 * SampleFrames.KINDS)
            .mapToObj(i -> FrameCodec.encode(samples.frame(i % SampleFrames.KINDS)))
            .toList();
    fuzz.fuzz(FrameCodec::decode, seeds);
  }

  @Test
  void segments_neverFailOtherwise() {
    fuzz.fuzz(Segment::decode, List.of(samples.segment().encoded().clone()));
  }

  @Test
  void messages_neverFailOtherwise() {
    byte[] body =
        MessageCodec.encode(
            OutgoingMessage.of("ein Espresso ☕")
                .withHeader("table", "7")
                .withHeader("x", "")
                .withKey("7"),
            5);
    fuzz.fuzz(input -> MessageCodec.decode(input, 0, input.length), List.of(body));
  }

  @Test
  void contents_neverFailOtherwise() {
    byte[] whole = SegmentContent.messages(null, List.of(new byte[50], new byte[300])).toBytes();
    byte[] part = SegmentContent.part(null, new byte[SegmentContent.MAX_PART + 9], 0).toBytes();
    byte[] named = SegmentContent.messages(new byte[32], List.of(new byte[50])).toBytes();
    fuzz.fuzz(SegmentContent::read, List.of(whole, named, Arrays.copyOf(part, part.length)));
  }
}
