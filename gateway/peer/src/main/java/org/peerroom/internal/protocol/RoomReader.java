package org.peerroom.internal.protocol;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.peerroom.Message;
import org.peerroom.MessageId;
import org.peerroom.PeerId;
import org.peerroom.RoomEvent;
import org.peerroom.SubscribeOptions;
import org.peerroom.identity.VerifiedIdentity;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.wire.MessageCodec;
import org.peerroom.internal.wire.SegmentContent;
import org.peerroom.internal.wire.SegmentContent.Item;
import org.peerroom.internal.wire.SegmentHeader;
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

  /** Large messages of which not all parts have been read, that which has grown last at the end. */
  private final Map<PeerId, Assembly> assemblies = new LinkedHashMap<>();

  private long assemblyBytes;

  /** Feeds that there may be something to read of; they take turns. */
  private final Set<Feed> unread = new LinkedHashSet<>();

  RoomReader(RoomMachine room, SubscribeOptions options) {
    this.room = room;
    this.options = options;
    if (options.start() == SubscribeOptions.Start.LIVE) {
      for (Feed feed : room.replica().feeds()) {
        places.put(feed.author, new Place(feed.next()));
      }
    }
    room.replica().feeds().forEach(this::changed);
  }

  private static final class Place {
    long next;
    long consumed;

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

    /** Who wrote its beginning. */
    final @Nullable VerifiedIdentity identity;

    final int total;
    final ByteArrayOutputStream bytes;

    Assembly(MessageId id, @Nullable VerifiedIdentity identity, int total, int firstLength) {
      this.id = id;
      this.identity = identity;
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

  /** Whether what it has not consumed is not to be given up before it expires. */
  boolean pins() {
    return false;
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

  /** There may be something new to read of this feed, or something to be told of it. */
  void changed(Feed feed) {
    if (options.echo() || !feed.author.equals(room.self())) {
      unread.add(feed);
    }
  }

  /** Whether something of this feed is gone that this reader has not come to. */
  boolean hasMissed(Feed feed) {
    Place place = places.get(feed.author);
    return place != null && place.next < feed.first();
  }

  /** Opens one more segment of the next feed that has one; false if none has. */
  private boolean openNext() {
    while (!unread.isEmpty()) {
      Feed feed = unread.iterator().next();
      unread.remove(feed);
      if (openNext(feed)) {
        unread.add(feed);
        return true;
      }
    }
    return false;
  }

  private boolean openNext(Feed feed) {
    boolean wasRead = places.containsKey(feed.author);
    if (feed.keys.isEmpty() && (!wasRead || room.awaitsKey(feed))) {
      return false;
    }
    room.expire(feed);
    Place place = places.computeIfAbsent(feed.author, a -> new Place(feed.first()));
    place.readable = place.readable || feed.keys.readableFrom() <= place.next;
    if (place.next < feed.first()) {
      skipTo(feed.first(), feed, place);
    }
    Feed.Stored stored = feed.get(place.next);
    if (stored != null && !room.unsealing().keyed(feed, stored)) {
      stored = skipWhatHasNoKey(feed, place);
    }
    if (stored == null) {
      return false;
    }
    place.next++;
    place.readable = true;
    open(stored);
    return true;
  }

  /**
   * Passes over segments that this peer holds no key for. Those before its first key were never for
   * it; of later ones the key is waited for as long as it is asked for.
   *
   * @return the next segment that can be opened; null if there is none, or not yet
   */
  private Feed.@Nullable Stored skipWhatHasNoKey(Feed feed, Place place) {
    long at = place.next;
    Feed.Stored stored = feed.get(at);
    while (stored != null && !room.unsealing().keyed(feed, stored)) {
      if (at >= feed.keys.readableFrom() && room.awaitsKey(feed)) {
        return null;
      }
      stored = feed.get(++at);
    }
    skipTo(at, feed, place);
    return stored;
  }

  /** Goes on with this segment, and tells what was missed of that which this peer could read. */
  private void skipTo(long sequence, Feed feed, Place place) {
    Assembly unfinished = assemblies.get(feed.author);
    long missed = place.readable ? place.next : Math.max(place.next, feed.keys.readableFrom());
    if (missed < sequence) {
      long first = unfinished == null ? missed : unfinished.id.sequence();
      room.tell(new RoomEvent.Gap(feed.author, first, sequence - 1));
    }
    abandon(feed.author);
    place.next = sequence;
    place.consumed = Math.max(place.consumed, sequence);
  }

  private void open(Feed.Stored stored) {
    PeerId author = stored.segment.author();
    long sequence = stored.segment.sequence();
    try {
      byte[] plaintext = room.unsealing().open(stored);
      List<Item> items = SegmentContent.read(plaintext);
      VerifiedIdentity identity = writer(stored.segment.header(), items, plaintext);
      int index = 0;
      for (Item item : items) {
        if (!(item instanceof Item.WrittenUnder)) {
          take(new MessageId(author, sequence, index++), identity, item, plaintext);
        }
      }
    } catch (Refused e) {
      abandon(author);
      room.refused(author, "segment " + sequence + " is not delivered: " + e.reason());
    } catch (CryptoException | WireException e) {
      abandon(author);
      room.refused(author, "segment " + sequence + " can't be read: " + e.getMessage());
    }
    if (ready.isEmpty()) {
      consumed();
    }
  }

  private @Nullable VerifiedIdentity writer(
      SegmentHeader header, List<Item> items, byte[] plaintext) throws Refused {
    byte[] named = null;
    if (!items.isEmpty() && items.get(0) instanceof Item.WrittenUnder under) {
      named = Arrays.copyOfRange(plaintext, under.offset(), under.offset() + PeerId.SIZE);
    }
    return room.admissions().writer(header.author(), named, header.createdMillis());
  }

  private void take(MessageId id, @Nullable VerifiedIdentity identity, Item item, byte[] plaintext)
      throws WireException {
    if (item instanceof Item.Whole whole) {
      abandon(id.author());
      ready(id, identity, MessageCodec.decode(plaintext, whole.offset(), whole.length()));
    } else if (item instanceof Item.FirstPart part) {
      abandon(id.author());
      int most = room.policy().maxMessageSize();
      if (part.total() > most + MessageCodec.MAX_OVERHEAD) {
        throw new WireException(
            "a message of " + part.total() + " bytes is over the limit of " + most);
      }
      Assembly assembly = new Assembly(id, identity, part.total(), part.length());
      append(assembly, plaintext, part.offset(), part.length());
    } else if (item instanceof Item.MorePart part) {
      Assembly assembly = assemblies.remove(id.author());
      if (assembly != null) {
        assemblyBytes -= assembly.bytes.size();
        append(assembly, plaintext, part.offset(), part.length());
      }
    }
  }

  private void append(Assembly assembly, byte[] plaintext, int offset, int length)
      throws WireException {
    assembly.bytes.write(plaintext, offset, length);
    if (assembly.bytes.size() < assembly.total) {
      assemblyBytes += assembly.bytes.size();
      assemblies.put(assembly.id.author(), assembly);
      boundAssemblies();
      return;
    }
    byte[] body = assembly.bytes.toByteArray();
    if (body.length != assembly.total) {
      throw new WireException("the parts of a message are not as long as it says");
    }
    ready(assembly.id, assembly.identity, MessageCodec.decode(body, 0, body.length));
  }

  /**
   * Not more is kept of unfinished messages than a replica keeps: the stalest is given up first.
   */
  private void boundAssemblies() {
    while (assemblyBytes > room.policy().retentionBytes() && assemblies.size() > 1) {
      Assembly stalest = assemblies.values().iterator().next();
      PeerId author = stalest.id.author();
      abandon(author);
      Place place = places.get(author);
      long last = place == null ? stalest.id.sequence() : place.next - 1;
      room.tell(new RoomEvent.Gap(author, stalest.id.sequence(), last));
    }
  }

  private void abandon(PeerId author) {
    Assembly assembly = assemblies.remove(author);
    if (assembly != null) {
      assemblyBytes -= assembly.bytes.size();
    }
  }

  /** A feed is forgotten: nothing of it will come any more. */
  void forget(PeerId author) {
    unread.removeIf(feed -> feed.author.equals(author));
    abandon(author);
    places.remove(author);
  }

  private void ready(MessageId id, @Nullable VerifiedIdentity identity, MessageCodec.Body body)
      throws WireException {
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
            identity,
            Instant.ofEpochMilli(body.sentAtMillis()),
            body.key(),
            body.headers(),
            body.payload()));
  }
}
