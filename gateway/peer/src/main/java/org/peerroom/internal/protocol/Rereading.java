package org.peerroom.internal.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a message that was read before and is to be read again.
 *
 * @param opened the message; null if it can't be read
 * @param lost whether it never can be again: it has expired, was given up, or has no key any more
 */
record Rereading(@Nullable Opened opened, boolean lost) {

  private static final Rereading LOST = new Rereading(null, true);
  private static final Rereading LATER = new Rereading(null, false);

  /** Reads the message again that begins here. */
  static Rereading of(RoomMachine room, Feed feed, FeedPosition at) {
    room.expire(feed);
    MessageOpening opening = new MessageOpening(room);
    int from = at.index();
    for (long s = at.sequence(); s < feed.next(); s++) {
      Feed.Stored stored = feed.get(s);
      if (stored == null) {
        return LOST;
      }
      if (!room.unsealing().keyed(feed, stored)) {
        return room.awaitsKey(feed) ? LATER : LOST;
      }
      List<Opened> opened = opening.open(stored, from, from + 1);
      if (!opened.isEmpty()) {
        return new Rereading(opened.get(0), false);
      }
      if (opening.unfinished(feed.author) == null) {
        return LOST;
      }
      from = 0;
    }
    return LATER;
  }
}
