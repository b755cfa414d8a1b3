package org.peerroom.internal.protocol;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.internal.wire.Frame.Deposited;
import org.peerroom.internal.wire.Frame.FeedState;
import org.peerroom.internal.wire.Frame.Have;
import org.peerroom.internal.wire.Frame.Sealed;
import org.peerroom.internal.wire.Frame.Unwant;
import org.peerroom.internal.wire.Frame.Want;
import org.peerroom.internal.wire.KeyDeposit;
import org.peerroom.internal.wire.Limits;
import org.peerroom.internal.wire.Topic;

/**
 * How the replicas of linked members become equal. Each replica asks for each feed from one
 * neighbour, the author itself where it is linked, and that neighbour streams it from its own
 * replica as it grows: catching up and living on are one mechanism, nothing is sent that was not
 * asked for, and a slow link holds up nobody else. Have-vectors tell what there is to ask for,
 * acknowledge what arrived, and find what was lost.
 */
final class Replication {

  /** Neighbours that do not get a feed from its author hear of news after this long. */
  private static final long DIGEST_MILLIS = 300;

  /** Whole have-vectors go to every neighbour this often, with up to a third of jitter. */
  private static final long FULL_HAVE_MILLIS = 30_000;

  /** Signs of life of someone behind a neighbour are passed on this often. */
  private static final long STILL_READING_MILLIS = 1_000;

  private final PeerContext context;
  private final Topic topic;
  private final Replica replica;
  private final ToLongFunction<Feed> readLocally;
  private final Map<Long, Neighbour> neighbours = new LinkedHashMap<>();
  private final Sources sources;

  /** By author and link: who streams which feed from here; the same as the neighbours know. */
  private final Map<PeerId, Map<Long, Neighbour>> streams = new HashMap<>();

  private final Set<PeerId> unacknowledged = new LinkedHashSet<>();
  private final Set<PeerId> grown = new LinkedHashSet<>();
  private final Set<PeerId> redirected = new LinkedHashSet<>();
  private long digestTick = Long.MAX_VALUE;
  private long fullHaveTick = Long.MAX_VALUE;

  /**
   * @param readLocally one more than the newest segment of a feed that no local reader waits for
   */
  Replication(PeerContext context, Topic topic, Replica replica, ToLongFunction<Feed> readLocally) {
    this.context = context;
    this.topic = topic;
    this.replica = replica;
    this.readLocally = readLocally;
    this.sources = new Sources(context, topic, replica, this);
  }

  Collection<Neighbour> neighbours() {
    return neighbours.values();
  }

  @Nullable Neighbour neighbour(long link) {
    return neighbours.get(link);
  }

  @Nullable Neighbour neighbourOf(PeerId peer) {
    Long link = context.linkTo(peer);
    return link == null ? null : neighbours.get(link);
  }

  Neighbour up(long link, PeerId peer, Now now) {
    Neighbour neighbour = new Neighbour(link, peer);
    neighbours.put(link, neighbour);
    redirected.add(peer);
    armDigest(now);
    if (fullHaveTick == Long.MAX_VALUE) {
      fullHaveTick = now.tickMillis() + jittered(FULL_HAVE_MILLIS);
    }
    sendHave(neighbour, replica.feeds());
    Feed feed = replica.get(peer);
    if (feed != null) {
      sources.authorUp(feed, neighbour, now);
    }
    return neighbour;
  }

  void down(long link, Now now) {
    Neighbour gone = neighbours.remove(link);
    if (gone == null) {
      return;
    }
    gone.children.keySet().forEach(author -> ended(author, link));
    redirected.add(gone.peer);
    armDigest(now);
    sources.down(link, now);
  }

  /**
   * A feed was admitted: asks for it where it can be had, and tells the neighbours that it can be
   * had here.
   */
  void admitted(Feed feed, Now now) {
    sources.find(feed, now);
    grown.add(feed.author);
    armDigest(now);
  }

  /** A feed was forgotten: no longer asks for it. */
  void forgotten(PeerId author) {
    stopAsking(author);
    grown.remove(author);
    unacknowledged.remove(author);
  }

  /** Asks no longer for this feed. */
  void stopAsking(PeerId author) {
    sources.forget(author);
  }

  /** Takes a have-vector in; returns what it says of feeds that this replica knows nothing of. */
  List<FeedState> onHave(Neighbour neighbour, Have have, Now now) {
    List<FeedState> unknown = new ArrayList<>();
    for (FeedState state : have.feeds()) {
      if (!neighbour.learn(state, replica)) {
        break;
      }
      acknowledged(neighbour, state, now);
      Feed feed = replica.get(state.author());
      if (feed != null && feed.admitted()) {
        sources.heard(feed, neighbour, state, now);
      } else {
        unknown.add(state);
      }
    }
    return unknown;
  }

  private void acknowledged(Neighbour neighbour, FeedState state, Now now) {
    Neighbour.Child child = neighbour.children.get(state.author());
    if (child == null) {
      return;
    }
    if (state.consumed() > child.consumed
        || now.tickMillis() - child.progressTick >= STILL_READING_MILLIS) {
      unacknowledged.add(state.author());
    }
    child.acknowledged(state, now.tickMillis());
  }

  void onWant(Neighbour neighbour, Want want, Now now) {
    Feed feed = replica.get(want.author());
    int most = replica.feeds().size() + MissingKeys.MAX_HEARSAY_OF_ONE;
    if (feed == null
        && neighbour.children.size() >= most
        && !neighbour.children.containsKey(want.author())) {
      return;
    }
    Neighbour.Child child = new Neighbour.Child(want.from(), now.tickMillis());
    FeedState said = neighbour.has(want.author());
    if (said != null) {
      // What it holds and has not read keeps counting when it comes back over another link.
      child.consumed = Math.min(child.consumed, said.consumed());
    }
    neighbour.wants(want.author(), child);
    streams
        .computeIfAbsent(want.author(), a -> new LinkedHashMap<>())
        .put(neighbour.link, neighbour);
    if (feed != null) {
      if (feed.first() > want.from()) {
        sendHave(neighbour, List.of(feed));
      }
      pump(neighbour, feed);
    }
  }

  void onUnwant(Neighbour neighbour, Unwant unwant) {
    neighbour.wantsNoMore(unwant.author());
    ended(unwant.author(), neighbour.link);
  }

  private void ended(PeerId author, long link) {
    if (replica.isLiveOnly()) {
      unacknowledged.add(author);
    }
    streams.computeIfPresent(
        author, (a, some) -> some.remove(link) != null && some.isEmpty() ? null : some);
  }

  private Collection<Neighbour> streaming(PeerId author) {
    return streams.getOrDefault(author, Map.of()).values();
  }

  /**
   * A feed has grown: passes it on to those who asked, acknowledges it, and lets others know in a
   * while.
   */
  void appended(Feed feed, @Nullable Neighbour from, long sequence, Now now) {
    if (from != null) {
      from.learnFrom(feed.author, sequence);
      sources.progressed(feed.author, from, now);
    }
    if (feed.durableNext() == feed.next()) {
      unacknowledged.add(feed.author);
      grown.add(feed.author);
      armDigest(now);
    }
    for (Neighbour neighbour : streaming(feed.author)) {
      if (neighbour != from) {
        pump(neighbour, feed);
      }
    }
  }

  /** More of a feed is on disk: now others may rely on it. */
  void synced(Feed feed, Now now) {
    unacknowledged.add(feed.author);
    grown.add(feed.author);
    armDigest(now);
  }

  /** The replica is full: nothing is asked for until there is room. */
  void hold() {
    sources.hold();
  }

  /** A segment that has expired came: its place counts, nothing is passed on. */
  void passed(Feed feed, Neighbour from, Now now) {
    sources.progressed(feed.author, from, now);
    unacknowledged.add(feed.author);
  }

  /** A link can take more: says what was held back, then segments. */
  void writable(Neighbour neighbour, boolean heldBack) {
    if (heldBack) {
      sendHave(neighbour, replica.feeds());
    }
    while (context.hasBudget(neighbour.link)) {
      PeerId author = neighbour.nextWaiting();
      if (author == null) {
        return;
      }
      Feed feed = replica.get(author);
      if (feed != null && pumpOne(neighbour, feed)) {
        neighbour.waits(author);
      }
    }
  }

  private void pump(Neighbour neighbour, Feed feed) {
    if (!neighbour.children.containsKey(feed.author) || neighbour.isWaiting(feed.author)) {
      return;
    }
    boolean more = true;
    while (more) {
      if (!context.hasBudget(neighbour.link)) {
        neighbour.waits(feed.author);
        return;
      }
      more = pumpOne(neighbour, feed);
    }
  }

  /** Sends the next segment of a feed to a neighbour; false if there is none to send. */
  private boolean pumpOne(Neighbour neighbour, Feed feed) {
    Neighbour.Child child = neighbour.children.get(feed.author);
    if (child == null) {
      return false;
    }
    replica.expire(feed, context.now());
    if (child.cursor < feed.first() && feed.first() < feed.next()) {
      child.cursor = feed.first();
      child.consumed = Math.max(child.consumed, feed.first());
      sendHave(neighbour, List.of(feed));
    }
    Feed.Stored stored = feed.get(child.cursor);
    if (stored == null) {
      return false;
    }
    int epoch = stored.segment.header().epoch();
    KeyDeposit deposit = epoch > child.depositedEpoch ? feed.deposit(epoch) : null;
    if (deposit != null) {
      context.send(neighbour.link, new Deposited(deposit));
    }
    child.depositedEpoch = epoch;
    context.send(neighbour.link, new Sealed(stored.segment));
    child.cursor++;
    return true;
  }

  /** See {@link Sources#mayJump}. */
  boolean mayJump(Feed feed, Neighbour from, Now now) {
    return sources.mayJump(feed, from, now);
  }

  /** A local reader has moved on: its progress is worth an acknowledgement. */
  void consumedLocally(PeerId author) {
    unacknowledged.add(author);
  }

  /**
   * A local reader is at work on this feed, though it has not read another segment to its end: who
   * waits for it hears the same acknowledgement again, as a sign of life.
   */
  void stillReading(PeerId author) {
    unacknowledged.add(author);
  }

  /** Acknowledges what arrived in this turn to where it came from. */
  void flush() {
    if (sources.isHeld() && !replica.isFull()) {
      sources.resume(context.now());
    }
    if (unacknowledged.isEmpty()) {
      return;
    }
    Map<Long, List<FeedState>> byLink = new LinkedHashMap<>();
    for (PeerId author : unacknowledged) {
      Feed feed = replica.get(author);
      if (feed == null || author.equals(context.self.id())) {
        continue;
      }
      Long source = sources.linkOf(author);
      Neighbour direct = neighbourOf(author);
      FeedState state = state(feed);
      if (direct != null) {
        byLink.computeIfAbsent(direct.link, l -> new ArrayList<>()).add(state);
      }
      if (source != null && (direct == null || source != direct.link)) {
        byLink.computeIfAbsent(source, l -> new ArrayList<>()).add(state);
      }
    }
    byLink.forEach(
        (link, states) -> {
          Neighbour neighbour = neighbours.get(link);
          if (neighbour != null) {
            sendStates(neighbour, states);
          }
        });
    if (replica.isLiveOnly()) {
      unacknowledged.forEach(this::giveUpTaken);
    }
    unacknowledged.clear();
  }

  /**
   * Whoever was to take it has: nothing of it is kept in a live-only room. Everyone who is linked
   * takes this peer's own feed from here, and some may not have asked for it yet.
   */
  private void giveUpTaken(PeerId author) {
    Feed feed = replica.get(author);
    boolean waits =
        author.equals(context.self.id())
            && neighbours.values().stream().anyMatch(n -> !n.children.containsKey(author));
    if (feed != null && !waits) {
      replica.giveUpBefore(feed, consumed(feed));
    }
  }

  /**
   * One more than the newest segment of a feed that neither a local reader nor anyone behind this
   * replica waits for.
   */
  long consumed(Feed feed) {
    long consumed = Math.min(feed.durableNext(), readLocally.applyAsLong(feed));
    for (Neighbour n : streaming(feed.author)) {
      Neighbour.Child child = n.children.get(feed.author);
      if (child != null && !child.setAside) {
        consumed = Math.min(consumed, child.consumed);
      }
    }
    return consumed;
  }

  private FeedState state(Feed feed) {
    boolean direct = neighbourOf(feed.author) != null;
    return new FeedState(feed.author, feed.first(), feed.durableNext(), consumed(feed), direct);
  }

  private void sendHave(Neighbour neighbour, Collection<Feed> feeds) {
    List<FeedState> states = new ArrayList<>(feeds.size());
    for (Feed feed : feeds) {
      if (feed.admitted()) {
        states.add(state(feed));
      }
    }
    sendStates(neighbour, states);
  }

  private void sendStates(Neighbour neighbour, List<FeedState> states) {
    if (!states.isEmpty() && !context.hasBudget(neighbour.link)) {
      neighbour.heldBack = true;
      return;
    }
    for (int i = 0; i < states.size(); i += Limits.MAX_FEEDS_IN_FRAME) {
      List<FeedState> some =
          states.subList(i, Math.min(states.size(), i + Limits.MAX_FEEDS_IN_FRAME));
      context.send(neighbour.link, new Have(topic, some));
    }
  }

  /** Does what is due by the clock. */
  void advance(Now now) {
    if (now.tickMillis() >= digestTick) {
      digestTick = Long.MAX_VALUE;
      sendDigests();
    }
    if (now.tickMillis() >= fullHaveTick) {
      fullHaveTick = now.tickMillis() + jittered(FULL_HAVE_MILLIS);
      for (Neighbour neighbour : neighbours.values()) {
        neighbour.forgetUnknown(replica);
        sendHave(neighbour, replica.feeds());
      }
      sources.preferAuthors(now);
    }
    sources.advance(now);
  }

  /** When {@link #advance} has something to do again. */
  long nextTick() {
    return Math.min(digestTick, fullHaveTick);
  }

  private void sendDigests() {
    Set<PeerId> changed = new LinkedHashSet<>(grown);
    changed.addAll(redirected);
    for (Neighbour neighbour : neighbours.values()) {
      List<FeedState> news = new ArrayList<>();
      for (PeerId author : changed) {
        Feed feed = replica.get(author);
        if (feed != null && worthTelling(neighbour, feed)) {
          news.add(state(feed));
        }
      }
      sendStates(neighbour, news);
    }
    grown.clear();
    redirected.clear();
  }

  private boolean worthTelling(Neighbour neighbour, Feed feed) {
    if (feed.author.equals(neighbour.peer) || !feed.admitted()) {
      return false;
    }
    if (redirected.contains(feed.author)) {
      return true;
    }
    FeedState known = neighbour.has(feed.author);
    return known == null || (!known.direct() && known.next() < feed.next());
  }

  private void armDigest(Now now) {
    if (digestTick == Long.MAX_VALUE) {
      digestTick = now.tickMillis() + jittered(DIGEST_MILLIS);
    }
  }

  private long jittered(long millis) {
    return millis - millis / 6 + context.entropy.nextInt((int) (millis / 3) + 1);
  }
}
