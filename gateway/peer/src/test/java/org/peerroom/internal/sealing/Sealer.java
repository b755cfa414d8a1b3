package org.peerroom.internal.sealing;

import java.util.Random;
import org.peerroom.PeerId;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.crypto.ProviderCrypto;
import org.peerroom.internal.crypto.PublicKeyCrypto;
import org.peerroom.internal.crypto.SigningKey;
import org.peerroom.internal.wire.Topic;
import org.peerroom.internal.wire.WireWriter;

/** Somebody with real keys who seals segments by hand. */
final class Sealer {

  static final PublicKeyCrypto CRYPTO = ProviderCrypto.create();
  static final Topic TOPIC = Topic.of(bytes(32, 1));

  final SigningKey signing;
  final PeerId id;

  Sealer(int seed) {
    signing = CRYPTO.signingKey(bytes(32, seed));
    id = PeerId.of(signing.publicKey());
  }

  /** Bytes that differ for each seed, the same in every run. */
  static byte[] bytes(int size, long seed) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  static ChainKey chain(int seed) {
    return ChainKey.of(bytes(ChainKey.SIZE, seed));
  }

  SegmentPlace place(long sequence, int epoch, int step) {
    return new SegmentPlace(TOPIC, id, sequence, bytes(32, 6), 1_000, 601_000, epoch, step);
  }

  SealedSegment seal(SegmentPlace place, ChainKey step, byte[] wraps, byte[] plaintext) {
    WireWriter out = new WireWriter(Math.max(16, plaintext.length)).raw(plaintext);
    return SegmentSealing.seal(place, step, wraps, out, signing);
  }

  SealedSegment seal(long sequence, ChainKey step, byte[] plaintext) {
    return seal(place(sequence, 0, 0), step, SegmentSealing.NO_WRAPS, plaintext);
  }
}
