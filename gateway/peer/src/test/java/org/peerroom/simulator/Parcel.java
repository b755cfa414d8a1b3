package org.peerroom.simulator;

import org.jspecify.annotations.Nullable;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.FrameCodec;
import org.peerroom.internal.wire.WireException;

/**
 * A frame on its way: as it was sent, and in some cases as its bytes, which the receiver then reads
 * it from.
 *
 * @param frame as it was sent
 * @param encoded its bytes; null if nobody looks at them
 * @param size how many bytes it takes; nearly so where it is not encoded
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record Parcel(Frame frame, byte @Nullable [] encoded, int size) {

  static Parcel of(Frame frame, boolean encode) {
    if (!encode) {
      return new Parcel(frame, null, roughSize(frame));
    }
    byte[] bytes = FrameCodec.encode(frame);
    return new Parcel(frame, bytes, bytes.length);
  }

  private static int roughSize(Frame frame) {
    if (frame instanceof Frame.Sealed sealed) {
      return 1 + sealed.segment().size();
    } else if (frame instanceof Frame.Have have) {
      return 35 + 57 * have.feeds().size();
    } else if (frame instanceof Frame.Members members) {
      return 35 + members.records().stream().mapToInt(r -> 170 + r.kemKey().length).sum();
    } else if (frame instanceof Frame.Grant grant) {
      return 120 + grant.encapsulation().length + grant.sealed().length + grant.signature().length;
    }
    return 60;
  }

  /** The frame as the other side reads it. */
  Frame received() {
    if (encoded == null) {
      return frame;
    }
    try {
      return FrameCodec.decode(encoded.clone());
    } catch (WireException e) {
      throw new AssertionError("what was encoded does not decode: " + frame, e);
    }
  }
}
