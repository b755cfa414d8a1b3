package org.peerroom.internal.protocol;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.peerroom.History;
import org.peerroom.PeerId;
import org.peerroom.RoomEvent;
import org.peerroom.internal.crypto.PreSharedKey;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.Frame.Grant;
import org.peerroom.internal.wire.Frame.KeyRequest;
import org.peerroom.internal.wire.MemberRecord;

/**
 * How sender keys get to the members: granted when someone joins and at each rekey, asked for when
 * one is missing, passed on for authors who are gone where the policy allows it. A peer is admitted
 * here when it has granted its key to this peer: that proves its id and, where there is one, the
 * room's secret. Nothing is stored for a feed before its author is admitted or an admitted member
 * vouches for it by passing its keys on.
 */
final class KeyExchange {

  /** How long to wait for a direct link before a grant goes by way of others. */
  private static final long DIRECT_LINK_MILLIS = 2_000;

  private static final long INDIRECT_MILLIS = 100;
  private static final long ANSWER_AGAIN_MILLIS = 1_000;
  private static final int MAX_ANSWERED = 10_000;
  private static final int MAX_ENTRIES = 1_000;
  private static final int HOPS = 3;
  private static final int DETOURS = 2;

  private final PeerContext context;
  private final RoomMachine room;
  private final Replication replication;
  private final Author author;
  private final Grants grants;
  private final MissingKeys missing;
  private final Set<PeerId> admitted = new LinkedHashSet<>();

  /** From which of this peer's sender keys on each member may read. */
  private final Map<PeerId, Integer> entitledFrom = new HashMap<>();

  private final Map<PeerId, Long> grantDue = new LinkedHashMap<>();
  private final Map<Question, Long> answered = new HashMap<>();
  private long nextTick = Long.MAX_VALUE;
  private int grantedEpoch;

  KeyExchange(
      PeerContext context,
      RoomMachine room,
      @Nullable PreSharedKey psk,
      Replication replication,
      Author author) {
    this.context = context;
    this.room = room;
    this.replication = replication;
    this.author = author;
    this.grants = new Grants(context, room.topic(), psk);
    this.missing = new MissingKeys(context.entropy);
    this.grantedEpoch = author.epoch();
  }

  private record Question(PeerId from, PeerId author) {}

  /** The peers that have proved that they belong here. */
  Set<PeerId> admitted() {
    return Set.copyOf(admitted);
  }

  boolean isAdmitted(PeerId peer) {
    return admitted.contains(peer);
  }

  /**
   * A member became known: it is granted over its own link, or by way of others if there will be
   * none.
   */
  void joined(MemberRecord member, Now now) {
    if (entitledFrom.containsKey(member.peer())) {
      return;
    }
    if (replication.neighbourOf(member.peer()) != null) {
      grant(member, now);
      return;
    }
    boolean dialable = !member.addresses().isEmpty() || !context.addresses().isEmpty();
    due(member.peer(), now.tickMillis() + (dialable ? DIRECT_LINK_MILLIS : INDIRECT_MILLIS));
  }

  /**
   * A member is linked now. It is granted what it may read whether or not it was before: either
   * side may have lost or forgotten what went between them earlier.
   */
  void linked(MemberRecord member, Now now) {
    grant(member, now);
  }

  private void due(PeerId peer, long tick) {
    grantDue.put(peer, tick);
    nextTick = Math.min(nextTick, tick);
  }

  /**
   * Grants a member what it may read of this peer's feed: everything where there is history, else
   * what follows its first grant, for which a new sender key begins.
   */
  private void grant(MemberRecord member, Now now) {
    grantDue.remove(member.peer());
    Integer from = entitledFrom.get(member.peer());
    if (from == null) {
      boolean all = room.policy().history() == History.RETAINED;
      if (!all && author.hasUsedKey()) {
        author.rekey(now);
      }
      from = all ? 0 : author.epoch();
      entitledFrom.put(member.peer(), from);
    }
    send(member, author.keysFrom(from), true);
  }

  private void send(MemberRecord member, List<KeyEntry> entries, boolean introduce) {
    int from = Math.max(0, entries.size() - MAX_ENTRIES);
    try {
      List<KeyEntry> some = entries.subList(from, entries.size());
      route(member.peer(), grants.seal(member, some, introduce, HOPS), false);
    } catch (Refused e) {
      room.refused(member.peer(), e.reason());
    }
  }

  /** Before the next segment: whoever may read it must have been granted its sender key. */
  void beforeSegment(Collection<MemberRecord> members, Now now) {
    if (author.rekeyIsDue(now)) {
      author.rekey(now);
    }
    if (grantedEpoch == author.epoch()) {
      return;
    }
    grantedEpoch = author.epoch();
    for (MemberRecord member : members) {
      Integer from = entitledFrom.get(member.peer());
      if (from != null && from <= grantedEpoch) {
        send(member, List.of(author.current()), false);
      }
    }
  }

  /**
   * Sends towards a peer: over its own link, or through neighbours that are linked to it, or
   * through any.
   *
   * @param forOthers whether it is passed on for another peer, and so dropped where a link is full
   */
  private void route(PeerId to, Frame frame, boolean forOthers) {
    Neighbour direct = replication.neighbourOf(to);
    if (direct != null) {
      if (!forOthers || context.hasBudget(direct.link)) {
        context.send(direct.link, frame);
      }
      return;
    }
    List<Neighbour> ways = new ArrayList<>();
    for (Neighbour neighbour : replication.neighbours()) {
      if (neighbour.directTo(to)) {
        ways.add(neighbour);
      }
    }
    if (ways.isEmpty()) {
      ways.addAll(replication.neighbours());
    }
    ways.removeIf(way -> forOthers && !context.hasBudget(way.link));
    for (int i = 0; i < DETOURS && !ways.isEmpty(); i++) {
      Neighbour way = ways.remove(context.entropy.nextInt(ways.size()));
      context.send(way.link, frame);
    }
  }

  void onGrant(PeerId remote, Grant grant, Members members, Now now) throws Refused {
    if (!grant.to().equals(context.self.id())) {
      if (grant.hops() > 0 && !grant.from().equals(context.self.id())) {
        route(grant.to(), passedOn(grant), true);
      }
      return;
    }
    if (members.get(grant.from()) == null) {
      throw Refused.untimely("a grant of " + grant.from().shortHex() + ", which is not a member");
    }
    if (!remote.equals(grant.from()) && grants.seen(grant)) {
      return; // it came by two ways
    }
    List<KeyEntry> entries = grants.open(grant, now);
    if (admitted.add(grant.from())) {
      room.tell(new RoomEvent.MemberJoined(grant.from()));
    }
    for (KeyEntry entry : entries) {
      take(grant.from(), entry, entries, now);
    }
  }

  private void take(PeerId grantor, KeyEntry entry, List<KeyEntry> all, Now now) {
    boolean byAuthor = entry.author.equals(grantor);
    boolean welcome = byAuthor || room.policy().history() == History.RETAINED;
    Feed feed =
        welcome && !entry.author.equals(context.self.id())
            ? room.admit(entry.author, grantor, now)
            : null;
    if (feed == null) {
      entry.key.destroy();
      return;
    }
    boolean first = feed.keys.isEmpty();
    if (first && byAuthor && feed.headHash() == null && feed.next() == 0) {
      feed.jumpTo(all.stream().mapToLong(e -> e.sequence).min().orElse(0));
    }
    if (feed.keys.offer(grantor, entry) && room.allKeyed(feed)) {
      missing.remove(entry.author);
    }
    if (first) {
      replication.admitted(feed, now);
    }
    room.readable(feed);
  }

  private static Grant passedOn(Grant g) {
    return new Grant(
        g.topic(),
        g.from(),
        g.to(),
        g.setup(),
        g.counter(),
        Math.min(g.hops(), HOPS) - 1,
        g.encapsulation(),
        g.sealed(),
        g.signature());
  }

  /**
   * The keys of this feed are needed and not there: asks for them until they are, ever less often.
   *
   * @param teller the neighbour that spoke of the feed
   */
  void keyMissing(PeerId of, PeerId teller, Members members, Now now) {
    boolean known = room.replica().get(of) != null || members.get(of) != null;
    missing.add(of, known ? null : teller, now);
    nextTick = Math.min(nextTick, now.tickMillis());
  }

  /** Whether keys of this feed are still being asked for. */
  boolean awaitsKey(PeerId of) {
    return missing.contains(of);
  }

  /** How many feeds' keys are being asked for. */
  int missingKeys() {
    return missing.size();
  }

  void onRequest(KeyRequest request, Members members, Now now) {
    if (!request.to().equals(context.self.id())) {
      if (request.hops() > 0 && !request.from().equals(context.self.id())) {
        int hops = Math.min(request.hops(), HOPS) - 1;
        route(
            request.to(),
            new KeyRequest(request.topic(), request.from(), request.to(), request.author(), hops),
            true);
      }
      return;
    }
    MemberRecord asker = members.get(request.from());
    if (asker == null || !canAnswer(request.from())) {
      return;
    }
    Feed feed = room.replica().get(request.author());
    if (feed == null || answeredLately(new Question(request.from(), request.author()), now)) {
      return;
    }
    if (request.author().equals(context.self.id())) {
      grant(asker, now);
    } else if (!feed.keys.isEmpty() && room.policy().history() == History.RETAINED) {
      send(asker, feed.keys.entries(), true);
    }
  }

  /** Whoever asks faster than it reads is not answered. */
  private boolean canAnswer(PeerId asker) {
    Neighbour direct = replication.neighbourOf(asker);
    return direct == null || context.hasBudget(direct.link);
  }

  private boolean answeredLately(Question question, Now now) {
    Long before = answered.get(question);
    if (before != null && now.tickMillis() - before < ANSWER_AGAIN_MILLIS) {
      return true;
    }
    if (answered.size() >= MAX_ANSWERED) {
      answered.clear();
    }
    answered.put(question, now.tickMillis());
    return false;
  }

  /** Forgets a member that is gone; returns whether it had been admitted. */
  boolean forget(PeerId peer) {
    grants.forget(peer);
    entitledFrom.remove(peer);
    grantDue.remove(peer);
    return admitted.remove(peer);
  }

  void advance(Members members, Now now) {
    if (now.tickMillis() < nextTick) {
      return;
    }
    for (Map.Entry<PeerId, Long> due : List.copyOf(grantDue.entrySet())) {
      MemberRecord member = members.get(due.getKey());
      if (member == null) {
        grantDue.remove(due.getKey());
      } else if (due.getValue() <= now.tickMillis()) {
        grant(member, now);
      }
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
    grantDue.values().forEach(tick -> nextTick = Math.min(nextTick, tick));
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
      route(of, new KeyRequest(room.topic(), context.self.id(), of, of, HOPS), false);
    } else if (!holders.isEmpty()) {
      Neighbour holder = holders.get(context.entropy.nextInt(holders.size()));
      context.send(
          holder.link, new KeyRequest(room.topic(), context.self.id(), holder.peer, of, 0));
    }
  }

  long nextTick() {
    return nextTick;
  }

  /** Wipes all pairwise keys. */
  void destroy() {
    grants.destroy();
    admitted.clear();
  }
}
