package org.peerroom.internal.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.peerroom.RoomPolicy;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.crypto.Digests;
import org.peerroom.internal.crypto.SegmentKey;
import org.peerroom.internal.wire.Segment;
import org.peerroom.internal.wire.SegmentHeader;
import org.peerroom.internal.wire.Topic;
import org.peerroom.internal.wire.WireWriter;

/**
 * Writes this peer's own feed: seals each segment with a key of its own, ratchets forward, signs. A
 * new sender key begins before the next segment after someone is gone, after an hour and after 2^20
 * messages.
 */
final class Author {

  private static final long MAX_EPOCH_MILLIS = 3_600_000;
  private static final long MAX_EPOCH_MESSAGES = 1 << 20;

  private final PeerContext context;
  private final Topic topic;
  private final RoomPolicy policy;
  private final Feed feed;
  private @Nullable ChainKey chain;
  private int epoch = -1;
  private int step;
  private long epochSinceTick;
  private long epochMessages;
  private boolean rekeyDue = true;

  Author(PeerContext context, Topic topic, RoomPolicy policy, Feed feed) {
    this.context = context;
    this.topic = topic;
    this.policy = policy;
    this.feed = feed;
  }

  /** Goes on where this peer left off when it left the room. */
  void continueFrom(PeerContext.Continuation before) {
    feed.continueAt(before.next(), before.headHash());
    epoch = before.epoch();
  }

  PeerContext.Continuation continuation() {
    return new PeerContext.Continuation(feed.next(), feed.headHash(), epoch);
  }

  Feed feed() {
    return feed;
  }

  /** The sender key changes before the next segment. */
  void rekeyBeforeNext() {
    rekeyDue = true;
  }

  boolean rekeyIsDue(Now now) {
    return rekeyDue
        || now.tickMillis() - epochSinceTick > MAX_EPOCH_MILLIS
        || epochMessages >= MAX_EPOCH_MESSAGES;
  }

  /** Begins a new sender key. Every member must be granted it before the next segment is sent. */
  void rekey(Now now) {
    if (chain != null) {
      chain.destroy();
    }
    byte[] secret = context.entropy.next(32);
    chain = ChainKey.of(secret);
    epoch++;
    step = 0;
    epochSinceTick = now.tickMillis();
    epochMessages = 0;
    rekeyDue = false;
    KeyEntry entry = new KeyEntry(context.self.id(), epoch, 0, feed.next(), ChainKey.of(secret));
    java.util.Arrays.fill(secret, (byte) 0);
    feed.keys.offer(context.self.id(), entry);
  }

  /** The sender key as it stands: opens the next segment and what follows, nothing before. */
  KeyEntry current() {
    ChainKey now = chain();
    return new KeyEntry(context.self.id(), epoch, step, feed.next(), now);
  }

  /** What opens this feed from the beginning of this epoch on, as far as it is retained. */
  List<KeyEntry> keysFrom(int firstEpoch) {
    return feed.keys.entriesFrom(firstEpoch);
  }

  /** Whether something has been sealed with the sender key as it stands. */
  boolean hasUsedKey() {
    return step > 0;
  }

  int epoch() {
    return epoch;
  }

  /** Seals and signs a segment and appends it to the feed. */
  Feed.Stored seal(WireWriter plaintext, int messages, Now now) {
    ChainKey current = chain();
    SegmentKey key = current.segmentKey(FeedKeys.context(topic, context.self.id(), epoch, step));
    byte[] previous = feed.headHash();
    SegmentHeader header =
        new SegmentHeader(
            topic,
            context.self.id(),
            feed.next(),
            previous == null ? new byte[32] : previous,
            now.wallMillis(),
            now.wallMillis() + policy.retention().toMillis(),
            epoch,
            step,
            key.commitment());
    byte[] headerBytes = Segment.encodeHeader(header, plaintext.size() + 16);
    byte[] ciphertext = key.seal(headerBytes, plaintext.array(), 0, plaintext.size());
    byte[] hash = Digests.sha256(Labels.SEGMENT, headerBytes, ciphertext);
    byte[] signature = context.self.signing().sign(hash);
    chain = current.next();
    current.destroy();
    step++;
    epochMessages += messages;
    return feed.append(
        Segment.assemble(header, headerBytes, ciphertext, signature),
        hash,
        header.expiresMillis(),
        key);
  }

  private ChainKey chain() {
    if (chain == null) {
      throw new IllegalStateException("no sender key yet");
    }
    return chain;
  }

  void destroy() {
    if (chain != null) {
      chain.destroy();
    }
  }
}
