package org.peerroom.bench.sealing;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.wire.Segment;

/**
 * What an author has sent, with the step of its sender key that the first segment is sealed with.
 */
final class Published {

  private final @Nullable ChainKey start;
  private final List<byte[]> frames = new ArrayList<>();
  private final List<Segment> segments = new ArrayList<>();
  private long wireBytes;

  /**
   * @param start null where each segment carries its own key
   */
  Published(@Nullable ChainKey start) {
    this.start = start;
  }

  void add(byte[] frame, Segment segment) {
    frames.add(frame);
    segments.add(segment);
    wireBytes += frame.length;
  }

  @Nullable ChainKey start() {
    return start;
  }

  List<byte[]> frames() {
    return frames;
  }

  List<Segment> segments() {
    return segments;
  }

  long wireBytes() {
    return wireBytes;
  }
}
