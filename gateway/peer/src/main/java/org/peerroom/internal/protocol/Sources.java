package org.peerroom.internal.protocol;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.internal.wire.Frame.FeedState;
import org.peerroom.internal.wire.Frame.Unwant;
import org.peerroom.internal.wire.Frame.Want;
import org.peerroom.internal.wire.Topic;

/**
 * Where each feed is asked for: of its author where that is linked, else of one neighbour that has
 * it. Where a feed does not grow though neighbours say that there is more, it is asked for again,
 * and of a second neighbour beside the first. So neither a lost frame nor a neighbour that promises
 * what it does not have holds up a feed.
 */
final class Sources {

  /** A feed that others hold more of and that has not grown for this long is asked for again. */
  private static final long STALL_MILLIS = 1_000;

  /** Repeated asking slows down to this. */
  private static final long MAX_STALL_MILLIS = 4_000;

  /** Who was asked for a segment this often in vain is not believed to have it. */
  private static final int NOT_BELIEVED_AFTER = 8;

  /** How many others are tried for a segment that its source has given up. */
  private static final int MAX_PROBES = 3;

  private final PeerContext context;
  private final Topic topic;
  private final Replica replica;
  private final Replication replication;
  private final Map<PeerId, Source> sources = new HashMap<>();
  private final Set<PeerId> behind = new LinkedHashSet<>();
  private boolean held;

  Sources(PeerContext context, Topic topic, Replica replica, Replication replication) {
    this.context = context;
    this.topic = topic;
    this.replica = replica;
    this.replication = replication;
  }

  /** Where one feed comes from. */
  private static final class Source {
    long link;

    /** The second neighbour that is asked for now; 0 if none is. */
    long helper;

    boolean helped;
    long progressTick;
    int stalls;
    int probes;

    /** Since when a gap in front of what arrives has been known; meaningless without one. */
    long gapTick;

    boolean gap;

    Source(long link, long progressTick) {
      this.link = link;
      this.progressTick = progressTick;
    }
  }

  /** The link that a feed is streamed over; null if it is asked for nowhere. */
  @Nullable Long linkOf(PeerId author) {
    Source source = sources.get(author);
    return source == null ? null : source.link;
  }

  /** Asks for a feed if it is not asked for yet; takes its author as source where that is new. */
  void find(Feed feed, Now now) {
    if (!isWanted(feed)) {
      return;
    }
    if (sources.get(feed.author) == null) {
      Neighbour best = best(feed, null);
      if (best != null) {
        begin(feed, best, now);
      }
    }
  }

  /** The author itself is linked: nobody is nearer to its feed. */
  void authorUp(Feed feed, Neighbour author, Now now) {
    Source current = sources.get(feed.author);
    if (!isWanted(feed) || (current != null && current.link == author.link)) {
      return;
    }
    if (current != null) {
      drop(feed.author, current.link);
      dropHelper(feed.author, current);
    }
    begin(feed, author, now);
  }

  /** Goes back to authors that are linked, where their feeds flow from elsewhere without need. */
  void preferAuthors(Now now) {
    for (Feed feed : replica.feeds()) {
      Neighbour author = replication.neighbourOf(feed.author);
      if (author != null && !behind.contains(feed.author)) {
        authorUp(feed, author, now);
      }
    }
  }

  private boolean isWanted(Feed feed) {
    return !held
        && !feed.author.equals(context.self.id())
        && feed.admitted()
        && !feed.takesNothing();
  }

  private void begin(Feed feed, Neighbour from, Now now) {
    sources.put(feed.author, new Source(from.link, now.tickMillis()));
    want(feed, from.link);
  }

  private void want(Feed feed, long link) {
    context.send(link, new Want(topic, feed.author, feed.next()));
  }

  private void drop(PeerId author, long link) {
    context.send(link, new Unwant(topic, author));
  }

  private void dropHelper(PeerId author, Source source) {
    if (source.helper != 0) {
      drop(author, source.helper);
      source.helper = 0;
    }
  }

  /** A link is gone: what came over it is asked for elsewhere. */
  void down(long link, Now now) {
    List<PeerId> orphaned = new ArrayList<>();
    sources.forEach(
        (author, source) -> {
          if (source.helper == link) {
            source.helper = 0;
          } else if (source.link == link) {
            orphaned.add(author);
          }
        });
    orphaned.sort(null);
    for (PeerId author : orphaned) {
      Source source = sources.get(author);
      if (source != null && source.helper != 0) {
        source.link = source.helper;
        source.helper = 0;
        continue;
      }
      sources.remove(author);
      Feed feed = replica.get(author);
      if (feed != null) {
        find(feed, now);
      }
    }
  }

  /** A feed is no longer wanted. */
  void forget(PeerId author) {
    Source source = sources.remove(author);
    if (source != null) {
      drop(author, source.link);
      dropHelper(author, source);
    }
    behind.remove(author);
  }

  /** Asks for nothing until {@link #resume}. */
  void hold() {
    List.copyOf(sources.keySet()).forEach(this::forget);
    held = true;
  }

  boolean isHeld() {
    return held;
  }

  /** Asks again for all that there is. */
  void resume(Now now) {
    held = false;
    for (Feed feed : replica.feeds()) {
      if (anyoneHasMore(feed)) {
        behind.add(feed.author);
      }
      find(feed, now);
    }
  }

  /** A feed has grown by a segment from this neighbour. */
  void progressed(PeerId author, Neighbour from, Now now) {
    Source source = sources.get(author);
    if (source == null) {
      return;
    }
    source.progressTick = now.tickMillis();
    source.gap = false;
    source.probes = 0;
    if (from.link == source.helper) {
      source.helped = true;
    } else {
      source.stalls = 0;
    }
  }

  /** A neighbour says what it has of a feed. */
  void heard(Feed feed, Neighbour neighbour, FeedState state, Now now) {
    if (feed.author.equals(context.self.id())) {
      return;
    }
    if (state.next() > feed.next()) {
      behind.add(feed.author);
    }
    find(feed, now);
    Source source = sources.get(feed.author);
    boolean asked =
        source != null && (source.link == neighbour.link || source.helper == neighbour.link);
    if (source != null && asked && state.first() > feed.next() && state.next() > feed.next()) {
      probe(feed, source, neighbour, now);
    }
  }

  /** The source has given up what is due here: somebody else may still have it. */
  private void probe(Feed feed, Source source, Neighbour asked, Now now) {
    noteGap(source, now);
    if (source.probes >= MAX_PROBES) {
      return;
    }
    List<Neighbour> others = new ArrayList<>();
    for (Neighbour n : replication.neighbours()) {
      if (n != asked && believed(n, feed)) {
        others.add(n);
      }
    }
    if (!others.isEmpty()) {
      source.probes++;
      help(feed, source, others.get(context.entropy.nextInt(others.size())));
    }
  }

  private static void noteGap(Source source, Now now) {
    if (!source.gap) {
      source.gap = true;
      source.gapTick = now.tickMillis();
    }
  }

  private static boolean believed(Neighbour neighbour, Feed feed) {
    return neighbour.offers(feed.author, feed.next())
        && neighbour.failures(feed.author, feed.next()) < NOT_BELIEVED_AFTER;
  }

  private void help(Feed feed, Source source, Neighbour helper) {
    if (helper.link == source.link) {
      want(feed, helper.link);
      return;
    }
    if (source.helper != helper.link) {
      dropHelper(feed.author, source);
      source.helper = helper.link;
    }
    source.helped = false;
    want(feed, helper.link);
  }

  /**
   * Whether a feed may go on with this segment though earlier ones are missing: the neighbour was
   * asked for the feed and has said that it holds nothing earlier, and nobody else is believed to.
   * Of a neighbour that is not the author itself this is believed only after a while, in which
   * others can say that they hold more.
   */
  boolean mayJump(Feed feed, Neighbour from, Now now) {
    Source source = sources.get(feed.author);
    if (source == null || (source.link != from.link && source.helper != from.link)) {
      return false;
    }
    behind.add(feed.author);
    FeedState state = from.has(feed.author);
    if (state == null || state.first() <= feed.next()) {
      return false;
    }
    noteGap(source, now);
    for (Neighbour n : replication.neighbours()) {
      if (n != from && believed(n, feed) && source.probes < MAX_PROBES) {
        return false;
      }
    }
    boolean isNew = feed.headHash() == null;
    return isNew
        || from.peer.equals(feed.author)
        || now.tickMillis() - source.gapTick >= STALL_MILLIS;
  }

  /** Repairs what stalls. */
  void advance(Now now) {
    for (PeerId author : List.copyOf(behind)) {
      Feed feed = replica.get(author);
      Source source = sources.get(author);
      if (feed == null || !isWanted(feed)) {
        behind.remove(author);
      } else if (source == null) {
        find(feed, now);
      } else if (!anyoneHasMore(feed)) {
        behind.remove(author);
        settle(feed, source);
      } else {
        repair(feed, source, now);
      }
    }
  }

  private boolean anyoneHasMore(Feed feed) {
    for (Neighbour n : replication.neighbours()) {
      if (n.next(feed.author) > feed.next()
          && n.failures(feed.author, feed.next()) < NOT_BELIEVED_AFTER) {
        return true;
      }
    }
    return false;
  }

  /** All is there: if it was the helper that brought it, and the source often failed, it stays. */
  private void settle(Feed feed, Source source) {
    boolean change = source.helper != 0 && source.helped && source.stalls >= 3;
    if (change) {
      drop(feed.author, source.link);
      source.link = source.helper;
      source.helper = 0;
    } else {
      dropHelper(feed.author, source);
    }
    source.stalls = 0;
  }

  private void repair(Feed feed, Source source, Now now) {
    long patience = Math.min(MAX_STALL_MILLIS, STALL_MILLIS << Math.min(source.stalls, 10));
    if (now.tickMillis() - source.progressTick < patience) {
      return;
    }
    source.progressTick = now.tickMillis();
    source.stalls++;
    failed(feed, source.link);
    failed(feed, source.helper);
    want(feed, source.link);
    if (source.stalls > 1) {
      Neighbour best = best(feed, replication.neighbour(source.link));
      if (best != null) {
        help(feed, source, best);
      }
    }
  }

  private void failed(Feed feed, long link) {
    Neighbour neighbour = replication.neighbour(link);
    if (neighbour != null) {
      neighbour.failed(feed.author, feed.next());
    }
  }

  /**
   * Who is best asked for a feed: its author; else who failed least, of those who have the segment
   * that is due, of those who have later ones, of those who know the feed at all.
   */
  private @Nullable Neighbour best(Feed feed, @Nullable Neighbour besides) {
    Neighbour author = replication.neighbourOf(feed.author);
    if (author != null && besides == null) {
      return author;
    }
    Neighbour best = null;
    for (Neighbour n : replication.neighbours()) {
      boolean knows = n != besides && n.has(feed.author) != null;
      if (knows && (best == null || isBetter(feed, n, best))) {
        best = n;
      }
    }
    return best;
  }

  private boolean isBetter(Feed feed, Neighbour one, Neighbour other) {
    int byFailures =
        Integer.compare(
            other.failures(feed.author, feed.next()), one.failures(feed.author, feed.next()));
    if (byFailures != 0) {
      return byFailures > 0;
    }
    int byOffer =
        Boolean.compare(
            one.offers(feed.author, feed.next()), other.offers(feed.author, feed.next()));
    int byLength = Long.compare(one.next(feed.author), other.next(feed.author));
    int order = byOffer != 0 ? byOffer : byLength;
    return order > 0 || (order == 0 && context.entropy.nextInt(2) == 0);
  }
}
