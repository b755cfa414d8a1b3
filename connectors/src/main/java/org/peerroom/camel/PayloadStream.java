package org.peerroom.camel;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.StreamCache;
import org.jspecify.annotations.Nullable;
import org.peerroom.Message;
import org.peerroom.PeerRoomException;

/**
 * A streamed payload as the body of an exchange. Reads the room as it is read itself, so that it
 * needs neither memory nor disk of its own, and is its own stream cache: {@link #reset} begins
 * anew, which fails if the room does not retain the beginning any more.
 *
 * <p>What was read before the end is not to be used if reading fails: that the payload is whole is
 * known only then. Not thread-safe.
 */
final class PayloadStream extends InputStream implements StreamCache {

  private final Message message;
  private @Nullable Stream<ByteBuffer> parts;
  private @Nullable Iterator<ByteBuffer> rest;
  private ByteBuffer part = ByteBuffer.allocate(0);
  private long position;
  private boolean closed;

  PayloadStream(Message message) {
    this.message = message;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!more()) {
      return -1;
    }
    int some = Math.min(length, part.remaining());
    part.get(into, offset, some);
    position += some;
    return some;
  }

  private boolean more() throws IOException {
    if (closed) {
      throw new IOException("the payload of message " + message.id() + " was closed");
    }
    Iterator<ByteBuffer> from = rest;
    if (from == null) {
      parts = message.payload().toStream(1);
      from = parts.iterator();
      rest = from;
    }
    try {
      while (!part.hasRemaining() && from.hasNext()) {
        part = from.next();
      }
    } catch (PeerRoomException e) {
      throw new IOException(e.getMessage(), e);
    }
    return part.hasRemaining();
  }

  @Override
  public int available() {
    return part.remaining();
  }

  /** Reads no further, so that the author need not wait for it. */
  @Override
  public void close() {
    closed = true;
    stop();
  }

  private void stop() {
    Stream<ByteBuffer> reading = parts;
    parts = null;
    rest = null;
    part = ByteBuffer.allocate(0);
    position = 0;
    if (reading != null) {
      reading.close();
    }
  }

  /** Begins anew, also after {@link #close}. Nothing is done where nothing was read. */
  @Override
  public void reset() {
    if (position > 0 || closed) {
      stop();
      closed = false;
    }
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    transferTo(out);
  }

  @Override
  public StreamCache copy(Exchange exchange) {
    PayloadStream copy = new PayloadStream(message);
    exchange.getExchangeExtension().addOnCompletion(new ClosedWithExchange(copy));
    return copy;
  }

  @Override
  public boolean inMemory() {
    return false;
  }

  /** Not known before the end. */
  @Override
  public long length() {
    return 0;
  }

  @Override
  public long position() {
    return position;
  }
}
