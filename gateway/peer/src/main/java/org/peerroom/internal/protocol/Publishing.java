package org.peerroom.internal.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.peerroom.MessageId;
import org.peerroom.PeerId;
import org.peerroom.internal.wire.Frame.FeedState;
import org.peerroom.internal.wire.SegmentContent;
import org.peerroom.internal.wire.StreamItem;
import org.peerroom.internal.wire.WireWriter;

/**
 * This peer's own messages: cut into segments, appended to its own feed, and followed until as many
 * others hold them as was asked for.
 */
final class Publishing {

  private final Author author;
  private final Replica replica;
  private final Replication replication;
  private final Backlog backlog;
  private final PublishedAcks acks;
  private final Consumer<Feed> readable;

  /**
   * @param readable told when there is something new to read
   */
  Publishing(
      PublishedAcks acks,
      Author author,
      Replica replica,
      Replication replication,
      Backlog backlog,
      Consumer<Feed> readable) {
    this.author = author;
    this.replica = replica;
    this.replication = replication;
    this.backlog = backlog;
    this.acks = acks;
    this.readable = readable;
  }

  /** See {@link Backlog#open}. */
  boolean isOpen(long readLocally, Now now) {
    return backlog.open(readLocally, now);
  }

  /** See {@link Backlog#openToLost}. */
  boolean isOpenToLost(Now now) {
    return backlog.openToLost(now);
  }

  /** The link to a member is lost; it may come back. */
  void lost(Neighbour neighbour, Now now) {
    acks.forget(neighbour.peer);
    backlog.lost(neighbour, now);
  }

  /** See {@link Backlog#stillReading}. */
  void stillReading(Now now) {
    backlog.stillReading(now);
  }

  /**
   * See {@link RoomMachine#publish}.
   *
   * @param identity the key that they are written under; null for an anonymous author
   */
  List<MessageId> publish(
      byte @Nullable [] identity, List<byte[]> bodies, List<Integer> replicas, Now now) {
    List<MessageId> ids = new ArrayList<>(bodies.size());
    int at = 0;
    while (at < bodies.size()) {
      int end = SegmentContent.endOfSegment(bodies, at);
      long first = author.feed().next();
      if (end == at) {
        publishInParts(identity, bodies.get(at), now);
        end = at + 1;
      } else {
        WireWriter content = SegmentContent.messages(identity, bodies.subList(at, end));
        append(author.seal(content, end - at, now), now);
      }
      for (int i = at; i < end; i++) {
        MessageId id = new MessageId(author.feed().author, first, i - at);
        ids.add(id);
        if (replicas.get(i) > 0) {
          acks.await(id, author.feed().next() - 1, replicas.get(i));
        }
      }
      at = end;
    }
    return ids;
  }

  /** See {@link RoomMachine#publish(StreamItem, int, Now)}; the identity as above. */
  MessageId publish(byte @Nullable [] identity, StreamItem item, int replicas, Now now) {
    MessageId id = new MessageId(author.feed().author, author.feed().next(), 0);
    int messages = item instanceof StreamItem.Begin ? 1 : 0;
    append(author.seal(SegmentContent.stream(identity, item), messages, now), now);
    if (replicas > 0) {
      acks.await(id, id.sequence(), replicas);
    }
    return id;
  }

  private void publishInParts(byte @Nullable [] identity, byte[] body, Now now) {
    for (int offset = 0; offset < body.length; offset += SegmentContent.MAX_PART) {
      WireWriter content = SegmentContent.part(identity, body, offset);
      append(author.seal(content, offset == 0 ? 1 : 0, now), now);
    }
  }

  private void append(Feed.Stored stored, Now now) {
    replica.appended(author.feed(), stored);
    replication.appended(author.feed(), null, stored.segment.sequence(), now);
    readable.accept(author.feed());
  }

  /** A member says what it holds of this peer's feed. */
  void holds(PeerId member, FeedState state) {
    acks.holds(member, state.next());
  }

  /** This member does not come back. */
  void forget(PeerId member) {
    acks.forget(member);
    backlog.gone(member);
  }

  /**
   * See {@link RoomMachine#settled}.
   *
   * @param reads whether this peer is one that can hold what is published here
   */
  boolean settled(Predicate<PeerId> reads) {
    long next = author.feed().next();
    Set<PeerId> holders = acks.reached(next - 1);
    boolean nothing = author.feed().held() == 0;
    return nothing
        || replication.neighbours().stream()
            .allMatch(n -> holders.contains(n.peer) || !reads.test(n.peer));
  }

  boolean everReplicated() {
    return acks.everReached(author.feed().next() - 1);
  }
}
