package org.peerroom.internal.protocol;

import org.peerroom.PeerId;

/**
 * Whoever reads the feeds of a room, at a pace of its own. Belongs to the thread that drives its
 * room.
 */
public abstract sealed class FeedReader permits RoomReader, RoomSubscription {

  /** One more than the newest segment of this feed that this reader does not wait for. */
  abstract long consumed(Feed feed);

  /** There may be something new to read of this feed, or something to be told of it. */
  abstract void changed(Feed feed);

  /**
   * Segments of this feed are known to be of streams alone: if this reader comes to them it goes on
   * behind them, also while nobody asks it for messages. Who reads a payload would else wait for
   * itself.
   */
  abstract void passOver(Feed feed);

  /** Whether something of this feed is gone that this reader has not come to. */
  abstract boolean hasMissed(Feed feed);

  /** A feed is forgotten: nothing of it will come any more. */
  abstract void forget(PeerId author);

  /** When {@link #advance} has something to do, by this peer's tick. */
  long nextTick() {
    return Long.MAX_VALUE;
  }

  /** Does what is due; whether there may be something to read now. */
  boolean advance() {
    return false;
  }

  /** Forgets what is too old; about once a second. */
  abstract void housekeeping();
}
