package org.peerroom.internal.sealing;

import org.peerroom.internal.crypto.SegmentKey;
import org.peerroom.internal.wire.Segment;

/** A segment as its author has sealed it, with what it keeps of it. */
public final class SealedSegment {

  private final Segment segment;
  private final byte[] hash;
  private final SegmentKey key;

  SealedSegment(Segment segment, byte[] hash, SegmentKey key) {
    this.segment = segment;
    this.hash = hash;
    this.key = key;
  }

  /** What is sent. */
  public Segment segment() {
    return segment;
  }

  /** What is signed of it, and named by the segment that follows; not to be changed. */
  public byte[] hash() {
    return hash;
  }

  /** What opens it, to be destroyed by whoever keeps it; always the same object. */
  public SegmentKey key() {
    return key;
  }

  @Override
  public String toString() {
    return "SealedSegment[" + segment + ", key redacted]";
  }
}
