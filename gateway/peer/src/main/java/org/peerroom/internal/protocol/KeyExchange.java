package org.peerroom.internal.protocol;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
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
  private static final long FIRST_REQUEST_MILLIS = 500;
  private static final long MAX_REQUEST_MILLIS = 30_000;
  private static final long ANSWER_AGAIN_MILLIS = 1_000;
  private static final int MAX_MISSING = 2_000;
  private static final int MAX_ANSWERED = 10_000;
  private static final int MAX_ATTEMPTS = 12;
  private static final int MAX_ENTRIES = 1_000;
  private static final int HOPS = 3;
  private static final int DETOURS = 2;

  private final PeerContext context;
  private final RoomMachine room;
  private final Replication replication;
  private final Author author;
  private final Grants grants;
  private final Set<PeerId> admitted = new LinkedHashSet<>();
  private final Map<PeerId, Integer> grantedEpoch = new HashMap<>();
  private final Map<PeerId, Long> grantDue = new LinkedHashMap<>();
  private final Map<PeerId, Missing> missing = new LinkedHashMap<>();
  private final Map<Question, Long> answered = new HashMap<>();
  private long nextTick = Long.MAX_VALUE;

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
    this.grants = new Grants(context.self, room.topic(), context.crypto, psk);
  }

  private record Question(PeerId from, PeerId author) {}

  private static final class Missing {
    long askTick;
    int attempts;

    Missing(long askTick) {
      this.askTick = askTick;
    }
  }

  /** The peers that have proved that they belong here. */
  Set<PeerId> admitted() {
    return Set.copyOf(admitted);
  }

  /**
   * A member became known: it is granted over its own link, or by way of others if there will be
   * none.
   */
  void joined(MemberRecord member, Now now) {
    if (grantedEpoch.containsKey(member.peer())) {
      return;
    }
    if (replication.neighbourOf(member.peer()) != null) {
      grantNow(member, false, now);
      return;
    }
    boolean dialable = !member.addresses().isEmpty() || !context.addresses().isEmpty();
    due(member.peer(), now.tickMillis() + (dialable ? DIRECT_LINK_MILLIS : INDIRECT_MILLIS));
  }

  /** A member is linked now. */
  void linked(MemberRecord member, Now now) {
    if (!grantedEpoch.containsKey(member.peer())) {
      grantNow(member, false, now);
    }
  }

  private void due(PeerId peer, long tick) {
    grantDue.put(peer, tick);
    nextTick = Math.min(nextTick, tick);
  }

  private void grantNow(MemberRecord member, boolean introduce, Now now) {
    grantDue.remove(member.peer());
    grantedEpoch.put(member.peer(), author.epoch());
    send(member, author.forNewMember(), introduce, now);
  }

  private void send(MemberRecord member, List<KeyEntry> entries, boolean introduce, Now now) {
    int from = Math.max(0, entries.size() - MAX_ENTRIES);
    try {
      List<KeyEntry> some = entries.subList(from, entries.size());
      route(member.peer(), grants.seal(member, some, introduce, HOPS, now));
    } catch (Refused e) {
      room.tell(new RoomEvent.Refused(member.peer(), e.reason()));
    }
  }

  /** A new sender key has begun: grants it to everyone who was granted the one before. */
  void rekeyed(Collection<MemberRecord> members, Now now) {
    for (MemberRecord member : members) {
      if (grantedEpoch.containsKey(member.peer())) {
        grantedEpoch.put(member.peer(), author.epoch());
        send(member, List.of(author.current()), false, now);
      }
    }
  }

  /**
   * Sends towards a peer: over its own link, or through neighbours that are linked to it, or
   * through any.
   */
  private void route(PeerId to, Frame frame) {
    Neighbour direct = replication.neighbourOf(to);
    if (direct != null) {
      context.send(direct.link, frame);
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
    for (int i = 0; i < DETOURS && !ways.isEmpty(); i++) {
      Neighbour way = ways.remove(context.entropy.nextInt(ways.size()));
      context.send(way.link, frame);
    }
  }

  void onGrant(Grant grant, Members members, Now now) throws Refused {
    if (!grant.to().equals(context.self.id())) {
      if (grant.hops() > 0 && !grant.from().equals(context.self.id())) {
        route(grant.to(), passedOn(grant));
      }
      return;
    }
    if (members.get(grant.from()) == null) {
      throw Refused.untimely("a grant of " + grant.from().shortHex() + ", which is not a member");
    }
    List<KeyEntry> entries = grants.open(grant, now);
    if (admitted.add(grant.from())) {
      room.tell(new RoomEvent.MemberJoined(grant.from()));
    }
    for (KeyEntry entry : entries) {
      take(grant.from(), entry, entries, now);
    }
    context.emit(new Output.RoomReadable(room.topic()));
  }

  private void take(PeerId grantor, KeyEntry entry, List<KeyEntry> all, Now now) {
    boolean byAuthor = entry.author.equals(grantor);
    boolean welcome = byAuthor || room.policy().history() == History.RETAINED;
    Feed feed =
        welcome && !entry.author.equals(context.self.id()) ? room.admit(entry.author, now) : null;
    if (feed == null) {
      entry.key.destroy();
      return;
    }
    boolean first = feed.keys.isEmpty();
    if (first && byAuthor && feed.headHash() == null && feed.next() == 0) {
      feed.jumpTo(all.stream().mapToLong(e -> e.sequence).min().orElse(0));
    }
    if (feed.keys.offer(grantor, entry)) {
      missing.remove(entry.author);
    }
    if (first) {
      replication.admitted(feed, now);
    }
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
   */
  void keyMissing(PeerId of, Now now) {
    if (missing.containsKey(of) || missing.size() >= MAX_MISSING) {
      return;
    }
    Missing entry = new Missing(now.tickMillis() + FIRST_REQUEST_MILLIS);
    missing.put(of, entry);
    nextTick = Math.min(nextTick, entry.askTick);
  }

  void onRequest(KeyRequest request, Members members, Now now) {
    if (!request.to().equals(context.self.id())) {
      if (request.hops() > 0 && !request.from().equals(context.self.id())) {
        int hops = Math.min(request.hops(), HOPS) - 1;
        route(
            request.to(),
            new KeyRequest(request.topic(), request.from(), request.to(), request.author(), hops));
      }
      return;
    }
    MemberRecord asker = members.get(request.from());
    if (asker == null || answeredLately(new Question(request.from(), request.author()), now)) {
      return;
    }
    if (request.author().equals(context.self.id())) {
      grantNow(asker, true, now);
      return;
    }
    Feed feed = room.replica().get(request.author());
    if (feed != null && !feed.keys.isEmpty() && room.policy().history() == History.RETAINED) {
      send(asker, feed.keys.entries(), true, now);
    }
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
    grantedEpoch.remove(peer);
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
        grantNow(member, false, now);
      }
    }
    for (Iterator<Map.Entry<PeerId, Missing>> i = missing.entrySet().iterator(); i.hasNext(); ) {
      Map.Entry<PeerId, Missing> entry = i.next();
      if (entry.getValue().askTick <= now.tickMillis()
          && !ask(entry.getKey(), entry.getValue(), members, now)) {
        i.remove();
      }
    }
    nextTick = Long.MAX_VALUE;
    grantDue.values().forEach(tick -> nextTick = Math.min(nextTick, tick));
    missing.values().forEach(entry -> nextTick = Math.min(nextTick, entry.askTick));
  }

  private boolean ask(PeerId of, Missing entry, Members members, Now now) {
    if (entry.attempts >= MAX_ATTEMPTS) {
      return false;
    }
    long wait = Math.min(MAX_REQUEST_MILLIS, FIRST_REQUEST_MILLIS << entry.attempts);
    entry.askTick = now.tickMillis() + wait + context.entropy.nextInt((int) wait / 4);
    entry.attempts++;
    List<Neighbour> holders = new ArrayList<>();
    for (Neighbour neighbour : replication.neighbours()) {
      if (neighbour.has(of) != null && !neighbour.peer.equals(of)) {
        holders.add(neighbour);
      }
    }
    boolean askAuthor = members.get(of) != null && (entry.attempts % 2 == 1 || holders.isEmpty());
    if (askAuthor) {
      route(of, new KeyRequest(room.topic(), context.self.id(), of, of, HOPS));
    } else if (!holders.isEmpty()) {
      Neighbour holder = holders.get(context.entropy.nextInt(holders.size()));
      context.send(
          holder.link, new KeyRequest(room.topic(), context.self.id(), holder.peer, of, 0));
    }
    return true;
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
