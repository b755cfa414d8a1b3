package org.peerroom.internal.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.peerroom.Message;
import org.peerroom.internal.crypto.Digests;

/**
 * What messages have in common of which a subscription is delivered one: the key, and the identity
 * that wrote it, or the peer where it wrote anonymously. The first 128 bits of a SHA-256 hash: who
 * finds two keys with one of these can only hide its own messages.
 */
record MessageKey(long high, long low) {

  /** In bytes. */
  static final int SIZE = 16;

  /** That of this message; null if its author gave no key. */
  static @Nullable MessageKey of(Message message) {
    String key = message.key().orElse(null);
    if (key == null) {
      return null;
    }
    byte[] identity = message.author().identity().map(known -> known.key().bytes()).orElse(null);
    byte[] writer = identity == null ? message.id().author().bytes() : identity;
    byte[] hash =
        Digests.sha256(
            Labels.MESSAGE_KEY,
            new byte[] {(byte) (identity == null ? 0 : 1)},
            writer,
            key.getBytes(StandardCharsets.UTF_8));
    ByteBuffer first = ByteBuffer.wrap(hash);
    return new MessageKey(first.getLong(), first.getLong());
  }

  /** Reads what {@link #bytes()} wrote. */
  static MessageKey read(byte[] bytes, int offset) {
    ByteBuffer in = ByteBuffer.wrap(bytes, offset, SIZE);
    return new MessageKey(in.getLong(), in.getLong());
  }

  byte[] bytes() {
    return ByteBuffer.allocate(SIZE).putLong(high).putLong(low).array();
  }
}
