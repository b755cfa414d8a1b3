package org.peerroom.bench.sealing;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.peerroom.OutgoingMessage;
import org.peerroom.PeerId;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.crypto.KemKey;
import org.peerroom.internal.crypto.KemSuite;
import org.peerroom.internal.crypto.PublicKeyCrypto;
import org.peerroom.internal.crypto.SigningKey;
import org.peerroom.internal.wire.Topic;

/**
 * A room for measurements: an author, one reader, and as many other members as wanted. Others share
 * {@value #DISTINCT_KEYS} key pairs, since sealing to a public key takes as long whosoever it is.
 *
 * <p>Seeded, so that each run measures the same.
 */
final class Scene {

  static final int DISTINCT_KEYS = 64;

  private static final int KEY_SIZE = 32;

  private final Random random = new Random(4);
  private final PublicKeyCrypto crypto;
  private final SigningKey signing;
  private final PeerId author;
  private final Topic topic;
  private final Map<KemSuite, KemKey> reader = new EnumMap<>(KemSuite.class);
  private final Map<KemSuite, List<byte[]>> others = new EnumMap<>(KemSuite.class);
  private final List<PeerId> ids = new ArrayList<>();

  Scene(PublicKeyCrypto crypto) {
    this.crypto = crypto;
    signing = crypto.signingKey(bytes(KEY_SIZE));
    author = PeerId.of(signing.publicKey());
    topic = Topic.of(bytes(KEY_SIZE));
    for (KemSuite suite : KemSuite.values()) {
      reader.put(suite, crypto.kemKey(suite, bytes(KEY_SIZE)));
      List<byte[]> keys = new ArrayList<>();
      for (int i = 0; i < DISTINCT_KEYS; i++) {
        keys.add(crypto.kemKey(suite, bytes(KEY_SIZE)).publicKey());
      }
      others.put(suite, keys);
    }
  }

  byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }

  ChainKey newChain() {
    return ChainKey.of(bytes(KEY_SIZE));
  }

  List<OutgoingMessage> messages(int count, int size) {
    List<OutgoingMessage> messages = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      messages.add(OutgoingMessage.of(bytes(size)));
    }
    return messages;
  }

  PublicKeyCrypto crypto() {
    return crypto;
  }

  SigningKey signing() {
    return signing;
  }

  PeerId author() {
    return author;
  }

  Topic topic() {
    return topic;
  }

  /** The reader's private key: that of the last member. */
  KemKey reader(KemSuite suite) {
    KemKey key = reader.get(suite);
    if (key == null) {
      throw new IllegalStateException("no reader for " + suite);
    }
    return key;
  }

  /**
   * The public keys of this many members; the reader's is the last, the worst place to look for.
   */
  List<byte[]> publicKeys(KemSuite suite, int members) {
    List<byte[]> pool = others.getOrDefault(suite, List.of());
    List<byte[]> keys = new ArrayList<>(members);
    for (int i = 0; i < members - 1; i++) {
      keys.add(pool.get(i % pool.size()));
    }
    keys.add(reader(suite).publicKey());
    return keys;
  }

  /** The ids of this many members, each another one. */
  List<PeerId> members(int count) {
    while (ids.size() < count) {
      ids.add(PeerId.of(bytes(PeerId.SIZE)));
    }
    return ids.subList(0, count);
  }
}
