package org.peerroom.internal.protocol;

import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.SealingSuite;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.crypto.PreSharedKey;
import org.peerroom.internal.crypto.SegmentKey;
import org.peerroom.internal.sealing.KeyWraps;
import org.peerroom.internal.sealing.SegmentSealing;
import org.peerroom.internal.wire.Segment;
import org.peerroom.internal.wire.SegmentHeader;
import org.peerroom.internal.wire.Topic;

/** Opens what a replica holds, as far as keys for it are here or come along. */
final class Unsealing {

  private final Topic topic;
  private final SealingSuite suite;
  private final KemKeys kemKeys;
  private final Keeping keeping;
  private final @Nullable PreSharedKey psk;

  Unsealing(
      Topic topic,
      SealingSuite suite,
      KemKeys kemKeys,
      Keeping keeping,
      @Nullable PreSharedKey psk) {
    this.topic = topic;
    this.suite = suite;
    this.kemKeys = kemKeys;
    this.keeping = keeping;
    this.psk = psk;
  }

  /**
   * Takes the key that a segment brings along, if there is one for this peer.
   *
   * @throws Refused if there is none to be in this room, or the keys have not the shape of any
   */
  void unwrap(Feed feed, Segment segment) throws Refused {
    byte[] wraps = segment.wraps();
    SegmentHeader header = segment.header();
    if (suite != SealingSuite.PER_RECIPIENT) {
      if (wraps.length > 0) {
        throw Refused.invalid(
            "a segment of " + feed.author.shortHex() + " brings keys along, not here");
      }
      return;
    }
    if (wraps.length % KeyWraps.slotSize(kemKeys.suite()) != 0) {
      throw Refused.invalid(
          "the keys in a segment of " + feed.author.shortHex() + " have not the size of any");
    }
    KeyWraps slots = KeyWraps.ofSegment(topic, feed.author, header.epoch(), psk);
    try {
      ChainKey key = kemKeys.unwrap(slots, wraps);
      if (key != null && header.step() == 0) {
        PeerId by = feed.author;
        feed.keys.offer(by, new KeyEntry(by, header.epoch(), 0, header.sequence(), key));
      }
    } catch (CryptoException e) {
      // Nobody but this peer could see that, so that whoever passed it on is not to blame: it is as
      // if there were no key for this peer.
    }
  }

  /** Whether a stored segment can be opened: derives its key if that has become possible. */
  boolean keyed(Feed feed, Feed.Stored stored) {
    if (stored.key == null) {
      SegmentKey key = feed.keys.keyFor(stored.segment.header());
      if (key != null) {
        feed.keyed(stored, key);
        keeping.keyed(feed, stored);
      }
    }
    return stored.key != null;
  }

  /** Whether every stored segment of a feed can be opened that this peer is due to read. */
  boolean allKeyed(Feed feed) {
    for (long s = feed.first(); s < feed.next() && feed.unkeyed() > 0; s++) {
      Feed.Stored stored = feed.get(s);
      if (stored != null && !keyed(feed, stored) && s >= feed.keys.readableFrom()) {
        return false;
      }
    }
    return true;
  }

  byte[] open(Feed.Stored stored) throws CryptoException {
    SegmentKey key = stored.key;
    if (key == null) {
      throw new CryptoException("its key is not held");
    }
    return SegmentSealing.open(stored.segment, key);
  }
}
