package org.peerroom.internal.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.wire.KeyDeposit;
import org.peerroom.internal.wire.Segment;

/**
 * What was kept of a persistent room and is put back into its replica when it is joined again.
 * Holds keys until then: {@link #destroy()} wipes them.
 */
public final class Restored {

  /** What was kept of one author. */
  static final class KeptFeed {
    final List<Segment> segments = new ArrayList<>();
    final Map<Long, byte[]> chainKeys = new LinkedHashMap<>();
    final List<KeyDeposit> deposits = new ArrayList<>();
    byte[] chain = new byte[0];
    boolean own;

    /** Null if none was kept. */
    @Nullable ChainKey chainKey(long sequence) {
      byte[] key = chainKeys.get(sequence);
      return key == null ? null : ChainKey.of(key);
    }
  }

  private final Map<PeerId, KeptFeed> feeds = new LinkedHashMap<>();

  private final List<byte[]> proofs = new ArrayList<>();

  private KeptFeed feed(PeerId author) {
    return feeds.computeIfAbsent(author, a -> new KeptFeed());
  }

  /** See {@link Keep.Author}. */
  public Restored author(PeerId author, boolean own, byte[] chain) {
    KeptFeed feed = feed(author);
    feed.own = own;
    feed.chain = chain;
    return this;
  }

  /** A segment, verified, behind the one before it of this author. */
  public Restored segment(Segment segment) {
    feed(segment.author()).segments.add(segment);
    return this;
  }

  /** What opens a segment; copied. */
  public Restored key(PeerId author, long sequence, byte[] chainKey) {
    feed(author).chainKeys.put(sequence, chainKey.clone());
    return this;
  }

  public Restored deposit(KeyDeposit deposit) {
    feed(deposit.author()).deposits.add(deposit);
    return this;
  }

  /** See {@link Keep.Proof}. */
  public Restored proof(byte[] encoded) {
    proofs.add(encoded);
    return this;
  }

  List<byte[]> proofs() {
    return proofs;
  }

  Map<PeerId, KeptFeed> feeds() {
    return feeds;
  }

  /** How many segments there are. */
  public int size() {
    return feeds.values().stream().mapToInt(feed -> feed.segments.size()).sum();
  }

  /** Wipes the keys. */
  public void destroy() {
    feeds.values().forEach(f -> f.chainKeys.values().forEach(k -> Arrays.fill(k, (byte) 0)));
    feeds.clear();
  }
}
