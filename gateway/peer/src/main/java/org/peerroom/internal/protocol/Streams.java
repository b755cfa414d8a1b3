package org.peerroom.internal.protocol;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.peerroom.Message;
import org.peerroom.MessageId;
import org.peerroom.PayloadLostException;
import org.peerroom.PeerId;
import org.peerroom.identity.VerifiedIdentity;
import org.peerroom.internal.wire.MessageCodec;

/**
 * The places in a room from which streamed payloads are read, or will be: from the moment a message
 * is delivered its payload counts as not read, until it has been read or given up, or nobody has
 * begun to read it for a minute in which no other payload was read either.
 *
 * <p>At most {@value #MAX_PLACES} are kept; beyond that the oldest that nobody has begun to read is
 * given up. Its payload can still be read then, if it is retained at that time.
 */
public final class Streams {

  static final int MAX_PLACES = 256;
  static final long UNREAD_MILLIS = 60_000;
  static final long GONE_MILLIS = 60_000;

  private final RoomMachine room;
  private final PeerContext context;

  /** By author: all places. */
  private final Map<PeerId, List<StreamReader>> places = new LinkedHashMap<>();

  /** Those that nobody has begun to read, oldest first. */
  private final List<StreamReader> promised = new ArrayList<>();

  private int size;
  private long lastReadTick;
  private @Nullable Messages messages;

  Streams(RoomMachine room, PeerContext context) {
    this.room = room;
    this.context = context;
  }

  /** Makes messages whose payload is read by {@link Streams#open}. */
  @FunctionalInterface
  public interface Messages {
    /** A streamed message; the head has no payload. */
    Message of(MessageId id, @Nullable VerifiedIdentity identity, MessageCodec.Body head);
  }

  /** Who makes streamed messages from now on; without one there are none. */
  public void messages(Messages maker) {
    messages = maker;
  }

  /** The message that begins here; null if nobody can read its payload. */
  @Nullable Message message(
      MessageId id, @Nullable VerifiedIdentity identity, MessageCodec.Body head) {
    if (messages == null) {
      return null;
    }
    promise(id);
    return messages.of(id, identity, head);
  }

  private void promise(MessageId id) {
    if (size >= MAX_PLACES) {
      if (promised.isEmpty()) {
        return;
      }
      close(promised.get(0));
    }
    lastReadTick = context.now().tickMillis();
    promised.add(added(id));
  }

  private StreamReader added(MessageId id) {
    StreamReader reader = new StreamReader(room, id);
    places.computeIfAbsent(id.author(), a -> new ArrayList<>(1)).add(reader);
    size++;
    return reader;
  }

  /**
   * A place from which the payload of this message is read from its beginning; to be given back to
   * {@link #close}.
   *
   * @throws PayloadLostException if its beginning is not retained any more
   */
  public StreamReader open(MessageId id) {
    lastReadTick = context.now().tickMillis();
    for (StreamReader reader : promised) {
      if (reader.begin().equals(id)) {
        promised.remove(reader);
        return reader;
      }
    }
    Feed feed = room.replica().get(id.author());
    if (feed == null || id.sequence() < feed.first()) {
      throw new PayloadLostException(
          "room '"
              + room.name()
              + "': the payload of message "
              + id
              + " is lost: its beginning is not retained any more; read it sooner, or retain more");
    }
    return added(id);
  }

  /** Forgets a place. */
  public void close(StreamReader reader) {
    PeerId author = reader.begin().author();
    List<StreamReader> some = places.getOrDefault(author, List.of());
    if (some.remove(reader)) {
      size--;
      promised.remove(reader);
      if (some.isEmpty()) {
        places.remove(author);
      }
      room.consumedLocally(author);
    }
  }

  /** Whether payloads are being read, or may be soon. */
  public boolean isOpen() {
    return size > 0;
  }

  /** How many places there are. */
  int size() {
    return size;
  }

  /** One more than the newest segment of this feed that no payload waits for. */
  long consumed(Feed feed) {
    long consumed = feed.next();
    for (StreamReader reader : places.getOrDefault(feed.author, List.of())) {
      consumed = Math.min(consumed, Math.max(reader.next(), feed.first()));
    }
    return consumed;
  }

  /** A payload has been read on: what is known to be of streams alone others need not open. */
  void moved(Feed feed) {
    lastReadTick = context.now().tickMillis();
    room.readers().passOver(feed);
    room.consumedLocally(feed.author);
  }

  /** A feed is forgotten: nothing of it will come any more. */
  void forget(PeerId author) {
    for (StreamReader reader : places.getOrDefault(author, List.of())) {
      reader.lose("its author has gone, and nothing of its feed is retained any more");
    }
  }

  /** About once a second: gives up what nobody reads; whether a reader is to be told something. */
  boolean advance(Now now) {
    if (now.tickMillis() - lastReadTick > UNREAD_MILLIS) {
      List.copyOf(promised).forEach(this::close);
    }
    boolean told = false;
    for (List<StreamReader> some : places.values()) {
      for (StreamReader reader : some) {
        told |= reader.tend(now, GONE_MILLIS);
      }
    }
    return told;
  }
}
