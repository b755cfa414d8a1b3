package org.peerroom.internal.protocol;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.peerroom.MessageId;
import org.peerroom.PeerId;
import org.peerroom.RoomEvent;
import org.peerroom.RoomPolicy;
import org.peerroom.SubscribeOptions;
import org.peerroom.identity.Revocation;
import org.peerroom.identity.Role;
import org.peerroom.identity.SignatureChain;
import org.peerroom.identity.VerifiedIdentity;
import org.peerroom.internal.crypto.RoomKeys;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.StreamItem;
import org.peerroom.internal.wire.Topic;

/**
 * One room of one peer: decides who belongs to it, who gets keys, what is stored and what is read.
 * A pure state machine: what it wants done it leaves in its peer's outputs.
 */
public final class RoomMachine {

  private static final long HOUSEKEEPING_MILLIS = 1_000;

  private final PeerContext context;
  private final String name;
  private final RoomKeys keys;
  private final Topic topic;
  private final RoomPolicy policy;
  private final Keeping keeping;
  private final Persistence persistence;
  private final Replica replica;
  private final Replication replication;
  private final Refusals refusals;
  private final Forks forks;
  private final RoomFrames frames;
  private final Unsealing unsealing;
  private final Deposits deposits;
  private final Admissions admissions;
  private final KeyExchange keyExchange;
  private final Members members;
  private final RoomGate gate;
  private final Author author;
  private final Publishing publishing;
  private final Readers readers;
  private final Streams streams;
  private final Receipts receipts;
  private long housekeepingTick;
  private boolean anonymous;

  /**
   * @param anonymous whether what vouches for this peer is not shown here
   */
  RoomMachine(
      PeerContext context,
      String name,
      RoomKeys keys,
      RoomPolicy policy,
      boolean anonymous,
      Now now) {
    this.context = context;
    this.name = name;
    this.keys = keys;
    this.topic = Topic.of(keys.topic());
    this.policy = policy;
    this.anonymous = anonymous;
    this.refusals = new Refusals(context, this);
    this.admissions = new Admissions(context, name, policy.admission());
    this.admissions.own(shown(), now);
    this.keeping = new Keeping(context, topic, admissions::of);
    this.readers = new Readers(this);
    this.persistence = new Persistence(context, this, keeping, readers);
    this.replica = new Replica(policy, this::readUpTo, persistence::pinnedFrom, keeping);
    this.replication = new Replication(context, topic, replica, this::readLocally);
    this.forks = new Forks(context, this, replica, replication);
    Feed own = replica.open(self(), self(), now);
    if (own == null) {
      throw new IllegalStateException("a new replica has room for its own feed");
    }
    KemKeys kemKeys = new KemKeys(context, policy.suite());
    this.unsealing = new Unsealing(topic, policy.suite(), kemKeys, keeping, keys.preSharedKey());
    this.deposits = new Deposits(context, this, replica, keys.preSharedKey());
    own.admit();
    own.own(true);
    this.author = new Author(context, topic, policy, own, this::recipients, keys.preSharedKey());
    PeerContext.Continuation before = context.continuation(topic);
    if (before != null) {
      this.author.continueFrom(before);
    }
    this.author.rekey(now);
    PublishedAcks acks = new PublishedAcks(topic);
    this.publishing =
        new Publishing(
            acks,
            author,
            replica,
            replication,
            new Backlog(policy, replica, replication, own),
            this::readable);
    this.keyExchange =
        new KeyExchange(
            context, this, kemKeys, keys.preSharedKey(), replication, author, admissions);
    this.receipts = new Receipts(context, this, replication, keyExchange, own, acks);
    this.members = new Members(context, this, kemKeys, keyExchange, replication);
    this.gate = new RoomGate(context, this, admissions, replica, replication, keyExchange, members);
    this.streams = new Streams(this, context);
    this.frames =
        new RoomFrames(
            this,
            new SegmentIntake(context, this, replica, replication, forks),
            replication,
            publishing,
            keyExchange,
            members);
    this.housekeepingTick = now.tickMillis() + HOUSEKEEPING_MILLIS;
    members.announceToAll(now);
  }

  /** What keeps this room on disk, if it is to be. */
  public Persistence persistence() {
    return persistence;
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

  /** Who this peer is, as it has shown here; null for who is anonymous or not known. */
  public @Nullable VerifiedIdentity identityOf(PeerId peer) {
    return admissions.identity(peer, context.now());
  }

  /** Why this peer may not publish here; null if it may. */
  public @Nullable String whyNoPublishing() {
    return admissions.whyNot(Role.PUBLISH);
  }

  /** Why this peer may not read here; null if it may. */
  public @Nullable String whyNoReading() {
    return admissions.whyNot(Role.SUBSCRIBE);
  }

  /** Whether what vouches for this peer is not shown here. */
  public boolean isAnonymous() {
    return anonymous;
  }

  /** Shows what vouches for this peer, from now on. */
  public void reveal(Now now) {
    context.at(now);
    anonymous = false;
    identityChanged(now);
  }

  /** What vouches for this peer has changed. */
  void identityChanged(Now now) {
    if (!anonymous) {
      admissions.own(shown(), now);
      keyExchange.introduceToAll(members.list());
    }
  }

  private @Nullable SignatureChain shown() {
    return anonymous ? null : context.chain();
  }

  Admissions admissions() {
    return admissions;
  }

  Unsealing unsealing() {
    return unsealing;
  }

  Deposits deposits() {
    return deposits;
  }

  /** The streamed payloads that are read here. */
  public Streams streams() {
    return streams;
  }

  Forks forks() {
    return forks;
  }

  private Collection<byte[]> recipients() {
    return keyExchange.recipients(members.list());
  }

  RoomGate gate() {
    return gate;
  }

  /** Whether nothing more is wanted of this peer. */
  boolean isGone(PeerId peer) {
    return context.trust.whyBanned(peer) != null;
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

  Replication replication() {
    return replication;
  }

  void recheck(Now now) {
    gate.recheck(now);
    if (deposits.hasLostRecipients()) {
      author.rekeyBeforeNext(true);
    }
  }

  void spread(List<Revocation> revocations, @Nullable PeerId from) {
    gate.spread(revocations, from);
  }

  /** Adds a reader; it must be given back to {@link Readers#remove}. */
  public RoomReader reader(SubscribeOptions options) {
    return readers.add(new RoomReader(this, options));
  }

  /** Whoever reads this room here. */
  public Readers readers() {
    return readers;
  }

  /** When this turn began. */
  Now now() {
    return context.now();
  }

  /** A turn begins. */
  void at(Now now) {
    context.at(now);
  }

  /**
   * A reader's application has taken something, though perhaps less than a segment: whoever waits
   * for it goes on waiting. To be said about once a second; silence for ten counts as standstill.
   */
  public void stillReading(FeedReader reader, Now now) {
    for (Feed feed : replica.feeds()) {
      if (reader.consumed(feed) >= feed.next()) {
        continue;
      }
      if (feed == author.feed()) {
        publishing.stillReading(now);
      } else {
        replication.stillReading(feed.author);
      }
    }
  }

  /** Whether publishing may go on now, or must wait for members that are behind. */
  public boolean publishable(Now now) {
    return !replica.isFull() && publishing.isOpen(readLocally(author.feed()), now);
  }

  /** As {@link #publishable}, for a step of a stream: waits a while for lost links as well. */
  public boolean streamable(Now now) {
    return publishable(now) && publishing.isOpenToLost(now);
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
    keyExchange.beforeSegment(members, now);
    List<MessageId> ids = publishing.publish(admissions.writtenUnder(now), bodies, replicas, now);
    receipts.published(replicas, now);
    return ids;
  }

  /**
   * Publishes one step of a stream as a segment of its own.
   *
   * @param replicas how many other peers must hold it before that is reported; 0 for none
   */
  public MessageId publish(StreamItem item, int replicas, Now now) {
    context.at(now);
    keyExchange.beforeSegment(members, now);
    MessageId id = publishing.publish(admissions.writtenUnder(now), item, replicas, now);
    receipts.published(List.of(replicas), now);
    return id;
  }

  /** What others sign of this peer's messages. */
  public Receipts receipts() {
    return receipts;
  }

  /** Whether every linked member holds all that this peer has published and still retains. */
  public boolean settled() {
    return receipts.settled() && publishing.settled(keyExchange::mayHaveKeys);
  }

  /** Whether another peer, though it may have gone since, got all that this peer has published. */
  public boolean everReplicated() {
    return publishing.everReplicated();
  }

  /** How much this room takes now. */
  public RoomGauges gauges() {
    return RoomGauges.of(members, keyExchange, replica, replication);
  }

  /** Whether this peer has published something that is still retained here. */
  public boolean hasOwnSegments() {
    return author.feed().held() > 0;
  }

  void linkReady(long link, Now now) {
    members.announceTo(link, now);
  }

  void linkDown(long link, Now now) {
    Neighbour neighbour = replication.neighbour(link);
    if (neighbour != null) {
      publishing.lost(neighbour, now);
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
    frames.take(link, remote, frame, now);
  }

  /** The keys of this feed are needed and not there; the neighbour spoke of it. */
  void keyMissing(PeerId of, Neighbour teller, Now now) {
    keyExchange.keyMissing(of, teller.peer, members, now);
  }

  /**
   * A member is gone: what is sent from now on is not for it.
   *
   * @param announced whether it said so
   * @param expelled whether it must not be one any more
   */
  void memberGone(PeerId peer, boolean announced, boolean expelled, Now now) {
    KeyExchange.Parting parting = keyExchange.forget(peer);
    boolean wasAdmitted = parting.wasAdmitted();
    if (wasAdmitted || parting.hadKeys()) {
      author.rekeyBeforeNext(expelled);
    }
    publishing.forget(peer);
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
    boolean read = readers.changed(feed);
    if (read || streams.isOpen()) {
      context.emit(new Output.RoomReadable(topic));
    }
  }

  /** Whether the key of a segment that can't be opened is still being asked for. */
  boolean awaitsKey(Feed feed) {
    return keyExchange.awaitsKey(feed.author);
  }

  /** Forgets what has expired of a feed: it is not read any more either. */
  void expire(Feed feed) {
    replica.expire(feed, context.now());
  }

  private long readUpTo(Feed feed) {
    return replication.consumed(feed);
  }

  private long readLocally(Feed feed) {
    return Math.min(streams.consumed(feed), readers.consumed(feed));
  }

  void consumedLocally(PeerId of) {
    replication.consumedLocally(of);
  }

  void refused(PeerId from, String reason) {
    refusals.tell(from, reason);
  }

  void tell(RoomEvent event) {
    context.emit(new Output.RoomTold(topic, event));
  }

  /** Acknowledges what this turn brought. */
  void flush() {
    replication.flush();
    keeping.flush();
    receipts.flush();
  }

  void advance(Now now) {
    members.advance(now);
    keyExchange.advance(members, now);
    replication.advance(now);
    receipts.advance(now);
    if (now.tickMillis() >= housekeepingTick) {
      housekeepingTick = now.tickMillis() + HOUSEKEEPING_MILLIS;
      gate.expire(now);
      forks.expire(now);
      keyExchange.housekeeping(now);
      receipts.housekeeping();
      Set<PeerId> spared = members.known();
      for (PeerId forgotten : replica.expire(now, spared)) {
        replication.forgotten(forgotten);
        readers.forget(forgotten);
        streams.forget(forgotten);
      }
      readers.housekeeping();
      if (streams.advance(now)) {
        context.emit(new Output.RoomReadable(topic));
      }
    }
    if (readers.advance()) {
      context.emit(new Output.RoomReadable(topic));
    }
  }

  long nextTick() {
    return Math.min(
        Math.min(
            Math.min(receipts.nextTick(), readers.nextTick()),
            Math.min(housekeepingTick, members.nextTick())),
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
