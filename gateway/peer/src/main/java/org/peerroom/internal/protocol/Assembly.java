package org.peerroom.internal.protocol;

import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;
import org.peerroom.MessageId;
import org.peerroom.identity.VerifiedIdentity;
import org.peerroom.internal.wire.WireException;

/** A large message of which not all parts have been read. */
final class Assembly {

  final MessageId id;

  /** Who wrote its beginning. */
  final @Nullable VerifiedIdentity identity;

  private final int total;
  private final ByteArrayOutputStream bytes;

  /**
   * @param total how many bytes all parts have together, as the first one says
   */
  Assembly(MessageId id, @Nullable VerifiedIdentity identity, int total, int firstLength) {
    this.id = id;
    this.identity = identity;
    this.total = total;
    this.bytes = new ByteArrayOutputStream(Math.min(total, firstLength * 2));
  }

  /** How many bytes are there. */
  int size() {
    return bytes.size();
  }

  /**
   * Puts the next part behind those that are there.
   *
   * @return the message's bytes if that was the last part, else null
   * @throws WireException if there is more than the first part said
   */
  byte @Nullable [] append(byte[] from, int offset, int length) throws WireException {
    bytes.write(from, offset, length);
    if (bytes.size() > total) {
      throw new WireException("the parts of a message are not as long as it says");
    }
    return bytes.size() < total ? null : bytes.toByteArray();
  }
}
