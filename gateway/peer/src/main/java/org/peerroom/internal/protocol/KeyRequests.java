package org.peerroom.internal.protocol;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.peerroom.History;
import org.peerroom.PeerId;
import org.peerroom.internal.wire.Frame.KeyRequest;
import org.peerroom.internal.wire.MemberRecord;

/**
 * Asks for sender keys that are missing, until they are there or nobody seems to have them, and
 * sees to it that nobody who asks is answered without end.
 */
final class KeyRequests {

  private static final long ANSWER_AGAIN_MILLIS = 1_000;
  private static final int MAX_ANSWERED = 10_000;

  private final PeerContext context;
  private final RoomMachine room;
  private final Replication replication;
  private final Routes routes;
  private final KeyExchange keyExchange;
  private final MissingKeys missing;
  private final Map<Question, Long> answered = new HashMap<>();
  private long nextTick = Long.MAX_VALUE;

  KeyRequests(
      PeerContext context,
      RoomMachine room,
      Replication replication,
      Routes routes,
      KeyExchange keyExchange) {
    this.context = context;
    this.room = room;
    this.replication = replication;
    this.routes = routes;
    this.keyExchange = keyExchange;
    this.missing = new MissingKeys(context.entropy);
  }

  private record Question(PeerId from, PeerId author) {}

  /**
   * The keys of this feed are needed and not there.
   *
   * @param teller the neighbour that speaks of a feed that is not known otherwise; null for one
   *     that is
   */
  void missing(PeerId of, @Nullable PeerId teller, Now now) {
    missing.add(of, teller, now);
    nextTick = Math.min(nextTick, now.tickMillis());
  }

  /** Nothing of this feed is missing any more. */
  void found(PeerId of) {
    missing.remove(of);
  }

  boolean awaits(PeerId of) {
    return missing.contains(of);
  }

  /** How many feeds' keys are being asked for. */
  int size() {
    return missing.size();
  }

  /**
   * Somebody asks: for keys of this peer's own feed, for those of others where the policy lets
   * members pass them on, or just for what vouches for an author, to keep its feed unread.
   */
  void onRequest(KeyRequest request, Members members, Now now) {
    if (!request.to().equals(context.self.id())) {
      if (request.hops() > 0 && !request.from().equals(context.self.id())) {
        routes.passOn(request);
      }
      return;
    }
    MemberRecord asker = members.get(request.from());
    Feed feed = room.replica().get(request.author());
    if (asker == null || feed == null || !mayAnswer(request, now)) {
      return;
    }
    Standing standing = room.admissions().of(asker.peer());
    boolean own = request.author().equals(context.self.id());
    boolean mayKnow = keyExchange.agrees(asker.peer()) && standing.replicate();
    boolean mayRead = standing.subscribe() && room.policy().history() == History.RETAINED;
    if (own || !mayKnow) {
      keyExchange.grant(asker, now);
    } else if (mayRead && !feed.keys.isEmpty()) {
      keyExchange.passOn(asker, feed.author, feed.keys.entries());
    } else if (feed.admitted() && (room.deposits().areWanted() || !standing.subscribe())) {
      keyExchange.passOn(asker, feed.author, List.of());
    }
  }

  /** Whoever asks faster than it reads, or again at once, is not answered. */
  private boolean mayAnswer(KeyRequest request, Now now) {
    Neighbour direct = replication.neighbourOf(request.from());
    if (direct != null && !context.hasBudget(direct.link)) {
      return false;
    }
    Question question = new Question(request.from(), request.author());
    Long before = answered.get(question);
    if (before != null && now.tickMillis() - before < ANSWER_AGAIN_MILLIS) {
      return false;
    }
    if (answered.size() >= MAX_ANSWERED) {
      answered.clear();
    }
    answered.put(question, now.tickMillis());
    return true;
  }

  void advance(Members members, Now now) {
    if (now.tickMillis() < nextTick) {
      return;
    }
    for (MissingKeys.Missing entry : missing.due(now)) {
      if (entry.isGivenUp()) {
        Feed feed = room.replica().get(entry.author);
        if (feed != null) {
          room.readable(feed);
        }
      } else {
        ask(entry, members);
      }
    }
    nextTick = missing.nextTick();
  }

  /** Asks the author and those who hold its feed in turn. */
  private void ask(MissingKeys.Missing entry, Members members) {
    PeerId of = entry.author;
    List<Neighbour> holders = new ArrayList<>();
    for (Neighbour neighbour : replication.neighbours()) {
      if (neighbour.has(of) != null && !neighbour.peer.equals(of)) {
        holders.add(neighbour);
      }
    }
    boolean askAuthor = members.get(of) != null && (entry.attempts() % 2 == 1 || holders.isEmpty());
    if (askAuthor) {
      routes.send(of, new KeyRequest(room.topic(), context.self.id(), of, of, Routes.HOPS));
    } else if (!holders.isEmpty()) {
      Neighbour holder = holders.get(context.entropy.nextInt(holders.size()));
      context.send(
          holder.link, new KeyRequest(room.topic(), context.self.id(), holder.peer, of, 0));
    }
  }

  long nextTick() {
    return nextTick;
  }
}
