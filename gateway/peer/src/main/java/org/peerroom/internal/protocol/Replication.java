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
import org.peerroom.internal.wire.Frame.FeedState;
import org.peerroom.internal.wire.Frame.Have;
import org.peerroom.internal.wire.Frame.Sealed;
import org.peerroom.internal.wire.Frame.Unwant;
import org.peerroom.internal.wire.Frame.Want;
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

  /** A feed that others hold more of and that has not grown for this long is asked for again. */
  private static final long STALL_MILLIS = 1_000;

  private final PeerContext context;
  private final Topic topic;
  private final Replica replica;
  private final ToLongFunction<Feed> readLocally;
  private final Map<Long, Neighbour> neighbours = new LinkedHashMap<>();
  private final Map<PeerId, Source> sources = new HashMap<>();
  private final Set<PeerId> behind = new LinkedHashSet<>();
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
  }

  /** Where a feed is streamed from. */
  private static final class Source {
    final long link;
    long progressTick;
    int repairs;

    Source(long link, long progressTick) {
      this.link = link;
      this.progressTick = progressTick;
    }
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
      findSource(feed, now);
    }
    return neighbour;
  }

  void down(long link, Now now) {
    Neighbour gone = neighbours.remove(link);
    if (gone == null) {
      return;
    }
    redirected.add(gone.peer);
    armDigest(now);
    List<PeerId> orphaned = new ArrayList<>();
    sources.forEach(
        (author, source) -> {
          if (source.link == link) {
            orphaned.add(author);
          }
        });
    orphaned.sort(null);
    for (PeerId author : orphaned) {
      sources.remove(author);
      Feed feed = replica.get(author);
      if (feed != null) {
        findSource(feed, now);
      }
    }
  }

  /**
   * A feed was admitted: asks for it where it can be had, and tells the neighbours that it can be
   * had here.
   */
  void admitted(Feed feed, Now now) {
    findSource(feed, now);
    grown.add(feed.author);
    armDigest(now);
  }

  /** A feed was forgotten: no longer asks for it. */
  void forgotten(PeerId author) {
    Source source = sources.remove(author);
    if (source != null) {
      context.send(source.link, new Unwant(topic, author));
    }
    behind.remove(author);
    grown.remove(author);
    unacknowledged.remove(author);
  }

  private void findSource(Feed feed, Now now) {
    if (feed.author.equals(context.self.id()) || feed.keys.isEmpty() || feed.quarantined()) {
      return;
    }
    Source current = sources.get(feed.author);
    Neighbour author = neighbourOf(feed.author);
    if (author != null) {
      if (current == null || current.link != author.link) {
        ask(feed, author, now);
      }
      return;
    }
    if (current != null) {
      return;
    }
    Neighbour best = null;
    for (Neighbour n : neighbours.values()) {
      if (n.has(feed.author) != null
          && (best == null || n.next(feed.author) > best.next(feed.author))) {
        best = n;
      }
    }
    if (best != null) {
      ask(feed, best, now);
    }
  }

  private void ask(Feed feed, Neighbour neighbour, Now now) {
    Source before = sources.get(feed.author);
    if (before != null && before.link != neighbour.link) {
      context.send(before.link, new Unwant(topic, feed.author));
    }
    Source source = new Source(neighbour.link, now.tickMillis());
    source.repairs = before == null ? 0 : before.repairs;
    sources.put(feed.author, source);
    context.send(neighbour.link, new Want(topic, feed.author, feed.next()));
  }

  /** Takes a have-vector in; returns the authors that this replica knows nothing of. */
  List<PeerId> onHave(Neighbour neighbour, Have have, Now now) {
    List<PeerId> unknown = new ArrayList<>();
    for (FeedState state : have.feeds()) {
      if (!neighbour.learn(state)) {
        break;
      }
      acknowledged(neighbour, state, now);
      Feed feed = replica.get(state.author());
      if (feed == null || feed.keys.isEmpty()) {
        if (!state.author().equals(context.self.id())) {
          unknown.add(state.author());
        }
        continue;
      }
      if (state.next() > feed.next()) {
        behind.add(state.author());
      }
      findSource(feed, now);
    }
    return unknown;
  }

  private void acknowledged(Neighbour neighbour, FeedState state, Now now) {
    Neighbour.Child child = neighbour.children.get(state.author());
    if (child != null && state.consumed() > child.consumed) {
      child.consumed = state.consumed();
      child.progressTick = now.tickMillis();
      child.setAside = false;
      unacknowledged.add(state.author());
    }
  }

  void onWant(Neighbour neighbour, Want want, Now now) {
    if (neighbour.children.size() >= Replica.MAX_FEEDS
        && !neighbour.children.containsKey(want.author())) {
      return;
    }
    neighbour.children.put(want.author(), new Neighbour.Child(want.from(), now.tickMillis()));
    Feed feed = replica.get(want.author());
    if (feed != null) {
      if (feed.first() > want.from()) {
        sendHave(neighbour, List.of(feed));
      }
      pump(neighbour, feed);
    }
  }

  void onUnwant(Neighbour neighbour, Unwant unwant) {
    neighbour.children.remove(unwant.author());
  }

  /**
   * A feed has grown: passes it on to those who asked, acknowledges it, and lets others know in a
   * while.
   */
  void appended(Feed feed, @Nullable Neighbour from, long sequence, Now now) {
    if (from != null) {
      from.learnFrom(feed.author, sequence);
      Source source = sources.get(feed.author);
      if (source != null) {
        source.progressTick = now.tickMillis();
        source.repairs = 0;
      }
    }
    unacknowledged.add(feed.author);
    grown.add(feed.author);
    armDigest(now);
    for (Neighbour neighbour : neighbours.values()) {
      if (neighbour != from) {
        pump(neighbour, feed);
      }
    }
  }

  /** A link can take more. */
  void writable(long link) {
    Neighbour neighbour = neighbours.get(link);
    if (neighbour == null) {
      return;
    }
    for (PeerId author : neighbour.children.keySet()) {
      Feed feed = replica.get(author);
      if (feed != null) {
        pump(neighbour, feed);
      }
    }
  }

  private void pump(Neighbour neighbour, Feed feed) {
    Neighbour.Child child = neighbour.children.get(feed.author);
    if (child == null) {
      return;
    }
    if (child.cursor < feed.first() && feed.first() < feed.next()) {
      child.cursor = feed.first();
      child.consumed = Math.max(child.consumed, feed.first());
      sendHave(neighbour, List.of(feed));
    }
    while (child.cursor < feed.next() && context.hasBudget(neighbour.link)) {
      Feed.Stored stored = feed.get(child.cursor);
      if (stored == null) {
        return;
      }
      context.send(neighbour.link, new Sealed(stored.segment));
      child.cursor++;
    }
  }

  /**
   * Whether a feed may go on with this segment though earlier ones are missing: nobody linked holds
   * the one that is due. Otherwise asks for it.
   */
  boolean mayJump(Feed feed, Now now) {
    for (Neighbour n : neighbours.values()) {
      if (n.offers(feed.author, feed.next())) {
        behind.add(feed.author);
        repair(feed, now);
        return false;
      }
    }
    return true;
  }

  /** A local reader has moved on: its progress is worth an acknowledgement. */
  void consumedLocally(PeerId author) {
    unacknowledged.add(author);
  }

  /** Acknowledges what arrived in this turn to where it came from. */
  void flush() {
    if (unacknowledged.isEmpty()) {
      return;
    }
    Map<Long, List<FeedState>> byLink = new LinkedHashMap<>();
    for (PeerId author : unacknowledged) {
      Feed feed = replica.get(author);
      if (feed == null || author.equals(context.self.id())) {
        continue;
      }
      Source source = sources.get(author);
      Neighbour direct = neighbourOf(author);
      FeedState state = state(feed);
      if (direct != null) {
        byLink.computeIfAbsent(direct.link, l -> new ArrayList<>()).add(state);
      }
      if (source != null && (direct == null || source.link != direct.link)) {
        byLink.computeIfAbsent(source.link, l -> new ArrayList<>()).add(state);
      }
    }
    unacknowledged.clear();
    byLink.forEach(this::sendStates);
  }

  /**
   * One more than the newest segment of a feed that neither a local reader nor anyone behind this
   * replica waits for.
   */
  long consumed(Feed feed) {
    long consumed = Math.min(feed.next(), readLocally.applyAsLong(feed));
    for (Neighbour n : neighbours.values()) {
      Neighbour.Child child = n.children.get(feed.author);
      if (child != null && !child.setAside) {
        consumed = Math.min(consumed, child.consumed);
      }
    }
    return consumed;
  }

  private FeedState state(Feed feed) {
    boolean direct = neighbourOf(feed.author) != null;
    return new FeedState(feed.author, feed.first(), feed.next(), consumed(feed), direct);
  }

  private void sendHave(Neighbour neighbour, Collection<Feed> feeds) {
    List<FeedState> states = new ArrayList<>(feeds.size());
    for (Feed feed : feeds) {
      if (!feed.keys.isEmpty() || feed.author.equals(context.self.id())) {
        states.add(state(feed));
      }
    }
    sendStates(neighbour.link, states);
  }

  private void sendStates(long link, List<FeedState> states) {
    for (int i = 0; i < states.size(); i += Limits.MAX_FEEDS_IN_FRAME) {
      List<FeedState> some =
          states.subList(i, Math.min(states.size(), i + Limits.MAX_FEEDS_IN_FRAME));
      context.send(link, new Have(topic, some));
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
        sendHave(neighbour, replica.feeds());
      }
    }
    for (PeerId author : List.copyOf(behind)) {
      Feed feed = replica.get(author);
      if (feed == null || !anyoneHasMore(feed)) {
        behind.remove(author);
      } else {
        repair(feed, now);
      }
    }
  }

  /** When {@link #advance} has something to do again. */
  long nextTick() {
    return Math.min(digestTick, fullHaveTick);
  }

  private boolean anyoneHasMore(Feed feed) {
    for (Neighbour n : neighbours.values()) {
      if (n.next(feed.author) > feed.next()) {
        return true;
      }
    }
    return false;
  }

  private void repair(Feed feed, Now now) {
    Source source = sources.get(feed.author);
    if (source == null) {
      findSource(feed, now);
      return;
    }
    if (now.tickMillis() - source.progressTick < STALL_MILLIS || feed.quarantined()) {
      return;
    }
    List<Neighbour> holders = new ArrayList<>();
    for (Neighbour n : neighbours.values()) {
      if (n.next(feed.author) > feed.next()) {
        holders.add(n);
      }
    }
    if (!holders.isEmpty()) {
      source.repairs++;
      Neighbour same = neighbours.get(source.link);
      boolean again = source.repairs == 1 && same != null && holders.contains(same);
      ask(
          feed,
          again && same != null ? same : holders.get(context.entropy.nextInt(holders.size())),
          now);
    }
  }

  /** Where a feed's author is linked itself, it is the best source again once it is ahead. */
  private void sendDigests() {
    for (Neighbour neighbour : neighbours.values()) {
      List<FeedState> news = new ArrayList<>();
      for (Feed feed : replica.feeds()) {
        if (worthTelling(neighbour, feed)) {
          news.add(state(feed));
        }
      }
      sendStates(neighbour.link, news);
    }
    grown.clear();
    redirected.clear();
  }

  private boolean worthTelling(Neighbour neighbour, Feed feed) {
    if (feed.author.equals(neighbour.peer) || feed.keys.isEmpty()) {
      return false;
    }
    if (redirected.contains(feed.author)) {
      return true;
    }
    return grown.contains(feed.author)
        && !neighbour.directTo(feed.author)
        && neighbour.next(feed.author) < feed.next();
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
