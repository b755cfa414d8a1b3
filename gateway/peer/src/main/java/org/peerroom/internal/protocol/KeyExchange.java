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
import org.peerroom.SealingSuite;
import org.peerroom.identity.Revocation;
import org.peerroom.identity.SignatureChain;
import org.peerroom.internal.crypto.PreSharedKey;
import org.peerroom.internal.sealing.RekeySlots;
import org.peerroom.internal.wire.Frame;
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

  /** With a chain or two and a policy, so many keys fit into one grant. */
  private static final int MAX_ENTRIES = 800;

  /** Revocations go in grants of about this size. */
  private static final int REVOCATION_BATCH = 32 * 1024;

  private final PeerContext context;
  private final RoomMachine room;
  private final Replication replication;
  private final Author author;
  private final Grants grants;
  private final Routes routes;
  private final KeyRequests requests;
  private final Admissions admissions;
  private final Introductions introductions;
  private final Set<PeerId> admitted = new LinkedHashSet<>();

  /** From which of this peer's sender keys on each member may read. */
  private final Map<PeerId, Integer> entitledFrom = new HashMap<>();

  private final Map<PeerId, Long> grantDue = new LinkedHashMap<>();
  private long nextTick = Long.MAX_VALUE;
  private int grantedEpoch;

  KeyExchange(
      PeerContext context,
      RoomMachine room,
      KemKeys kemKeys,
      @Nullable PreSharedKey psk,
      Replication replication,
      Author author,
      Admissions admissions) {
    this.context = context;
    this.room = room;
    this.replication = replication;
    this.author = author;
    this.grants = new Grants(context, room.topic(), kemKeys, psk);
    this.routes = new Routes(context, replication);
    this.admissions = admissions;
    this.introductions = new Introductions(context, room, room.policy(), admissions);
    this.requests = new KeyRequests(context, room, replication, routes, this);
    this.grantedEpoch = author.epoch();
  }

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
  void grant(MemberRecord member, Now now) {
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
    send(member, introductions.say(member.peer()), author.keysFrom(from));
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

  /** Sends keys together with this content, and what does not fit behind it; oldest first. */
  private void send(MemberRecord member, GrantContent content, List<KeyEntry> entries) {
    int end = Math.min(entries.size(), MAX_ENTRIES);
    send(member, content.keys(entries.subList(0, end)), true);
    while (end < entries.size()) {
      int from = end;
      end = Math.min(entries.size(), from + MAX_ENTRIES);
      send(member, new GrantContent().keys(entries.subList(from, end)), false);
    }
  }

  /** Tells a member who vouches for an author whose feed is here, and the keys that may be told. */
  void passOn(MemberRecord to, PeerId of, List<KeyEntry> keys) {
    SignatureChain chain = admissions.of(of).chain();
    GrantContent content = introductions.say(to.peer());
    if (chain != null || keys.isEmpty()) {
      content.chainOf(of, chain == null ? new byte[0] : chain.encoded());
    }
    send(to, content, keys);
  }

  /** Whether nothing is known of this peer's policy that speaks against telling it anything. */
  boolean agrees(PeerId peer) {
    return introductions.agrees(peer);
  }

  private void send(MemberRecord member, GrantContent content, boolean introduce) {
    boolean direct = replication.neighbourOf(member.peer()) != null;
    try {
      routes.send(member.peer(), grants.seal(member, content, introduce, direct, Routes.HOPS));
    } catch (Refused e) {
      room.refused(member.peer(), e.reason());
    }
  }

  /** Before the next segment: whoever may read it must have been granted its sender key. */
  void beforeSegment(Members members, Now now) {
    if (room.policy().suite() == SealingSuite.PER_RECIPIENT) {
      return; // each segment brings its own key along
    }
    if (author.rekeyIsDue(now)) {
      author.rekey(now);
    }
    if (!author.hasUsedKey()) {
      room.deposits().make(author.feed(), author.current());
    }
    if (grantedEpoch == author.epoch()) {
      return;
    }
    grantedEpoch = author.epoch();
    KeyEntry key = author.current();
    byte[] slots = grants.rekey(key.epoch, key.sequence, key.key, readers(members.list()).keySet());
    for (byte[] some : RekeySlots.parts(slots)) {
      routes.send(
          new Frame.Rekey(
              room.topic(), context.self.id(), key.epoch, key.sequence, Routes.HOPS, some),
          members);
    }
  }

  /** Those who may read what is sealed now, with the public keys of their records. */
  private Map<PeerId, byte[]> readers(Collection<MemberRecord> members) {
    Map<PeerId, byte[]> readers = new LinkedHashMap<>();
    for (MemberRecord member : members) {
      Integer from = entitledFrom.get(member.peer());
      if (from != null && from <= author.epoch() && mayHaveKeys(member.peer())) {
        readers.put(member.peer(), member.kemKey());
      }
    }
    return readers;
  }

  /** The public keys of those who may read what is sealed now. */
  Collection<byte[]> recipients(Collection<MemberRecord> members) {
    return readers(members).values();
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
    boolean direct = remote.equals(grant.from());
    if (!direct && grants.seen(grant)) {
      return; // it came by two ways
    }
    GrantContent content = grants.open(grant, direct, now);
    if (!introductions.hear(grant.from(), content, now)) {
      content.destroyKeys();
      dismiss(grant.from(), now);
    } else {
      welcome(member);
      content.chainsOfOthers().forEach((of, chain) -> admissions.vouched(of, chain, now));
      for (KeyEntry entry : content.keys()) {
        take(grant.from(), entry, content.keys(), now);
      }
      content.chainsOfOthers().keySet().forEach(of -> keepUnread(of, grant.from(), members, now));
      room.gate().takeRevocations(grant.from(), content.revocations(), now);
    }
    answer(member, content, now);
  }

  /** A new sender key for many: takes this peer's own, and passes on those of others. */
  void onRekey(PeerId remote, Frame.Rekey rekey, Members members, Now now) throws Refused {
    if (rekey.from().equals(context.self.id())) {
      return;
    }
    if (rekey.hops() > 0) {
      routes.passOn(rekey, remote, members);
    }
    int slot = RekeySlots.find(rekey.slots(), context.self.id());
    if (slot < 0) {
      return;
    }
    if (!admitted.contains(rekey.from())) {
      throw Refused.untimely(
          "a new sender key of " + rekey.from().shortHex() + ", which is not admitted");
    }
    KeyEntry entry = grants.open(rekey, slot, now);
    take(rekey.from(), entry, List.of(entry), now);
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
    keepUnread(member.peer(), member.peer(), null, context.now());
  }

  /**
   * Stores the feed of an author though this peer has no key of it: for others, where that is its
   * role, or where durable recipients may come to read it here.
   *
   * @param members null if the author itself is here
   */
  private void keepUnread(PeerId of, PeerId voucher, @Nullable Members members, Now now) {
    boolean asReplica = !admissions.own().subscribe() && admissions.own().replicate();
    if ((!asReplica && !room.deposits().areWanted()) || !admissions.of(of).publish()) {
      return;
    }
    Feed feed = of.equals(context.self.id()) ? null : room.admit(of, voucher, now);
    if (feed == null) {
      return;
    }
    if (members != null && members.get(of) == null) {
      requests.found(of); // who has left grants no more
    }
    if (!feed.admitted()) {
      feed.admit();
      replication.admitted(feed, now);
    }
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
      requests.missing(member.peer(), null, now);
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
    boolean first = !feed.admitted();
    if (first && byAuthor && feed.headHash() == null && feed.next() == 0) {
      feed.jumpTo(all.stream().mapToLong(e -> e.sequence).min().orElse(0));
    }
    if (feed.keys.offer(grantor, entry) && room.unsealing().allKeyed(feed)) {
      requests.found(entry.author);
    }
    if (first) {
      feed.admit();
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
    requests.missing(of, known ? null : teller, now);
  }

  /** Whether keys of this feed are still being asked for. */
  boolean awaitsKey(PeerId of) {
    return requests.awaits(of);
  }

  /** How many feeds' keys are being asked for. */
  int missingKeys() {
    return requests.size();
  }

  void onRequest(KeyRequest request, Members members, Now now) {
    requests.onRequest(request, members, now);
  }

  /** What becomes of a member that is gone. */
  record Parting(boolean wasAdmitted, boolean hadKeys) {}

  /** Forgets a member that is gone. */
  Parting forget(PeerId peer) {
    grants.forget(peer);
    introductions.forget(peer);
    grantDue.remove(peer);
    boolean hadKeys = entitledFrom.remove(peer) != null;
    return new Parting(admitted.remove(peer), hadKeys);
  }

  void advance(Members members, Now now) {
    if (now.tickMillis() >= nextTick) {
      List<PeerId> due = new ArrayList<>();
      nextTick = Long.MAX_VALUE;
      for (Map.Entry<PeerId, Long> entry : grantDue.entrySet()) {
        if (entry.getValue() <= now.tickMillis()) {
          due.add(entry.getKey());
        } else {
          nextTick = Math.min(nextTick, entry.getValue());
        }
      }
      for (PeerId peer : due) {
        grantDue.remove(peer);
        MemberRecord member = members.get(peer);
        if (member != null) {
          grant(member, now);
        }
      }
    }
    requests.advance(members, now);
  }

  /** Once a second or so: keys that are not needed any more are wiped. */
  void housekeeping(Now now) {
    grants.advance(now);
  }

  long nextTick() {
    return Math.min(nextTick, requests.nextTick());
  }

  /** Wipes all pairwise keys. */
  void destroy() {
    grants.destroy();
    admitted.clear();
  }
}
