package org.peerroom.internal.protocol;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.RoomEvent;
import org.peerroom.SealingSuite;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.Limits;
import org.peerroom.internal.wire.MemberRecord;

/**
 * How members of a room come to know each other: each announces its record to everyone it is linked
 * to, and passes on the records of others to those who can't have them from the source.
 */
final class Members {

  private static final long FORWARD_MILLIS = 50;
  private static final long EXPIRY_CHECK_MILLIS = 1_000;
  private static final long ALONE_MILLIS = 5_000;
  private static final long ALONE_AGAIN_MILLIS = 60_000;
  private static final int MAX_OTHER_SUITES = 1_024;

  private final PeerContext context;
  private final RoomMachine room;
  private final KeyExchange keyExchange;
  private final Replication replication;
  private final Membership membership;
  private final Set<PeerId> toForward = new LinkedHashSet<>();

  /** The peers that seal in another way, of which it was told. */
  private final Set<PeerId> otherSuites = new HashSet<>();

  /** Links to neighbours that have not been told of the others yet. */
  private final Set<Long> introduced = new HashSet<>();

  private @Nullable MemberRecord own;
  private long renewTick = Long.MAX_VALUE;
  private long forwardTick = Long.MAX_VALUE;
  private long expiryTick = Long.MAX_VALUE;
  private long aloneTick = Long.MAX_VALUE;

  Members(
      PeerContext context,
      RoomMachine room,
      KemKeys kemKeys,
      KeyExchange keyExchange,
      Replication replication) {
    this.context = context;
    this.room = room;
    this.keyExchange = keyExchange;
    this.replication = replication;
    this.membership = new Membership(context, room.topic(), room.policy().suite(), kemKeys);
  }

  /** The record of a member; null if that peer is none. */
  @Nullable MemberRecord get(PeerId peer) {
    return membership.get(peer);
  }

  /** See {@link Membership#withSlotId}. */
  @Nullable PeerId withSlotId(long id) {
    return membership.withSlotId(id);
  }

  /** The other members by their records, admitted or not. */
  Collection<MemberRecord> list() {
    return membership.members();
  }

  /** Forgets a peer, as if nothing had been heard of it. */
  void forget(PeerId peer) {
    membership.forget(peer);
    toForward.remove(peer);
  }

  /** How many records are held, also of those who left. */
  int count() {
    return membership.size();
  }

  /** The authors whose feeds are kept though they are empty. */
  Set<PeerId> known() {
    Set<PeerId> known = new HashSet<>();
    known.add(context.self.id());
    membership.members().forEach(record -> known.add(record.peer()));
    return known;
  }

  void announceToAll(Now now) {
    own = membership.own(context.addresses(), false, now);
    renewTick = now.tickMillis() + Membership.RENEW_MILLIS;
    if (expiryTick == Long.MAX_VALUE) {
      expiryTick = now.tickMillis() + EXPIRY_CHECK_MILLIS;
    }
    context.readyLinks().forEach(link -> announceTo(link, now));
  }

  void announceTo(long link, Now now) {
    if (own != null) {
      context.send(link, new Frame.Members(room.topic(), List.of(own)));
    }
    if (aloneTick == Long.MAX_VALUE) {
      aloneTick = now.tickMillis() + ALONE_MILLIS;
    }
  }

  void announceLeaving(Now now) {
    MemberRecord left = membership.own(List.of(), true, now);
    own = null;
    for (long link : context.readyLinks()) {
      context.send(link, new Frame.Members(room.topic(), List.of(left)));
    }
  }

  /** Takes records in; a bad one does not spoil the others. */
  void onRecords(long link, PeerId remote, Frame.Members frame, Now now) throws Refused {
    Refused refused = null;
    for (MemberRecord record : frame.records()) {
      Neighbour neighbour = replication.neighbour(link);
      if (neighbour == null && !record.peer().equals(remote)) {
        throw Refused.untimely("it is not a member of this room");
      }
      try {
        onRecord(link, remote, record, now);
      } catch (Refused e) {
        refused = refused == null || e.blame() ? e : refused;
      }
    }
    if (refused != null) {
      throw refused;
    }
  }

  private void onRecord(long link, PeerId remote, MemberRecord record, Now now) throws Refused {
    String banned = context.trust.whyBanned(record.peer());
    if (banned != null) {
      throw Refused.untimely("a record of " + record.peer().shortHex() + ": " + banned);
    }
    boolean ofRemote = record.peer().equals(remote);
    if (ofRemote && !membership.knows(remote) && membership.isFull()) {
      makeRoom(now);
    }
    Membership.Outcome outcome = membership.accept(record, now);
    switch (outcome) {
      case LEFT -> {
        forwardSoon(record.peer(), now);
        room.memberGone(record.peer(), true, false, now);
        return;
      }
      case OTHER_SUITE -> {
        tellOtherSuite(record, ofRemote ? link : null, now);
        return;
      }
      case JOINED, RENEWED -> forwardSoon(record.peer(), now);
      case OLD -> {}
    }
    if (ofRemote && membership.get(remote) != null && replication.neighbour(link) == null) {
      linked(link, record, now);
    }
    Neighbour neighbour = replication.neighbour(link);
    if (neighbour != null) {
      neighbour.knownRecords.merge(record.peer(), record.sequence(), Math::max);
    }
    if (outcome == Membership.Outcome.JOINED) {
      keyExchange.joined(record, now);
    }
  }

  /**
   * A peer of this room seals in another way: tells the application, and the peer if it is linked.
   */
  private void tellOtherSuite(MemberRecord record, @Nullable Long link, Now now) {
    if (otherSuites.size() >= MAX_OTHER_SUITES) {
      otherSuites.clear();
    }
    if (otherSuites.add(record.peer())) {
      String theirs = suite(record.suite());
      String difference = "suite is " + room.policy().suite() + " here and " + theirs + " there";
      room.tell(new RoomEvent.PolicyDiffers(record.peer(), difference));
      if (link != null) {
        announceTo(link, now); // it may have come in just now, and not have listened before
      }
    }
  }

  private static String suite(int code) {
    for (SealingSuite suite : SealingSuite.values()) {
      if (suite.code() == code) {
        return suite.text();
      }
    }
    return "one that is not known here (" + code + ")";
  }

  /**
   * Who is linked takes the place of someone of whom there is only a record, which costs nothing to
   * make.
   */
  private void makeRoom(Now now) {
    PeerId evicted =
        membership.evict(
            peer -> !keyExchange.isAdmitted(peer) && replication.neighbourOf(peer) == null);
    if (evicted != null) {
      room.memberGone(evicted, false, false, now);
    }
  }

  /**
   * The peer on this link is in this room. It may have come in just now, and not have listened when
   * this peer's own record went over the link before.
   */
  private void linked(long link, MemberRecord record, Now now) {
    announceTo(link, now);
    Neighbour neighbour = replication.up(link, record.peer(), now);
    neighbour.knownRecords.put(record.peer(), record.sequence());
    introduced.add(link);
    armForward(now);
    keyExchange.linked(record, now);
  }

  private void forwardSoon(PeerId peer, Now now) {
    toForward.add(peer);
    armForward(now);
  }

  private void armForward(Now now) {
    if (forwardTick == Long.MAX_VALUE) {
      forwardTick =
          now.tickMillis() + FORWARD_MILLIS / 2 + context.entropy.nextInt((int) FORWARD_MILLIS);
    }
  }

  /**
   * Passes on what is new, and to new neighbours all: by now these have said whom they are linked
   * to themselves, whose records they have.
   */
  private void forward() {
    forwardTick = Long.MAX_VALUE;
    List<MemberRecord> all = membership.all();
    List<MemberRecord> news = new ArrayList<>(all);
    news.removeIf(record -> !toForward.contains(record.peer()));
    toForward.clear();
    for (Neighbour neighbour : replication.neighbours()) {
      List<MemberRecord> some = new ArrayList<>(introduced.contains(neighbour.link) ? all : news);
      some.removeIf(record -> !record.left() && neighbour.directTo(record.peer()));
      sendRecords(neighbour, some);
    }
    introduced.clear();
  }

  /** A link can take more: sends what was held back. */
  void writable(Neighbour neighbour) {
    sendRecords(neighbour, membership.all());
  }

  private void sendRecords(Neighbour neighbour, List<MemberRecord> records) {
    List<MemberRecord> batch = new ArrayList<>();
    for (MemberRecord record : records) {
      boolean known =
          record.peer().equals(neighbour.peer)
              || neighbour.knownRecords.getOrDefault(record.peer(), -1L) >= record.sequence();
      if (known) {
        continue;
      }
      if (!context.hasBudget(neighbour.link)) {
        neighbour.heldBack = true;
        break;
      }
      neighbour.knownRecords.put(record.peer(), record.sequence());
      batch.add(record);
      if (batch.size() == Limits.MAX_MEMBERS_IN_FRAME) {
        context.send(neighbour.link, new Frame.Members(room.topic(), batch));
        batch.clear();
      }
    }
    if (!batch.isEmpty()) {
      context.send(neighbour.link, new Frame.Members(room.topic(), batch));
    }
  }

  void advance(Now now) {
    if (now.tickMillis() >= renewTick) {
      announceToAll(now);
    }
    if (now.tickMillis() >= forwardTick) {
      forward();
    }
    if (now.tickMillis() >= expiryTick) {
      expiryTick = now.tickMillis() + EXPIRY_CHECK_MILLIS;
      expire(now);
    }
    if (now.tickMillis() >= aloneTick) {
      checkAlone(now);
    }
  }

  private void expire(Now now) {
    int before = membership.size();
    for (PeerId lost : membership.expire(now)) {
      room.memberGone(lost, false, false, now);
    }
    if (membership.size() < before) {
      replication.neighbours().forEach(n -> n.knownRecords.keySet().removeIf(this::isForgotten));
    }
  }

  private boolean isForgotten(PeerId peer) {
    return !membership.knows(peer) && !peer.equals(context.self.id());
  }

  private void checkAlone(Now now) {
    int linked = context.readyLinks().size();
    if (linked == 0 || keyExchange.hasHeardOfAnyone() || !otherSuites.isEmpty()) {
      aloneTick = linked == 0 ? Long.MAX_VALUE : now.tickMillis() + ALONE_AGAIN_MILLIS;
      return;
    }
    room.tell(new RoomEvent.NobodyHere(linked));
    aloneTick = now.tickMillis() + ALONE_AGAIN_MILLIS;
  }

  long nextTick() {
    return Math.min(Math.min(renewTick, forwardTick), Math.min(expiryTick, aloneTick));
  }
}
