package org.peerroom.internal.protocol;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.peerroom.Message;
import org.peerroom.MessageId;
import org.peerroom.PeerId;
import org.peerroom.identity.VerifiedIdentity;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.wire.MessageCodec;
import org.peerroom.internal.wire.SegmentContent;
import org.peerroom.internal.wire.SegmentContent.Item;
import org.peerroom.internal.wire.SegmentHeader;
import org.peerroom.internal.wire.WireException;

/**
 * Makes messages of segments for one reader, and keeps the parts of large ones until all have been
 * read: of all authors together not more bytes than a replica retains.
 */
final class MessageOpening {

  private final RoomMachine room;

  /** By author; that which has grown last at the end. */
  private final Map<PeerId, Assembly> assemblies = new LinkedHashMap<>();

  private long assemblyBytes;

  MessageOpening(RoomMachine room) {
    this.room = room;
  }

  /**
   * Opens a segment. What can't be read, or not be delivered, is told as refused and passed over.
   *
   * @param from the first message of it that is wanted
   * @param to one more than the last
   * @return the messages that begin or end in it
   */
  List<Opened> open(Feed.Stored stored, int from, int to) {
    PeerId author = stored.segment.author();
    long sequence = stored.segment.sequence();
    List<Opened> messages = new ArrayList<>();
    try {
      byte[] plaintext = room.unsealing().open(stored);
      List<Item> items = SegmentContent.read(plaintext);
      stored.followsStream(items);
      VerifiedIdentity identity = writer(room, stored.segment.header(), items, plaintext);
      int index = 0;
      for (Item item : items) {
        if (item instanceof Item.WrittenUnder) {
          continue;
        }
        if (index >= from && index < to) {
          MessageId id = new MessageId(author, sequence, index);
          Opened message = take(id, identity, item, plaintext, stored.expiresMillis);
          if (message != null) {
            messages.add(message);
          }
        }
        index++;
      }
    } catch (Refused e) {
      abandon(author);
      room.refused(author, "segment " + sequence + " is not delivered: " + e.reason());
    } catch (CryptoException | WireException e) {
      abandon(author);
      room.refused(author, "segment " + sequence + " can't be read: " + e.getMessage());
    }
    if (to == Integer.MAX_VALUE && !messages.isEmpty()) {
      messages.add(messages.remove(messages.size() - 1).asLast());
    }
    return messages;
  }

  /** Who wrote a segment. */
  static @Nullable VerifiedIdentity writer(
      RoomMachine room, SegmentHeader header, List<Item> items, byte[] plaintext) throws Refused {
    byte[] named = null;
    if (!items.isEmpty() && items.get(0) instanceof Item.WrittenUnder under) {
      named = Arrays.copyOfRange(plaintext, under.offset(), under.offset() + PeerId.SIZE);
    }
    return room.admissions().writer(header.author(), named, header.createdMillis());
  }

  private @Nullable Opened take(
      MessageId id,
      @Nullable VerifiedIdentity identity,
      Item item,
      byte[] plaintext,
      long expiresMillis)
      throws WireException {
    Assembly assembly;
    int offset;
    int length;
    if (item instanceof Item.FirstPart part) {
      abandon(id.author());
      int most = room.policy().maxMessageSize();
      if (part.total() > most + MessageCodec.MAX_OVERHEAD) {
        throw new WireException(
            "a message of " + part.total() + " bytes is over the limit of " + most);
      }
      assembly = new Assembly(id, identity, part.total(), part.length());
      offset = part.offset();
      length = part.length();
    } else if (item instanceof Item.MorePart part) {
      assembly = assemblies.get(id.author());
      abandon(id.author());
      offset = part.offset();
      length = part.length();
    } else if (item instanceof Item.Whole whole) {
      abandon(id.author());
      MessageCodec.Body body = MessageCodec.decode(plaintext, whole.offset(), whole.length());
      return opened(id, id, identity, body, expiresMillis);
    } else if (item instanceof Item.StreamBegin begin) {
      abandon(id.author());
      MessageCodec.Body head = MessageCodec.decode(plaintext, begin.offset(), begin.length());
      return streamed(id, identity, head, expiresMillis);
    } else {
      return null;
    }
    if (assembly == null) {
      return null;
    }
    byte[] all = assembly.append(plaintext, offset, length);
    if (all == null) {
      assemblyBytes += assembly.size();
      assemblies.put(id.author(), assembly);
      return null;
    }
    MessageCodec.Body body = MessageCodec.decode(all, 0, all.length);
    return opened(assembly.id, id, assembly.identity, body, expiresMillis);
  }

  private @Nullable Opened streamed(
      MessageId id, @Nullable VerifiedIdentity identity, MessageCodec.Body head, long expiresMillis)
      throws WireException {
    if (id.index() != 0 || head.payload().length > 0) {
      throw new WireException("a stream does not begin as one does");
    }
    Message message = room.streams().message(id, identity, head);
    return message == null
        ? null
        : new Opened(message, head.receiptWanted(), FeedPosition.behind(id), expiresMillis);
  }

  private Opened opened(
      MessageId id,
      MessageId end,
      @Nullable VerifiedIdentity identity,
      MessageCodec.Body body,
      long expiresMillis)
      throws WireException {
    int most = room.policy().maxMessageSize();
    if (body.payload().length > most) {
      throw new WireException(
          "a message of " + body.payload().length + " bytes is over the limit of " + most);
    }
    Message message =
        new Message(
            room.name(),
            id,
            identity,
            Instant.ofEpochMilli(body.sentAtMillis()),
            body.key(),
            body.headers(),
            body.payload());
    return new Opened(message, body.receiptWanted(), FeedPosition.behind(end), expiresMillis);
  }

  /** The large message of this author of which not all parts have been read; null if none. */
  @Nullable MessageId unfinished(PeerId author) {
    Assembly assembly = assemblies.get(author);
    return assembly == null ? null : assembly.id;
  }

  /** Whose message to {@link #abandon} because too much is kept: the stalest; null if none. */
  @Nullable PeerId tooMuch() {
    return assemblyBytes > room.policy().retentionBytes() && assemblies.size() > 1
        ? assemblies.keySet().iterator().next()
        : null;
  }

  /** Drops what there is of a large message of this author. */
  void abandon(PeerId author) {
    Assembly assembly = assemblies.remove(author);
    if (assembly != null) {
      assemblyBytes -= assembly.size();
    }
  }
}
