package org.peerroom.camel;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Callable;
import reactor.core.publisher.Flux;

/** What an input stream has, as buffers. */
final class StreamedBody {

  private static final int BUFFER = 64 * 1024;

  private StreamedBody() {}

  /**
   * Opened when it is subscribed to, read by demand on whatever thread asks, closed at the end. One
   * buffer is used for all: what was emitted is to be read before more is asked for.
   */
  static Flux<ByteBuffer> of(Callable<InputStream> source) {
    return Flux.using(
        source,
        stream ->
            Flux.generate(
                () -> new byte[BUFFER],
                (buffer, sink) -> {
                  try {
                    int length = stream.read(buffer);
                    if (length < 0) {
                      sink.complete();
                    } else {
                      sink.next(ByteBuffer.wrap(buffer, 0, length));
                    }
                  } catch (IOException e) {
                    sink.error(e);
                  }
                  return buffer;
                }),
        StreamedBody::close);
  }

  private static void close(InputStream stream) {
    try {
      stream.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
