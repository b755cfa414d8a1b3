package org.peerroom.internal.protocol;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.peerroom.Message;
import org.peerroom.PeerId;
import org.peerroom.RoomEvent;
import org.peerroom.SubscribeOptions;

/**
 * One subscriber that acknowledges nothing: what it has read is done. Feeds take turns, each is
 * read in order. What the replica has given up before it was read becomes a {@link RoomEvent.Gap}.
 *
 * <p>Belongs to the thread that drives its room.
 */
public final class RoomReader extends FeedReader {

  private final Reading reading;
  private final Deque<Message> ready = new ArrayDeque<>();

  RoomReader(RoomMachine room, SubscribeOptions options) {
    this.reading = new Reading(room, options);
  }

  /**
   * The next messages, at most this many and, but for the first, not more than this many bytes of
   * payload; empty if there is nothing to read now.
   */
  public List<Message> read(int maxMessages, long maxBytes) {
    List<Message> messages = new ArrayList<>();
    long bytes = 0;
    while (messages.size() < maxMessages) {
      Message next = ready.peek();
      if (next == null) {
        if (!openNext()) {
          break;
        }
        continue;
      }
      if (!messages.isEmpty() && bytes + next.size() > maxBytes) {
        break;
      }
      ready.remove();
      bytes += next.size();
      messages.add(next);
      if (ready.isEmpty()) {
        reading.consumeAll();
      }
    }
    return messages;
  }

  /** Opens one more segment of the next feed that has one; false if none has. */
  private boolean openNext() {
    for (Feed feed = reading.takeUnread(); feed != null; feed = reading.takeUnread()) {
      List<Opened> opened = reading.openNext(feed);
      if (opened != null) {
        reading.changed(feed);
        opened.forEach(message -> ready.add(message.message()));
        if (ready.isEmpty()) {
          reading.consumeAll();
        }
        return true;
      }
    }
    return false;
  }

  @Override
  long consumed(Feed feed) {
    return reading.reads(feed)
        ? Math.max(reading.consumed(feed), Math.min(feed.first(), feed.next()))
        : feed.next();
  }

  @Override
  void changed(Feed feed) {
    reading.changed(feed);
  }

  @Override
  void passOver(Feed feed) {
    reading.passOver(feed);
  }

  @Override
  boolean hasMissed(Feed feed) {
    return reading.hasMissed(feed);
  }

  @Override
  void forget(PeerId author) {
    reading.forget(author);
  }
}
