package org.peerroom.internal.crypto;

import java.nio.ByteBuffer;
import java.security.MessageDigest;

/** Plain SHA-256 (FIPS 180-4) over what comes bit by bit. Belongs to one thread at a time. */
public final class StreamDigest {

  private final MessageDigest digest = Digests.newSha256();
  private long total;

  /** Takes these bytes in; the buffer's position stays. */
  public void update(ByteBuffer bytes) {
    total += bytes.remaining();
    digest.update(bytes.duplicate());
  }

  /** How many bytes were taken in. */
  public long total() {
    return total;
  }

  /** The hash of all; begins anew. */
  public byte[] finish() {
    total = 0;
    return digest.digest();
  }
}
