package org.peerroom.internal.protocol;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.peerroom.MessageId;
import org.peerroom.PeerId;
import org.peerroom.RoomEvent;
import org.peerroom.SubscribeOptions;

/**
 * Where one reader is in the feeds of a room. Opens segments only when they are read; each feed is
 * read in order. What the replica has given up before it was read becomes a {@link RoomEvent.Gap}.
 */
final class Reading {

  private final RoomMachine room;
  private boolean echo;
  private final Map<PeerId, MessageId> behind;
  private final Map<PeerId, Place> places = new HashMap<>();
  private final MessageOpening opening;

  Reading(RoomMachine room, SubscribeOptions options) {
    this.room = room;
    this.echo = options.echo();
    this.behind = options.cursor().last();
    this.opening = new MessageOpening(room);
    for (Feed feed : room.replica().feeds()) {
      boolean live = options.start() == SubscribeOptions.Start.LIVE || room.policy().isLiveOnly();
      if (live && !behind.containsKey(feed.author)) {
        places.put(feed.author, new Place(FeedPosition.at(feed.next())));
      }
    }
  }

  private static final class Place {
    long next;

    /** The first message of segment {@link #next} that is wanted. */
    int index;

    long consumed;

    /** Whether this peer could read the segment at {@link #next}: whether missing it is a loss. */
    boolean readable;

    Place(FeedPosition at) {
      this.next = at.sequence();
      this.index = at.index();
      this.consumed = next;
    }
  }

  /** Whether this feed is read at all. */
  boolean reads(Feed feed) {
    return echo || !feed.author.equals(room.self());
  }

  /** From now on reads this peer's own feed too, or no longer. */
  void echo(boolean value) {
    echo = value;
  }

  /** Whether something of this feed is gone that this reader has not come to. */
  boolean hasMissed(Feed feed) {
    Place place = places.get(feed.author);
    return place != null && place.next < feed.first();
  }

  /** One more than the newest segment of this feed that was said to be consumed. */
  long consumed(Feed feed) {
    Place place = places.get(feed.author);
    if (place == null) {
      MessageId after = behind.get(feed.author);
      return after == null ? feed.first() : after.sequence();
    }
    return place.consumed;
  }

  /** The next segment of this feed that will be opened. */
  long next(Feed feed) {
    Place place = places.get(feed.author);
    return place == null ? consumed(feed) : place.next;
  }

  /** Before all that was not given out: before a large message of which not all parts were read. */
  FeedPosition frontier(Feed feed) {
    Place place = places.get(feed.author);
    MessageId unfinished = opening.unfinished(feed.author);
    if (unfinished != null) {
      return FeedPosition.before(unfinished);
    }
    return place == null
        ? FeedPosition.at(consumed(feed))
        : new FeedPosition(place.next, place.index);
  }

  /** All that was opened so far has been taken: says so of the feeds of which more was opened. */
  void consumeAll() {
    for (Map.Entry<PeerId, Place> entry : places.entrySet()) {
      Place place = entry.getValue();
      if (place.consumed != place.next) {
        place.consumed = place.next;
        room.consumedLocally(entry.getKey());
      }
    }
  }

  /**
   * Goes on here in this feed, wherever that was read before. What comes from here on counts as a
   * loss if it is gone.
   */
  void moveTo(PeerId author, FeedPosition position) {
    opening.abandon(author);
    Place place = new Place(position);
    place.readable = true;
    places.put(author, place);
  }

  /** A feed is forgotten: nothing of it will come any more. */
  void forget(PeerId author) {
    opening.abandon(author);
    places.remove(author);
  }

  private Place placeOf(Feed feed) {
    Place known = places.get(feed.author);
    if (known != null) {
      return known;
    }
    MessageId after = behind.get(feed.author);
    if (after != null) {
      moveTo(feed.author, FeedPosition.behind(after));
      return placeOf(feed);
    }
    Place fresh = new Place(FeedPosition.at(feed.first()));
    places.put(feed.author, fresh);
    return fresh;
  }

  /**
   * Opens the next segment of a feed.
   *
   * @return the messages that begin or end in it, which may be none; null if there is no segment
   *     that can be opened now
   */
  @Nullable List<Opened> openNext(Feed feed) {
    boolean wasRead = places.containsKey(feed.author);
    if (feed.keys.isEmpty() && (!wasRead || room.awaitsKey(feed))) {
      return null;
    }
    room.expire(feed);
    Place place = placeOf(feed);
    place.readable = place.readable || feed.keys.readableFrom() <= place.next;
    if (place.next < feed.first()) {
      skipTo(feed.first(), feed, place);
    }
    passOver(feed);
    Feed.Stored stored = feed.get(place.next);
    if (stored != null && !room.unsealing().keyed(feed, stored)) {
      stored = skipWhatHasNoKey(feed, place);
    }
    if (stored == null) {
      return null;
    }
    int from = place.index;
    place.next++;
    place.index = 0;
    place.readable = true;
    List<Opened> opened = opening.open(stored, from, Integer.MAX_VALUE);
    boundAssemblies();
    return opened;
  }

  /** See {@link FeedReader#passOver}. */
  void passOver(Feed feed) {
    Place place = places.get(feed.author);
    if (place == null) {
      return;
    }
    boolean nothingTaken = place.consumed == place.next;
    for (Feed.Stored at = feed.get(place.next);
        at != null && at.followsStream();
        at = feed.get(place.next)) {
      place.next++;
      place.index = 0;
      place.readable = true;
    }
    if (nothingTaken) {
      place.consumed = place.next;
    }
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
    MessageId unfinished = opening.unfinished(feed.author);
    long missed = place.readable ? place.next : Math.max(place.next, feed.keys.readableFrom());
    if (missed < sequence) {
      long first = unfinished == null ? missed : unfinished.sequence();
      room.tell(new RoomEvent.Gap(feed.author, first, sequence - 1));
    }
    opening.abandon(feed.author);
    place.next = sequence;
    place.index = 0;
    place.consumed = Math.max(place.consumed, sequence);
  }

  private void boundAssemblies() {
    for (PeerId author = opening.tooMuch(); author != null; author = opening.tooMuch()) {
      MessageId unfinished = opening.unfinished(author);
      Place place = places.get(author);
      opening.abandon(author);
      if (unfinished != null) {
        long first = unfinished.sequence();
        room.tell(new RoomEvent.Gap(author, first, place == null ? first : place.next - 1));
      }
    }
  }
}
