package org.peerroom.internal.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.peerroom.OutgoingMessage;
import org.peerroom.internal.wire.SegmentContent.Item;

/** What is written is what is read, and is written in one way only. */
class FrameCodecPropertyTest {

  @Property(tries = 2_000)
  void frame_roundTrips(@ForAll long seed, @ForAll @IntRange(max = SampleFrames.KINDS - 1) int kind)
      throws Exception {
    Frame frame = new SampleFrames(seed).frame(kind);
    byte[] bytes = FrameCodec.encode(frame);
    assertTrue(bytes.length <= Limits.MAX_FRAME, "a frame of " + bytes.length);
    Frame read = FrameCodec.decode(bytes.clone());
    assertEquals(frame.getClass(), read.getClass());
    assertArrayEquals(bytes, FrameCodec.encode(read));
    if (!(frame instanceof Frame.Sealed
            || frame instanceof Frame.Rekey
            || frame instanceof Frame.ForkProof
            || frame instanceof Frame.Deposited
            || frame instanceof Frame.Grant
            || frame instanceof Frame.ReceiptTaken)
        && !(frame instanceof Frame.Members)) {
      assertEquals(frame, read);
    }
  }

  @Property(tries = 500)
  void segment_keepsEveryField(@ForAll long seed) throws Exception {
    Segment segment = new SampleFrames(seed).segment();
    Segment read = Segment.decode(segment.encoded().clone());
    assertEquals(segment.author(), read.author());
    assertEquals(segment.sequence(), read.sequence());
    assertEquals(segment.header().topic(), read.header().topic());
    assertArrayEquals(segment.header().previous(), read.header().previous());
    assertArrayEquals(segment.header().commitment(), read.header().commitment());
    assertArrayEquals(segment.signature(), read.signature());
    assertEquals(segment.ciphertextEnd(), read.ciphertextEnd());
  }

  @Property(tries = 1_000)
  void message_roundTrips(@ForAll long seed, @ForAll long sentAt) throws Exception {
    OutgoingMessage message = new SampleFrames(seed).message();
    boolean receiptWanted = (seed & 1) == 0;
    byte[] bytes = MessageCodec.encode(message, sentAt, receiptWanted);
    assertTrue(bytes.length <= message.payload().length + MessageCodec.MAX_OVERHEAD);
    MessageCodec.Body body = MessageCodec.decode(bytes, 0, bytes.length);
    assertEquals(sentAt, body.sentAtMillis());
    assertEquals(message.key(), body.key());
    assertEquals(receiptWanted, body.receiptWanted());
    assertEquals(message.headers(), body.headers());
    assertArrayEquals(message.payload(), body.payload());
  }

  @Property(tries = 300)
  void segmentContent_givesTheMessagesBack(@ForAll @Size(max = 60) List<byte[]> bodies)
      throws Exception {
    byte[] plaintext = SegmentContent.messages(null, bodies).toBytes();
    List<Item> items = SegmentContent.read(plaintext);
    assertEquals(bodies.size(), items.size());
    for (int i = 0; i < bodies.size(); i++) {
      Item.Whole whole = (Item.Whole) items.get(i);
      int end = whole.offset() + whole.length();
      assertArrayEquals(bodies.get(i), Arrays.copyOfRange(plaintext, whole.offset(), end));
    }
  }

  @Property(tries = 2_000)
  void padding_isAtMostAnEighthOrTheSmallestBucket_andGrowsWithTheSize(
      @ForAll @IntRange(max = 1 << 20) int size) {
    int bucket = SegmentContent.bucket(size);
    assertTrue(bucket >= size);
    assertTrue(bucket == 128 || bucket <= size * 1.12, size + " became " + bucket);
    assertTrue(SegmentContent.bucket(size + 1) >= bucket);
    assertEquals(bucket, SegmentContent.bucket(bucket), "a bucket is its own bucket");
  }
}
