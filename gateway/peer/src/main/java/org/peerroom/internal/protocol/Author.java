package org.peerroom.internal.protocol;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.peerroom.RoomPolicy;
import org.peerroom.SealingSuite;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.crypto.PreSharedKey;
import org.peerroom.internal.sealing.KeyWraps;
import org.peerroom.internal.sealing.SealedSegment;
import org.peerroom.internal.sealing.SegmentPlace;
import org.peerroom.internal.sealing.SegmentSealing;
import org.peerroom.internal.wire.Topic;
import org.peerroom.internal.wire.WireWriter;

/**
 * Writes this peer's own feed: seals each segment with a key of its own, ratchets forward, signs. A
 * new sender key begins before the next segment after someone is gone, after an hour and after 2^20
 * messages; in a room that seals for each recipient before every segment.
 */
final class Author {

  private static final long MAX_EPOCH_MILLIS = 3_600_000;
  private static final long MAX_EPOCH_MESSAGES = 1 << 20;
  private static final int MAX_DEPOSITED_STEPS = FeedKeys.MAX_JUMP / 4;

  private final PeerContext context;
  private final Topic topic;
  private final RoomPolicy policy;
  private final Feed feed;
  private final Supplier<Collection<byte[]>> recipients;
  private final @Nullable PreSharedKey psk;
  private final LeaveAllowance leaves;
  private final Lifetime lifetime;
  private @Nullable ChainKey chain;
  private int epoch = -1;
  private int step;
  private long epochSinceTick;
  private long epochMessages;
  private boolean rekeyDue = true;

  /** Someone has left by itself, which begins a new sender key as soon as there is allowance. */
  private boolean leaveDue;

  /**
   * @param recipients the public keys of those who may read, where each segment is sealed for each
   */
  Author(
      PeerContext context,
      Topic topic,
      RoomPolicy policy,
      Feed feed,
      Supplier<Collection<byte[]>> recipients,
      @Nullable PreSharedKey psk) {
    this.context = context;
    this.topic = topic;
    this.policy = policy;
    this.feed = feed;
    this.recipients = recipients;
    this.psk = psk;
    this.lifetime = new Lifetime(policy);
    this.leaves = new LeaveAllowance(policy.retention(), context.now());
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

  /**
   * The sender key changes before the next segment.
   *
   * @param expelled whether because someone must not read any more; of those who leave by
   *     themselves, very many at once share one change
   */
  void rekeyBeforeNext(boolean expelled) {
    rekeyDue |= expelled;
    leaveDue = true;
  }

  boolean rekeyIsDue(Now now) {
    long age = now.tickMillis() - epochSinceTick;
    return rekeyDue
        || age > MAX_EPOCH_MILLIS
        || epochMessages >= MAX_EPOCH_MESSAGES
        || (!policy.durable().isEmpty() && isTooLongForADeposit(age))
        || (leaveDue && leaves.take(now));
  }

  /**
   * A deposit opens its sender key from the first step on: whoever reads it must come to every
   * segment that is retained, and to as little as may be of what is not.
   */
  private boolean isTooLongForADeposit(long age) {
    return step >= MAX_DEPOSITED_STEPS || age > policy.retention().toMillis();
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
    leaveDue = false;
    KeyEntry entry = new KeyEntry(context.self.id(), epoch, 0, feed.next(), ChainKey.of(secret));
    Arrays.fill(secret, (byte) 0);
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

  /** Whether each segment is sealed for each recipient, with a key of its own. */
  private boolean sealsForEach() {
    return policy.suite() == SealingSuite.PER_RECIPIENT;
  }

  /** Seals and signs a segment and appends it to the feed. */
  Feed.Stored seal(WireWriter plaintext, int messages, Now now) {
    byte[] wraps = SegmentSealing.NO_WRAPS;
    if (sealsForEach()) {
      rekey(now);
      KeyWraps forEach = KeyWraps.ofSegment(topic, context.self.id(), epoch, psk);
      wraps = forEach.seal(context.crypto, recipients.get(), chain());
    }
    ChainKey current = chain();
    byte[] previous = feed.headHash();
    SegmentPlace place =
        new SegmentPlace(
            topic,
            context.self.id(),
            feed.next(),
            previous == null ? new byte[32] : previous,
            now.wallMillis(),
            lifetime.signedEnd(now.wallMillis()),
            epoch,
            step);
    SealedSegment sealed =
        SegmentSealing.seal(place, current, wraps, plaintext, context.self.signing());
    chain = current.next();
    current.destroy();
    step++;
    epochMessages += messages;
    long end = lifetime.endOf(sealed.segment().header(), now.wallMillis());
    return feed.append(sealed.segment(), sealed.hash(), end, sealed.key());
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
