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
import org.peerroom.identity.Revocation;
import org.peerroom.identity.SignatureChain;
import org.peerroom.internal.crypto.PreSharedKey;
import org.peerroom.internal.wire.Frame.Grant;
import org.peerroom.internal.wire.Frame.KeyRequest;
import org.peerroom.internal.wire.MemberRecord;

/**
 * How sender keys get to the members: granted when someone joins and at each rekey, asked for when
 * one is missing, passed on for authors who are gone where the policy allows it. A peer is admitted
 * here when it has introduced itself in a grant that opens, which proves its id and, where there is
 * one, the room's secret, and the policy admits it. Nobody else gets keys, and nothing is stored
 * for a feed before its author is admitted or an admitted member passes its keys on, in a room of
 * certified peers together with what vouches for the author.
 */
final class KeyExchange {

  /** How long to wait for a direct link before a grant goes by way of others. */
  private static final long DIRECT_LINK_MILLIS = 2_000;

  private static final long INDIRECT_MILLIS = 100;
  private static final long ANSWER_AGAIN_MILLIS = 1_000;
  private static final int MAX_ANSWERED = 10_000;

  /** With a chain or two and a policy, these fit into one grant. */
  private static final int MAX_ENTRIES = 800;

  /** Revocations go in grants of about this size. */
  private static final int REVOCATION_BATCH = 32 * 1024;

  private final PeerContext context;
  private final RoomMachine room;
  private final Replication replication;
  private final Author author;
  private final Grants grants;
  private final Routes routes;
  private final MissingKeys missing;
  private final Admissions admissions;
  private final Introductions introductions;
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
      Author author,
      Admissions admissions) {
    this.context = context;
    this.room = room;
    this.replication = replication;
    this.author = author;
    this.grants = new Grants(context, room.topic(), psk);
    this.routes = new Routes(context, replication);
    this.missing = new MissingKeys(context.entropy);
    this.admissions = admissions;
    this.introductions = new Introductions(context, room, room.policy(), admissions);
    this.grantedEpoch = author.epoch();
  }

  private record Question(PeerId from, PeerId author) {}

  /** The peers that have proved that they belong here. */
  Set<PeerId> admitted() {
    return Set.copyOf(admitted);
  }

  /** Whether anybody else is in this room: has introduced itself, admitted or not. */
  boolean hasHeardOfAnyone() {
    return introductions.hasHeardOfAnyone();
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
    if (admitted.contains(member.peer())) {
      sendRevocations(member, context.trust.revocations());
    }
  }

  private void due(PeerId peer, long tick) {
    grantDue.put(peer, tick);
    nextTick = Math.min(nextTick, tick);
  }

  /**
   * Grants a member what it may read of this peer's feed: everything where there is history, else
   * what follows its first grant, for which a new sender key begins. Who is not admitted, or not
   * yet, is only told who this peer is and what the policy asks for.
   */
  private void grant(MemberRecord member, Now now) {
    grantDue.remove(member.peer());
    if (!mayHaveKeys(member.peer())) {
      introduce(member);
      return;
    }
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

  /** Whether this peer's keys go to that one. */
  boolean mayHaveKeys(PeerId peer) {
    return introductions.agrees(peer) && admissions.of(peer).subscribe();
  }

  private void introduce(MemberRecord member) {
    send(member, introductions.say(member.peer()), true);
  }

  /** This peer shows another identity than before: tells every member. */
  void introduceToAll(Collection<MemberRecord> members) {
    members.forEach(this::introduce);
  }

  private void send(MemberRecord member, List<KeyEntry> entries, boolean introduce) {
    GrantContent content = introduce ? introductions.say(member.peer()) : new GrantContent();
    send(member, content.keys(newest(entries)), introduce);
  }

  private static List<KeyEntry> newest(List<KeyEntry> entries) {
    return entries.subList(Math.max(0, entries.size() - MAX_ENTRIES), entries.size());
  }

  private void send(MemberRecord member, GrantContent content, boolean introduce) {
    try {
      routes.send(member.peer(), grants.seal(member, content, introduce, Routes.HOPS));
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
      if (from != null && from <= grantedEpoch && mayHaveKeys(member.peer())) {
        send(member, List.of(author.current()), false);
      }
    }
  }

  void onGrant(PeerId remote, Grant grant, Members members, Now now) throws Refused {
    if (!grant.to().equals(context.self.id())) {
      if (grant.hops() > 0 && !grant.from().equals(context.self.id())) {
        routes.passOn(grant);
      }
      return;
    }
    MemberRecord member = members.get(grant.from());
    if (member == null) {
      throw Refused.untimely("a grant of " + grant.from().shortHex() + ", which is not a member");
    }
    if (!remote.equals(grant.from()) && grants.seen(grant)) {
      return; // it came by two ways
    }
    GrantContent content = grants.open(grant, now);
    if (!introductions.hear(grant.from(), content, now)) {
      content.destroyKeys();
      dismiss(grant.from(), now);
    } else {
      welcome(member);
      for (KeyEntry entry : content.keys()) {
        byte[] chain = content.chainsOfOthers().get(entry.author);
        if (chain != null) {
          admissions.vouched(entry.author, chain, now);
        }
        take(grant.from(), entry, content.keys(), now);
      }
      room.gate().takeRevocations(grant.from(), content.revocations(), now);
    }
    answer(member, content, now);
  }

  /** Who was admitted, but is not any more by what it has shown now. */
  private void dismiss(PeerId peer, Now now) {
    Standing standing = admissions.of(peer);
    if (admitted.contains(peer) || standing.revoked()) {
      room.gate().expel(peer, standing, now);
    }
  }

  private void welcome(MemberRecord member) {
    if (!admitted.add(member.peer())) {
      return;
    }
    room.tell(new RoomEvent.MemberJoined(member.peer()));
    Feed feed = room.replica().get(member.peer());
    if (feed != null && feed.closed() && admissions.of(member.peer()).publish()) {
      feed.close(false);
      replication.admitted(feed, context.now());
    }
    sendRevocations(member, context.trust.revocations());
  }

  /** What a member that has introduced itself is still lacking of this peer. */
  private void answer(MemberRecord member, GrantContent content, Now now) {
    if (content.policy() == null || room.isGone(member.peer())) {
      return;
    }
    if (admissions.certified()
        && mayHaveKeys(member.peer())
        && !entitledFrom.containsKey(member.peer())) {
      grant(member, now);
    } else if (!content.knowsReceiver() && introductions.isDueAgain(member.peer(), now)) {
      introduce(member);
    }
  }

  /** A member that was not admitted before is, because somebody else is trusted now. */
  void reconsider(MemberRecord member, Now now) {
    if (introductions.hasHeardOf(member.peer()) && admissions.of(member.peer()).admitted()) {
      welcome(member);
      grant(member, now);
      missing.add(member.peer(), null, now);
      nextTick = Math.min(nextTick, now.tickMillis());
    }
  }

  /**
   * Tells members of revocations: those that begin here everyone, also by way of others, who may
   * not believe them and so not pass them on; those that came from a member the ones that are
   * linked.
   */
  void spread(List<Revocation> revocations, @Nullable PeerId from, Members members) {
    for (PeerId peer : List.copyOf(admitted)) {
      MemberRecord member = members.get(peer);
      boolean inReach = from == null || replication.neighbourOf(peer) != null;
      if (member != null && inReach && !peer.equals(from)) {
        sendRevocations(member, revocations);
      }
    }
  }

  private void sendRevocations(MemberRecord member, List<Revocation> revocations) {
    // By detours it may come before anything else did.
    boolean first = replication.neighbourOf(member.peer()) == null;
    GrantContent content = new GrantContent();
    int size = 0;
    for (Revocation revocation : revocations) {
      byte[] encoded = revocation.encoded();
      if (size > 0 && size + encoded.length > REVOCATION_BATCH) {
        send(member, content, first);
        content = new GrantContent();
        size = 0;
      }
      content.revocation(encoded);
      size += encoded.length;
    }
    if (size > 0) {
      send(member, content, first);
    }
  }

  private void take(PeerId grantor, KeyEntry entry, List<KeyEntry> all, Now now) {
    boolean byAuthor = entry.author.equals(grantor);
    boolean welcome =
        (byAuthor || room.policy().history() == History.RETAINED)
            && admissions.of(entry.author).publish();
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
        routes.passOn(request);
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
    if (request.author().equals(context.self.id()) || !mayHaveKeys(asker.peer())) {
      grant(asker, now);
    } else if (!feed.keys.isEmpty() && room.policy().history() == History.RETAINED) {
      passOn(asker, feed);
    }
  }

  /** With the keys goes what vouches for their author: the asker judges it for itself. */
  private void passOn(MemberRecord asker, Feed feed) {
    GrantContent content = introductions.say(asker.peer()).keys(newest(feed.keys.entries()));
    SignatureChain chain = admissions.of(feed.author).chain();
    if (chain != null) {
      content.chainOf(feed.author, chain.encoded());
    }
    send(asker, content, true);
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
    introductions.forget(peer);
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

  /** Wipes all pairwise keys. */
  void destroy() {
    grants.destroy();
    admitted.clear();
  }
}
