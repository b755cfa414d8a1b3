package org.peerroom.internal.protocol;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.peerroom.MessageId;
import org.peerroom.PayloadLostException;
import org.peerroom.PeerId;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.wire.SegmentContent;
import org.peerroom.internal.wire.SegmentContent.Item;
import org.peerroom.internal.wire.StreamItem;
import org.peerroom.internal.wire.WireException;

/**
 * A place of its own in a feed, from which the payload of one streamed message is read as it
 * arrives. Until it is closed, what it has not read counts as not read by this peer.
 *
 * <p>Hands chunks over unchecked as a whole: whether they make up what was published, its caller
 * finds out by the {@link StreamItem.End}. Belongs to the thread that drives its room.
 */
public final class StreamReader {

  private final RoomMachine room;
  private final MessageId begin;
  private long next;

  /** Since when nothing more came of an author that is gone. */
  private long goneSinceTick = Long.MAX_VALUE;

  private @Nullable String lost;

  StreamReader(RoomMachine room, MessageId begin) {
    this.room = room;
    this.begin = begin;
    this.next = begin.sequence();
  }

  /** The message whose payload it is. */
  public MessageId begin() {
    return begin;
  }

  /** The next segment to read. */
  long next() {
    return next;
  }

  /**
   * The next {@link StreamItem.Chunk}, or the {@link StreamItem.End}; null if nothing is there yet.
   *
   * @throws PayloadLostException if there will be no more
   */
  public @Nullable StreamItem read() {
    while (true) {
      Feed feed = room.replica().get(begin.author());
      if (lost != null) {
        throw lost(lost);
      }
      if (feed == null) {
        throw lost("its author has gone, and nothing of its feed is retained any more");
      }
      room.expire(feed);
      if (next < feed.first()) {
        throw lost(
            "segments "
                + next
                + " to "
                + (feed.first() - 1)
                + " expired or were given up before they were read; read faster, or retain more");
      }
      Feed.Stored stored = feed.get(next);
      if (stored == null && feed.takesNothing()) {
        throw lost("nothing more is taken from its author");
      }
      if (stored == null || !keyed(feed, stored)) {
        return null;
      }
      next++;
      goneSinceTick = Long.MAX_VALUE;
      StreamItem item = open(stored);
      room.streams().moved(feed);
      if (item != null) {
        return item;
      }
    }
  }

  private boolean keyed(Feed feed, Feed.Stored stored) {
    if (room.unsealing().keyed(feed, stored)) {
      return true;
    }
    if (room.awaitsKey(feed)) {
      return false;
    }
    throw lost("the key of segment " + next + " is not held here");
  }

  private @Nullable StreamItem open(Feed.Stored stored) {
    try {
      byte[] plaintext = room.unsealing().open(stored);
      List<Item> items = SegmentContent.read(plaintext);
      stored.followsStream(items);
      for (Item item : items) {
        if (item instanceof Item.OfStream part && part.begin() == begin.sequence()) {
          MessageOpening.writer(room, stored.segment.header(), items, plaintext);
          return step(part, plaintext);
        }
      }
      return null;
    } catch (Refused e) {
      throw lost("segment " + stored.segment.sequence() + " is not delivered: " + e.reason());
    } catch (CryptoException | WireException e) {
      throw lost("segment " + stored.segment.sequence() + " can't be read: " + e.getMessage());
    }
  }

  private StreamItem step(Item.OfStream part, byte[] plaintext) {
    if (part instanceof Item.StreamChunk chunk) {
      return new StreamItem.Chunk(
          part.begin(), ByteBuffer.wrap(plaintext, chunk.offset(), chunk.length()));
    } else if (part instanceof Item.StreamEnd end) {
      byte[] digest =
          Arrays.copyOfRange(plaintext, end.digest(), end.digest() + StreamItem.DIGEST_SIZE);
      return new StreamItem.End(
          part.begin(),
          end.total(),
          ByteBuffer.wrap(digest),
          ByteBuffer.wrap(plaintext, end.offset(), end.length()));
    }
    throw lost("its publisher gave up before the end");
  }

  /**
   * An author that is gone does not come back to go on: the wait for it ends.
   *
   * @return whether it has just ended
   */
  boolean tend(Now now, long patienceMillis) {
    Feed feed = room.replica().get(begin.author());
    PeerId author = begin.author();
    boolean waits = feed != null && feed.get(next) == null;
    if (!waits || author.equals(room.self()) || room.isMember(author)) {
      goneSinceTick = Long.MAX_VALUE;
      return false;
    }
    goneSinceTick = Math.min(goneSinceTick, now.tickMillis());
    if (lost != null || now.tickMillis() - goneSinceTick < patienceMillis) {
      return false;
    }
    lost = "its author left before the end, and no member has more of it";
    return true;
  }

  /** Its feed is forgotten, or its room left. */
  void lose(String why) {
    lost = why;
  }

  private PayloadLostException lost(String why) {
    return new PayloadLostException(
        "room '" + room.name() + "': the payload of message " + begin + " is lost: " + why);
  }
}
