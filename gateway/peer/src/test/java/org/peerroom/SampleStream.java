package org.peerroom;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Random;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A payload of a given size that is never in memory as a whole, though no two places of it look
 * alike; one buffer is used again and again, as a reader of files does.
 */
final class SampleStream {

  private static final byte[] NOISE = noise();

  private final long size;
  private final int bufferSize;

  SampleStream(long size, int bufferSize) {
    this.size = size;
    this.bufferSize = bufferSize;
  }

  private static byte[] noise() {
    byte[] noise = new byte[1_000_003];
    new Random(5).nextBytes(noise);
    return noise;
  }

  /** Emits it, by demand, whenever it is subscribed to. */
  Flux<ByteBuffer> flux() {
    return Flux.generate(
        () -> new State(new byte[bufferSize]),
        (state, sink) -> {
          if (state.at == size) {
            sink.complete();
            return state;
          }
          int length = (int) Math.min(bufferSize, size - state.at);
          for (int i = 0; i < length; ) {
            int from = (int) ((state.at + i) % NOISE.length);
            int some = Math.min(length - i, NOISE.length - from);
            System.arraycopy(NOISE, from, state.buffer, i, some);
            i += some;
          }
          state.at += length;
          sink.next(ByteBuffer.wrap(state.buffer, 0, length));
          return state;
        });
  }

  private static final class State {
    final byte[] buffer;
    long at;

    State(byte[] buffer) {
      this.buffer = buffer;
    }
  }

  /** SHA-256 of all. */
  byte[] digest() {
    return digestOf(flux()).block();
  }

  /** SHA-256 of what this emits. */
  static Mono<byte[]> digestOf(Publisher<ByteBuffer> payload) {
    return Flux.from(payload)
        .collect(SampleStream::sha256, (digest, buffer) -> digest.update(buffer))
        .map(MessageDigest::digest);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
