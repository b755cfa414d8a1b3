package org.peerroom.internal.protocol;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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

  private final RoomMachine room;
  private final Reading reading;
  private final Deque<Message> ready = new ArrayDeque<>();
  private final SeenKeys seen = new SeenKeys();
  private long passedOver;

  /** Feeds that there may be something to read of; they take turns. */
  private final Set<Feed> unread = new LinkedHashSet<>();

  RoomReader(RoomMachine room, SubscribeOptions options) {
    this.room = room;
    this.reading = new Reading(room, options);
    room.replica().feeds().forEach(this::changed);
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
    while (!unread.isEmpty()) {
      Feed feed = unread.iterator().next();
      unread.remove(feed);
      List<Opened> opened = reading.openNext(feed);
      if (opened != null) {
        unread.add(feed);
        opened.forEach(this::ready);
        if (ready.isEmpty()) {
          reading.consumeAll();
        }
        return true;
      }
    }
    return false;
  }

  private void ready(Opened opened) {
    MessageKey key = MessageKey.of(opened.message());
    if (key != null) {
      long wallMillis = room.now().wallMillis();
      if (seen.contains(key, wallMillis)) {
        passedOver++;
        return;
      }
      seen.add(key, opened.expiresMillis(), wallMillis);
    }
    ready.add(opened.message());
  }

  /** How many messages were not delivered because one with the same key had been. */
  public long passedOver() {
    return passedOver;
  }

  @Override
  long consumed(Feed feed) {
    return reading.reads(feed)
        ? Math.max(reading.consumed(feed), Math.min(feed.first(), feed.next()))
        : feed.next();
  }

  @Override
  void changed(Feed feed) {
    if (reading.reads(feed)) {
      unread.add(feed);
    }
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
  void housekeeping() {
    seen.forgetExpired(room.now().wallMillis());
  }

  @Override
  void forget(PeerId author) {
    unread.removeIf(feed -> feed.author.equals(author));
    reading.forget(author);
  }
}
