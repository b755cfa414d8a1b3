package org.peerroom.internal.protocol;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.peerroom.MessageId;
import org.peerroom.PeerId;
import org.peerroom.RoomEvent;
import org.peerroom.RoomPolicy;
import org.peerroom.SubscribeOptions;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.crypto.RoomKeys;
import org.peerroom.internal.crypto.SegmentKey;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.Limits;
import org.peerroom.internal.wire.Segment;
import org.peerroom.internal.wire.SegmentContent;
import org.peerroom.internal.wire.Topic;

/**
 * One room of one peer: decides who belongs to it, who gets keys, what is stored and what is read.
 * A pure state machine: what it wants done it leaves in its peer's outputs.
 */
public final class RoomMachine {

  private static final long HOUSEKEEPING_MILLIS = 1_000;
  private static final long REFUSED_AGAIN_MILLIS = 1_000;
  private static final int MAX_REFUSED = 1_024;

  private final PeerContext context;
  private final String name;
  private final RoomKeys keys;
  private final Topic topic;
  private final RoomPolicy policy;
  private final Replica replica;
  private final Replication replication;
  private final SegmentIntake intake;
  private final KeyExchange keyExchange;
  private final Members members;
  private final Author author;
  private final PublishedAcks acks;
  private final Backlog backlog;
  private final List<RoomReader> readers = new ArrayList<>();
  private final Map<PeerId, Long> lastRefused = new HashMap<>();
  private long housekeepingTick;

  RoomMachine(PeerContext context, String name, RoomKeys keys, RoomPolicy policy, Now now) {
    this.context = context;
    this.name = name;
    this.keys = keys;
    this.topic = Topic.of(keys.topic());
    this.policy = policy;
    this.replica = new Replica(topic, policy, this::readUpTo);
    this.replication = new Replication(context, topic, replica, this::readLocally);
    this.intake = new SegmentIntake(context, this, replica, replication);
    this.acks = new PublishedAcks(topic);
    Feed own = replica.open(self(), self(), now);
    if (own == null) {
      throw new IllegalStateException("a new replica has room for its own feed");
    }
    this.author = new Author(context, topic, policy, own);
    PeerContext.Continuation before = context.continuation(topic);
    if (before != null) {
      this.author.continueFrom(before);
    }
    this.author.rekey(now);
    this.backlog = new Backlog(policy, replica, replication, own);
    this.keyExchange = new KeyExchange(context, this, keys.preSharedKey(), replication, author);
    this.members = new Members(context, this, keyExchange, replication);
    this.housekeepingTick = now.tickMillis() + HOUSEKEEPING_MILLIS;
    members.announceToAll(now);
  }

  /** What the outside sees of this room. */
  public Topic topic() {
    return topic;
  }

  public String name() {
    return name;
  }

  public RoomPolicy policy() {
    return policy;
  }

  /** The other members that have proved that they belong here. */
  public Set<PeerId> members() {
    return keyExchange.admitted();
  }

  boolean isMember(PeerId peer) {
    return members.get(peer) != null;
  }

  PeerId self() {
    return context.self.id();
  }

  Replica replica() {
    return replica;
  }

  /** Adds a reader; it must be given back to {@link #remove}. */
  public RoomReader reader(SubscribeOptions options) {
    RoomReader reader = new RoomReader(this, options);
    readers.add(reader);
    return reader;
  }

  /** Forgets a reader. */
  public void remove(RoomReader reader) {
    readers.remove(reader);
    replica.feeds().forEach(feed -> replication.consumedLocally(feed.author));
  }

  /**
   * A reader's application has taken something, though perhaps less than a segment: whoever waits
   * for it goes on waiting. To be said about once a second; silence for ten counts as standstill.
   */
  public void stillReading(RoomReader reader, Now now) {
    for (Feed feed : replica.feeds()) {
      if (reader.consumed(feed) >= feed.next()) {
        continue;
      }
      if (feed == author.feed()) {
        backlog.stillReading(now);
      } else {
        replication.stillReading(feed.author);
      }
    }
  }

  /** Whether publishing may go on now, or must wait for members that are behind. */
  public boolean publishable(Now now) {
    return backlog.open(readLocally(author.feed()), now);
  }

  /**
   * Publishes messages, each already encoded, as few segments as possible.
   *
   * @param replicas for each message how many other peers must hold it before that is reported; 0
   *     for none
   * @return the place of each message in this peer's feed
   */
  public List<MessageId> publish(List<byte[]> bodies, List<Integer> replicas, Now now) {
    context.at(now);
    keyExchange.beforeSegment(members.list(), now);
    List<MessageId> ids = new ArrayList<>(bodies.size());
    int at = 0;
    while (at < bodies.size()) {
      int end = batchEnd(bodies, at);
      long first = author.feed().next();
      if (end == at) {
        publishInParts(bodies.get(at), now);
        end = at + 1;
      } else {
        append(author.seal(SegmentContent.messages(bodies.subList(at, end)), end - at, now), now);
      }
      for (int i = at; i < end; i++) {
        MessageId id = new MessageId(self(), first, i - at);
        ids.add(id);
        if (replicas.get(i) > 0) {
          acks.await(id, author.feed().next() - 1, replicas.get(i));
        }
      }
      at = end;
    }
    return ids;
  }

  private static int batchEnd(List<byte[]> bodies, int from) {
    int end = from;
    int size = 0;
    while (end < bodies.size() && end - from < Limits.MAX_SEGMENT_MESSAGES) {
      size += SegmentContent.sizeOf(bodies.get(end).length);
      if (size > Limits.SEGMENT_TARGET) {
        break;
      }
      end++;
    }
    return end;
  }

  private void publishInParts(byte[] body, Now now) {
    for (int offset = 0; offset < body.length; offset += SegmentContent.MAX_PART) {
      append(author.seal(SegmentContent.part(body, offset), offset == 0 ? 1 : 0, now), now);
    }
  }

  private void append(Feed.Stored stored, Now now) {
    replica.appended(author.feed(), stored);
    replication.appended(author.feed(), null, stored.segment.sequence(), now);
    readable(author.feed());
  }

  /** No longer reports when this message is held by others. */
  public void giveUp(MessageId id) {
    acks.giveUp(id);
  }

  /**
   * Whether every linked member holds everything that this peer has published and still retains.
   */
  public boolean settled() {
    long next = author.feed().next();
    Set<PeerId> holders = acks.reached(next - 1);
    boolean nothing = author.feed().bytes() == 0;
    return nothing || replication.neighbours().stream().allMatch(n -> holders.contains(n.peer));
  }

  /**
   * Whether another peer, though it may have gone since, got everything that this peer has
   * published.
   */
  public boolean everReplicated() {
    return acks.everReached(author.feed().next() - 1);
  }

  /** How much this room takes now. */
  public RoomGauges gauges() {
    int heardOf = 0;
    int streams = 0;
    for (Neighbour neighbour : replication.neighbours()) {
      heardOf += neighbour.heardOf();
      streams += neighbour.children.size();
    }
    return new RoomGauges(
        members.count(),
        keyExchange.admitted().size(),
        replica.feeds().size(),
        replica.bytes(),
        keyExchange.missingKeys(),
        heardOf,
        streams);
  }

  /** Whether this peer has published something that is still retained here. */
  public boolean hasOwnSegments() {
    return author.feed().bytes() > 0;
  }

  void linkReady(long link, Now now) {
    members.announceTo(link, now);
  }

  void linkDown(long link, Now now) {
    Neighbour neighbour = replication.neighbour(link);
    if (neighbour != null) {
      acks.forget(neighbour.peer);
    }
    replication.down(link, now);
  }

  void writable(long link) {
    Neighbour neighbour = replication.neighbour(link);
    if (neighbour != null) {
      boolean heldBack = neighbour.heldBack;
      neighbour.heldBack = false;
      if (heldBack) {
        members.writable(neighbour);
      }
      replication.writable(neighbour, heldBack);
    }
  }

  void frame(long link, PeerId remote, Frame frame, Now now) throws Refused {
    if (frame instanceof Frame.Members records) {
      members.onRecords(link, remote, records, now);
      return;
    }
    Neighbour neighbour = replication.neighbour(link);
    if (neighbour == null) {
      throw Refused.untimely("it is not a member of this room");
    }
    if (frame instanceof Frame.Sealed sealed) {
      intake.take(neighbour, sealed.segment(), now);
    } else if (frame instanceof Frame.Have have) {
      onHave(neighbour, have, now);
    } else if (frame instanceof Frame.Want want) {
      replication.onWant(neighbour, want, now);
    } else if (frame instanceof Frame.Unwant unwant) {
      replication.onUnwant(neighbour, unwant);
    } else if (frame instanceof Frame.Grant grant) {
      keyExchange.onGrant(remote, grant, members, now);
    } else if (frame instanceof Frame.KeyRequest request) {
      keyExchange.onRequest(request, members, now);
    }
  }

  private void onHave(Neighbour neighbour, Frame.Have have, Now now) {
    for (PeerId unknown : replication.onHave(neighbour, have, now)) {
      keyMissing(unknown, neighbour, now);
    }
    for (Frame.FeedState state : have.feeds()) {
      if (state.author().equals(self())) {
        acks.holds(neighbour.peer, state.first(), state.next()).forEach(context::emit);
      }
    }
  }

  /** The keys of this feed are needed and not there; the neighbour spoke of it. */
  void keyMissing(PeerId of, Neighbour teller, Now now) {
    keyExchange.keyMissing(of, teller.peer, members, now);
  }

  /** A member is gone: what is sent from now on is not for it. */
  void memberGone(PeerId peer, boolean announced, Now now) {
    boolean wasAdmitted = keyExchange.forget(peer);
    author.rekeyBeforeNext();
    acks.forget(peer);
    Neighbour neighbour = replication.neighbourOf(peer);
    if (neighbour != null) {
      replication.down(neighbour.link, now);
    }
    if (wasAdmitted) {
      tell(new RoomEvent.MemberLeft(peer, announced));
    }
  }

  /**
   * Makes room for the feed of an author that has been admitted; null if there are too many.
   *
   * @param voucher who grants a key for it
   */
  @Nullable Feed admit(PeerId newAuthor, PeerId voucher, Now now) {
    return replica.open(newAuthor, voucher, now);
  }

  /** There may be something new to read of this feed. */
  void readable(Feed feed) {
    readers.forEach(reader -> reader.changed(feed));
    if (!readers.isEmpty()) {
      context.emit(new Output.RoomReadable(topic));
    }
  }

  /** Whether a stored segment can be opened: derives its key if that has become possible. */
  boolean keyed(Feed feed, Feed.Stored stored) {
    if (stored.key == null) {
      SegmentKey key = feed.keys.keyFor(stored.segment.header());
      if (key != null) {
        feed.keyed(stored, key);
      }
    }
    return stored.key != null;
  }

  /** Whether every stored segment of a feed can be opened that this peer is due to read. */
  boolean allKeyed(Feed feed) {
    for (long s = feed.first(); s < feed.next() && feed.unkeyed() > 0; s++) {
      Feed.Stored stored = feed.get(s);
      if (stored != null
          && !keyed(feed, stored)
          && SegmentIntake.isDueToBeRead(feed, stored.segment)) {
        return false;
      }
    }
    return true;
  }

  /** Whether the key of a segment that can't be opened is still being asked for. */
  boolean awaitsKey(Feed feed) {
    return keyExchange.awaitsKey(feed.author);
  }

  /** Forgets what has expired of a feed: it is not read any more either. */
  void expire(Feed feed) {
    replica.expire(feed, context.now());
  }

  byte[] open(Feed.Stored stored) throws CryptoException {
    SegmentKey key = stored.key;
    if (key == null) {
      throw new CryptoException("its key is not held");
    }
    Segment segment = stored.segment;
    int length = segment.ciphertextEnd() - Segment.HEADER_SIZE;
    return key.open(segment.headerBytes(), segment.encoded(), Segment.HEADER_SIZE, length);
  }

  private long readUpTo(Feed feed) {
    return replication.consumed(feed);
  }

  private long readLocally(Feed feed) {
    long consumed = feed.next();
    for (RoomReader reader : readers) {
      consumed = Math.min(consumed, reader.consumed(feed));
    }
    return consumed;
  }

  void consumedLocally(PeerId of) {
    replication.consumedLocally(of);
  }

  /** Tells that something was refused, at most once a second for each peer. */
  void refused(PeerId from, String reason) {
    long tick = context.now().tickMillis();
    Long before = lastRefused.get(from);
    if (before != null && tick - before < REFUSED_AGAIN_MILLIS) {
      return;
    }
    if (lastRefused.size() >= MAX_REFUSED) {
      lastRefused.clear();
    }
    lastRefused.put(from, tick);
    tell(new RoomEvent.Refused(from, reason));
  }

  void tell(RoomEvent event) {
    context.emit(new Output.RoomTold(topic, event));
  }

  /** Acknowledges what this turn brought. */
  void flush() {
    replication.flush();
  }

  void advance(Now now) {
    members.advance(now);
    keyExchange.advance(members, now);
    replication.advance(now);
    if (now.tickMillis() >= housekeepingTick) {
      housekeepingTick = now.tickMillis() + HOUSEKEEPING_MILLIS;
      Set<PeerId> spared = members.known();
      for (PeerId forgotten : replica.expire(now, spared)) {
        replication.forgotten(forgotten);
        readers.forEach(reader -> reader.forget(forgotten));
      }
      for (RoomReader reader : readers) {
        replica.feeds().stream().filter(reader::hasMissed).forEach(this::readable);
      }
    }
  }

  long nextTick() {
    return Math.min(
        Math.min(housekeepingTick, members.nextTick()),
        Math.min(keyExchange.nextTick(), replication.nextTick()));
  }

  /** Tells the members and forgets every key of this room. */
  void leave(Now now) {
    members.announceLeaving(now);
    context.leaves(topic, author.continuation());
    replica.destroy();
    author.destroy();
    keyExchange.destroy();
    keys.destroy();
  }
}
