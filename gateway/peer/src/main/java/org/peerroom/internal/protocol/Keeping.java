package org.peerroom.internal.protocol;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.peerroom.PeerId;
import org.peerroom.identity.SignatureChain;
import org.peerroom.internal.wire.KeyDeposit;
import org.peerroom.internal.wire.Topic;

/**
 * Tells what a persistent room wants kept, as its replica changes: nothing is on disk that is not
 * in the replica, but for a moment. Tells nothing for a room in memory.
 */
final class Keeping {

  private final PeerContext context;
  private final Topic topic;
  private final Function<PeerId, Standing> standing;
  private final Set<Feed> shortened = new LinkedHashSet<>();
  private boolean on;
  private boolean behind;

  /**
   * @param standing what an author is known to be
   */
  Keeping(PeerContext context, Topic topic, Function<PeerId, Standing> standing) {
    this.context = context;
    this.topic = topic;
    this.standing = standing;
  }

  /** From now on. */
  void begin() {
    on = true;
  }

  void behind(boolean isBehind) {
    behind = isBehind;
  }

  /** Whether the disk does not keep up. */
  boolean isBehind() {
    return behind;
  }

  boolean isOn() {
    return on;
  }

  /** A feed has grown. */
  void appended(Feed feed, Feed.Stored stored) {
    if (!on) {
      return;
    }
    SignatureChain vouching = standing.apply(feed.author).chain();
    if (!feed.isKept() || !Objects.equals(feed.keptChain(), vouching)) {
      feed.kept(vouching);
      byte[] chain = vouching == null ? new byte[0] : vouching.encoded();
      context.emit(new Keep.Author(topic, feed.author, feed.isOwn(), chain));
    }
    context.emit(new Keep.Append(topic, stored.segment));
    keyed(feed, stored);
  }

  /** A stored segment can be opened. */
  void keyed(Feed feed, Feed.Stored stored) {
    if (!on || stored.key == null) {
      return;
    }
    byte[] chainKey = feed.keys.exposeChainKey(stored.segment.header());
    if (chainKey != null) {
      context.emit(new Keep.Key(topic, feed.author, stored.segment.sequence(), chainKey));
    }
  }

  void deposited(KeyDeposit deposit) {
    if (on) {
      context.emit(new Keep.Deposit(topic, deposit));
    }
  }

  /** Something of a feed may be gone. */
  void shortened(Feed feed) {
    if (on) {
      shortened.add(feed);
    }
  }

  /** Nothing is left of a feed. */
  void forgotten(PeerId author) {
    if (on) {
      shortened.removeIf(feed -> feed.author.equals(author));
      context.emit(new Keep.Drop(topic, author));
    }
  }

  /** The turn is over. */
  void flush() {
    for (Feed feed : shortened) {
      if (feed.first() > feed.keptFrom()) {
        feed.keptFrom(feed.first());
        context.emit(new Keep.DropBefore(topic, feed.author, feed.first()));
      }
      feed.takeForgottenDeposits()
          .forEach(epoch -> context.emit(new Keep.NoDeposit(topic, feed.author, epoch)));
    }
    shortened.clear();
  }

  /** Wipes a key that was told and that nobody carries out. */
  static void wipe(Keep keep) {
    if (keep instanceof Keep.Key key) {
      Arrays.fill(key.exposeChainKey(), (byte) 0);
    }
  }
}
