package org.peerroom.internal.protocol;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerAddress;
import org.peerroom.PeerId;
import org.peerroom.SealingSuite;
import org.peerroom.internal.crypto.Digests;
import org.peerroom.internal.sealing.RekeySlots;
import org.peerroom.internal.wire.Limits;
import org.peerroom.internal.wire.MemberRecord;
import org.peerroom.internal.wire.Topic;

/**
 * Who is in a room, by signed, sequenced, expiring records. Every peer believes only the record
 * itself, never whoever brought it. Records of those who left are kept until they expire, so that
 * an older record does not revive them.
 */
final class Membership {

  /** How long a record holds. */
  static final long RECORD_MILLIS = 120_000;

  /** A peer renews its record this long after the last one. */
  static final long RENEW_MILLIS = 40_000;

  /** How far a remote's clock may be ahead. */
  static final long MAX_SKEW_MILLIS = 120_000;

  /**
   * How many records are held at the most; further peers are refused until some expire. In a room
   * that seals for each recipient there are fewer.
   */
  static final int MAX_MEMBERS = 2_000;

  private final PeerContext context;
  private final Topic topic;
  private final SealingSuite suite;
  private final KemKeys kemKeys;
  private final Map<PeerId, Known> records = new LinkedHashMap<>();

  /** For whom a slot of a rekey is. */
  private final Map<Long, PeerId> bySlotId = new HashMap<>();

  Membership(PeerContext context, Topic topic, SealingSuite suite, KemKeys kemKeys) {
    this.context = context;
    this.topic = topic;
    this.suite = suite;
    this.kemKeys = kemKeys;
  }

  /**
   * A record and when it becomes void on this peer's own timer, so that a clock set back revives
   * nobody.
   */
  private record Known(MemberRecord record, long voidAtTick) {}

  /** What became of a record. */
  enum Outcome {
    /** It was known, or something newer was. */
    OLD,
    /** The peer was not a member before. */
    JOINED,
    /** It lives longer now, or says something else. */
    RENEWED,
    /** The peer says that it has left. */
    LEFT,
    /** The peer seals in another way: it is no member here. */
    OTHER_SUITE
  }

  /** This peer's own record, newly signed. */
  MemberRecord own(List<PeerAddress> addresses, boolean left, Now now) {
    PeerKeys self = context.self;
    long sequence = context.nextSerial();
    MemberRecord unsigned =
        new MemberRecord(
            topic,
            self.id(),
            sequence,
            now.wallMillis() + RECORD_MILLIS,
            left,
            suite.code(),
            kemKeys.fresh(now),
            addresses,
            new byte[64]);
    byte[] signature =
        self.signing().sign(Digests.sha256(Labels.MEMBER_RECORD, unsigned.signedBytes()));
    return new MemberRecord(
        topic,
        self.id(),
        sequence,
        unsigned.expiresMillis(),
        left,
        unsigned.suite(),
        unsigned.kemKey(),
        addresses,
        signature);
  }

  /**
   * Takes a record in.
   *
   * @throws Refused if it is forged, malformed, void or one too many
   */
  Outcome accept(MemberRecord record, Now now) throws Refused {
    if (record.peer().equals(context.self.id())) {
      return Outcome.OLD;
    }
    Known known = records.get(record.peer());
    if (known != null && known.record.sequence() >= record.sequence()) {
      return Outcome.OLD;
    }
    check(record, known != null, now);
    if (record.suite() != suite.code()) {
      return Outcome.OTHER_SUITE;
    }
    long lives =
        Math.min(record.expiresMillis() - now.wallMillis(), RECORD_MILLIS + MAX_SKEW_MILLIS);
    records.put(record.peer(), new Known(record, now.tickMillis() + lives + MAX_SKEW_MILLIS));
    bySlotId.putIfAbsent(RekeySlots.idOf(record.peer()), record.peer());
    boolean wasMember = known != null && !known.record.left();
    if (record.left()) {
      return wasMember ? Outcome.LEFT : Outcome.OLD;
    }
    return wasMember ? Outcome.RENEWED : Outcome.JOINED;
  }

  private void check(MemberRecord record, boolean known, Now now) throws Refused {
    String whose = "a member record of " + record.peer().shortHex();
    if (record.expiresMillis() + MAX_SKEW_MILLIS <= now.wallMillis()) {
      throw Refused.untimely(whose + " has expired");
    }
    if (record.expiresMillis() > now.wallMillis() + RECORD_MILLIS + MAX_SKEW_MILLIS) {
      throw Refused.untimely(whose + " is from the future: compare the clocks");
    }
    if (!known && isFull()) {
      throw Refused.untimely("the room is full: " + capacity() + " members are known");
    }
    if (record.suite() == suite.code()
        && record.kemKey().length != kemKeys.suite().publicKeySize()) {
      throw Refused.invalid(whose + " has a key that is none of its suite");
    }
    byte[] signed = Digests.sha256(Labels.MEMBER_RECORD, record.signedBytes());
    if (!context.crypto.verify(record.peer().bytes(), signed, record.signature())) {
      throw Refused.invalid(whose + " is not signed by it");
    }
  }

  int size() {
    return records.size();
  }

  /** Whether no further peer is taken in before one is gone. */
  boolean isFull() {
    return records.size() >= capacity();
  }

  private int capacity() {
    return suite == SealingSuite.PER_RECIPIENT ? Limits.MAX_RECIPIENTS : MAX_MEMBERS;
  }

  /** Forgets the oldest record for which this holds; returns whose it was, or null if none was. */
  @Nullable PeerId evict(Predicate<PeerId> dispensable) {
    for (PeerId peer : records.keySet()) {
      if (dispensable.test(peer)) {
        forget(peer);
        return peer;
      }
    }
    return null;
  }

  void forget(PeerId peer) {
    records.remove(peer);
    bySlotId.remove(RekeySlots.idOf(peer), peer);
  }

  /** The member whose slots in a rekey begin so; null if there is none. */
  @Nullable PeerId withSlotId(long id) {
    PeerId peer = bySlotId.get(id);
    return peer == null || get(peer) == null ? null : peer;
  }

  /** Whether anything is known of this peer, be it that it left. */
  boolean knows(PeerId peer) {
    return records.containsKey(peer);
  }

  /** The record of a peer that is a member now; null if it is not. */
  @Nullable MemberRecord get(PeerId peer) {
    Known known = records.get(peer);
    return known == null || known.record.left() ? null : known.record;
  }

  /** Every record that has not expired, also of those who left. */
  List<MemberRecord> all() {
    List<MemberRecord> all = new ArrayList<>(records.size());
    records.values().forEach(known -> all.add(known.record));
    return all;
  }

  /** The other peers that are members now. */
  Collection<MemberRecord> members() {
    List<MemberRecord> members = all();
    members.removeIf(MemberRecord::left);
    return members;
  }

  /** Forgets records that have become void; returns the members that were lost that way. */
  List<PeerId> expire(Now now) {
    List<MemberRecord> ended = new ArrayList<>();
    records.values().stream()
        .filter(known -> known.voidAtTick <= now.tickMillis())
        .forEach(known -> ended.add(known.record));
    ended.forEach(record -> forget(record.peer()));
    return ended.stream().filter(record -> !record.left()).map(MemberRecord::peer).toList();
  }
}
