package org.peerroom.internal.wire;

import java.nio.ByteBuffer;

/**
 * One step of a message whose payload is a stream. Each is a segment of its own, so that others may
 * go in between; what belongs together names the segment of its beginning.
 */
public sealed interface StreamItem {

  /** A chunk carries at most this many bytes: with all around them they just fill a bucket. */
  int MAX_CHUNK = Limits.SEGMENT_TARGET - 128;

  /** The size of a SHA-256 hash in bytes. */
  int DIGEST_SIZE = 32;

  /**
   * The beginning: when it was sent, headers and key; no byte of the payload.
   *
   * @param head what {@link MessageCodec} writes for a message without payload
   */
  record Begin(ByteBuffer head) implements StreamItem {}

  /**
   * The next bytes of a stream.
   *
   * @param begin the segment with its beginning
   */
  record Chunk(long begin, ByteBuffer bytes) implements StreamItem {}

  /**
   * The end: its last bytes, at least one unless the whole payload is empty, so that the integrity
   * of all is known before the last of it is handed over.
   *
   * @param total the size of the whole payload in bytes
   * @param digest SHA-256 of the whole payload
   */
  record End(long begin, long total, ByteBuffer digest, ByteBuffer bytes) implements StreamItem {}

  /** There will be no more of this stream: its source failed, or its publisher gave up. */
  record Abort(long begin) implements StreamItem {}
}
