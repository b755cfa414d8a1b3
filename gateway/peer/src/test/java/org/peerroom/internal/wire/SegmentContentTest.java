package org.peerroom.internal.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.peerroom.internal.wire.SegmentContent.Item;

class SegmentContentTest {

  @Test
  void bucket_isNeverSmallerAndAtMostAnEighthLarger() {
    int before = 0;
    for (int size = 1; size <= Limits.MAX_SEGMENT_PLAINTEXT; size++) {
      int bucket = SegmentContent.bucket(size);
      assertTrue(bucket >= size && bucket >= before);
      assertTrue(size < 128 || bucket - size <= size * 12 / 100, "size " + size + " -> " + bucket);
      assertEquals(bucket, SegmentContent.bucket(bucket));
      before = bucket;
    }
  }

  @Test
  void messages_areReadAsTheyWereWritten() throws WireException {
    List<byte[]> bodies = List.of(new byte[] {1, 2, 3}, new byte[0], new byte[] {4, 5});

    byte[] plaintext = SegmentContent.messages(null, bodies).toBytes();
    List<Item> items = SegmentContent.read(plaintext);

    assertEquals(3, items.size());
    for (int i = 0; i < bodies.size(); i++) {
      Item.Whole item = (Item.Whole) items.get(i);
      assertArrayEquals(
          bodies.get(i),
          Arrays.copyOfRange(plaintext, item.offset(), item.offset() + item.length()));
    }
  }

  @Test
  void parts_makeUpTheWholeAndFitASegment() throws WireException {
    byte[] body = new SampleFrames(2).bytes(3 * SegmentContent.MAX_PART + 17);
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    for (int offset = 0; offset < body.length; offset += SegmentContent.MAX_PART) {
      byte[] plaintext = SegmentContent.part(null, body, offset).toBytes();
      assertTrue(plaintext.length <= Limits.MAX_SEGMENT_PLAINTEXT);
      Item item = SegmentContent.read(plaintext).get(0);
      if (item instanceof Item.FirstPart first) {
        assertEquals(0, offset);
        assertEquals(body.length, first.total());
        whole.write(plaintext, first.offset(), first.length());
      } else if (item instanceof Item.MorePart more) {
        whole.write(plaintext, more.offset(), more.length());
      }
    }
    assertArrayEquals(body, whole.toByteArray());
  }
}
