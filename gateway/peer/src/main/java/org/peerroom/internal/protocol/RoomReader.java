package org.peerroom.internal.protocol;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.peerroom.Message;
import org.peerroom.MessageId;
import org.peerroom.PeerId;
import org.peerroom.RoomEvent;
import org.peerroom.SubscribeOptions;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.wire.MessageCodec;
import org.peerroom.internal.wire.SegmentContent;
import org.peerroom.internal.wire.SegmentContent.Item;
import org.peerroom.internal.wire.WireException;

/**
 * One subscriber's place in the feeds of a room. Opens segments only when they are read; feeds take
 * turns, each is read in order. What the replica has given up before it was read becomes a {@link
 * RoomEvent.Gap}.
 *
 * <p>Belongs to the thread that drives its room.
 */
public final class RoomReader {

  private final RoomMachine room;
  private final SubscribeOptions options;
  private final Map<PeerId, Place> places = new HashMap<>();
  private final Deque<Message> ready = new ArrayDeque<>();
  private int turn;

  RoomReader(RoomMachine room, SubscribeOptions options) {
    this.room = room;
    this.options = options;
    if (options.start() == SubscribeOptions.Start.LIVE) {
      for (Feed feed : room.replica().feeds()) {
        places.put(feed.author, new Place(feed.next()));
      }
    }
  }

  private static final class Place {
    long next;
    long consumed;
    @Nullable Assembly assembly;

    /** Whether this peer could read the segment at {@link #next}: whether missing it is a loss. */
    boolean readable;

    Place(long next) {
      this.next = next;
      this.consumed = next;
    }
  }

  /** A large message of which not all parts have been read. */
  private static final class Assembly {
    final MessageId id;
    final int total;
    final ByteArrayOutputStream bytes;

    Assembly(MessageId id, int total, int firstLength) {
      this.id = id;
      this.total = total;
      this.bytes = new ByteArrayOutputStream(Math.min(total, firstLength * 2));
    }
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
        consumed();
      }
    }
    return messages;
  }

  private void consumed() {
    for (Map.Entry<PeerId, Place> entry : places.entrySet()) {
      Place place = entry.getValue();
      if (place.consumed != place.next) {
        place.consumed = place.next;
        room.consumedLocally(entry.getKey());
      }
    }
  }

  /** One more than the newest segment of this feed that this reader does not wait for. */
  long consumed(Feed feed) {
    if (!options.echo() && feed.author.equals(room.self())) {
      return feed.next();
    }
    Place place = places.get(feed.author);
    return place == null
        ? feed.first()
        : Math.max(place.consumed, Math.min(feed.first(), feed.next()));
  }

  /** Opens one more segment of the next feed that has one; false if none has. */
  private boolean openNext() {
    List<Feed> feeds = room.feedsInOrder();
    for (int i = 0; i < feeds.size(); i++) {
      Feed feed = feeds.get((turn + i) % feeds.size());
      if (!options.echo() && feed.author.equals(room.self())) {
        continue;
      }
      if (openNext(feed)) {
        turn = (turn + i + 1) % feeds.size();
        return true;
      }
    }
    return false;
  }

  private boolean openNext(Feed feed) {
    if (feed.keys.isEmpty()) {
      return false;
    }
    Place place = places.computeIfAbsent(feed.author, a -> new Place(feed.first()));
    place.readable |= feed.keys.readableFrom() <= place.next;
    skipWhatIsGone(feed, place);
    Feed.Stored stored = feed.get(place.next);
    while (stored != null && !room.keyed(feed, stored)) {
      if (place.next >= feed.keys.readableFrom()) {
        return false;
      }
      place.next++;
      stored = feed.get(place.next);
    }
    if (stored == null) {
      return false;
    }
    place.next++;
    place.readable = true;
    open(place, stored);
    return true;
  }

  private void skipWhatIsGone(Feed feed, Place place) {
    if (place.next >= feed.first()) {
      return;
    }
    if (place.readable) {
      room.tell(new RoomEvent.Gap(feed.author, place.next, feed.first() - 1));
    }
    place.assembly = null;
    place.next = feed.first();
    place.consumed = Math.max(place.consumed, place.next);
  }

  private void open(Place place, Feed.Stored stored) {
    PeerId author = stored.segment.author();
    long sequence = stored.segment.sequence();
    try {
      byte[] plaintext = room.open(stored);
      int index = 0;
      for (Item item : SegmentContent.read(plaintext)) {
        take(place, new MessageId(author, sequence, index++), item, plaintext);
      }
    } catch (CryptoException | WireException e) {
      place.assembly = null;
      room.tell(
          new RoomEvent.Refused(
              author, "segment " + sequence + " can't be read: " + e.getMessage()));
    }
    if (ready.isEmpty() && place.assembly == null) {
      consumed();
    }
  }

  private void take(Place place, MessageId id, Item item, byte[] plaintext) throws WireException {
    if (item instanceof Item.Whole whole) {
      place.assembly = null;
      ready(id, MessageCodec.decode(plaintext, whole.offset(), whole.length()));
    } else if (item instanceof Item.FirstPart part) {
      if (part.total() > room.policy().maxMessageSize() + MessageCodec.MAX_OVERHEAD) {
        place.assembly = null;
        throw new WireException(
            "a message of "
                + part.total()
                + " bytes is over the limit of "
                + room.policy().maxMessageSize());
      }
      place.assembly = new Assembly(id, part.total(), part.length());
      append(place, place.assembly, plaintext, part.offset(), part.length());
    } else if (item instanceof Item.MorePart part) {
      if (place.assembly != null) {
        append(place, place.assembly, plaintext, part.offset(), part.length());
      }
    }
  }

  private void append(Place place, Assembly assembly, byte[] plaintext, int offset, int length)
      throws WireException {
    assembly.bytes.write(plaintext, offset, length);
    if (assembly.bytes.size() >= assembly.total) {
      place.assembly = null;
      byte[] body = assembly.bytes.toByteArray();
      if (body.length != assembly.total) {
        throw new WireException("the parts of a message are not as long as it says");
      }
      ready(assembly.id, MessageCodec.decode(body, 0, body.length));
    }
  }

  private void ready(MessageId id, MessageCodec.Body body) throws WireException {
    if (body.payload().length > room.policy().maxMessageSize()) {
      throw new WireException(
          "a message of "
              + body.payload().length
              + " bytes is over the limit of "
              + room.policy().maxMessageSize());
    }
    ready.add(
        new Message(
            room.name(),
            id,
            Instant.ofEpochMilli(body.sentAtMillis()),
            body.headers(),
            body.payload()));
  }
}
