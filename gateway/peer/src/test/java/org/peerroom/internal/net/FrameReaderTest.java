package org.peerroom.internal.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.peerroom.internal.wire.Limits;
import org.peerroom.internal.wire.WireException;

class FrameReaderTest {

  private final FrameReader reader = new FrameReader();
  private final List<byte[]> frames = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void frames_areWholeHoweverTheStreamIsCut(long seed) throws WireException {
    Random random = new Random(seed);
    int[] sizes = {
      1, 2, 400, FrameReader.FIRST_PIECE, FrameReader.FIRST_PIECE + 1, Limits.MAX_FRAME, 7
    };
    List<byte[]> sent = new ArrayList<>();
    ByteBuf stream = Unpooled.buffer();
    for (int size : sizes) {
      byte[] frame = new byte[size];
      random.nextBytes(frame);
      sent.add(frame);
      stream.writeInt(size).writeBytes(frame);
    }

    while (stream.isReadable()) {
      int piece = Math.min(stream.readableBytes(), 1 + random.nextInt(seed == 1 ? 3 : 20_000));
      reader.read(stream.readSlice(piece), frames::add);
    }

    assertEquals(sent.size(), frames.size());
    for (int i = 0; i < sizes.length; i++) {
      assertArrayEquals(sent.get(i), frames.get(i));
    }
    assertTrue(reader.betweenFrames());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, Limits.MAX_FRAME + 1, Integer.MAX_VALUE, -1, Integer.MIN_VALUE})
  void length_failsOutOfRangeBeforeMemoryIsTaken(int length) {
    ByteBuf stream = Unpooled.buffer().writeInt(length);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    // The first failure loads classes.
    assertThrows(
        WireException.class, () -> new FrameReader().read(stream.duplicate(), frames::add));

    long before = threads.getCurrentThreadAllocatedBytes();
    assertThrows(WireException.class, () -> reader.read(stream, frames::add));
    long taken = threads.getCurrentThreadAllocatedBytes() - before;

    assertTrue(taken < 64 * 1024, taken + " bytes were allocated");
    assertTrue(frames.isEmpty());
  }

  @Test
  void lengthAlone_takesNoMoreThanTheFirstPiece() throws WireException {
    ByteBuf stream = Unpooled.buffer().writeInt(Limits.MAX_FRAME);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    long before = threads.getCurrentThreadAllocatedBytes();
    reader.read(stream, frames::add);
    long taken = threads.getCurrentThreadAllocatedBytes() - before;

    assertTrue(taken < FrameReader.FIRST_PIECE + 64 * 1024, taken + " bytes were allocated");
    assertFalse(reader.betweenFrames());
  }

  @Test
  void sink_mayRefuse() {
    ByteBuf stream = Unpooled.buffer().writeInt(1).writeByte(7);

    WireException refusal =
        assertThrows(
            WireException.class,
            () ->
                reader.read(
                    stream,
                    frame -> {
                      throw new WireException("no sevens");
                    }));
    assertEquals("no sevens", refusal.getMessage());
  }
}
