package org.peerroom.internal.protocol;

import java.util.Arrays;
import org.peerroom.History;
import org.peerroom.PeerId;
import org.peerroom.internal.crypto.SegmentKey;
import org.peerroom.internal.sealing.SegmentSealing;
import org.peerroom.internal.wire.Segment;
import org.peerroom.internal.wire.SegmentHeader;

/**
 * Decides which segments get into a replica: those of authors that are admitted or vouched for,
 * signed by them, that follow what is held of their feeds.
 */
final class SegmentIntake {

  private final PeerContext context;
  private final RoomMachine room;
  private final Replica replica;
  private final Replication replication;
  private final Forks forks;

  SegmentIntake(
      PeerContext context,
      RoomMachine room,
      Replica replica,
      Replication replication,
      Forks forks) {
    this.context = context;
    this.room = room;
    this.replica = replica;
    this.replication = replication;
    this.forks = forks;
  }

  void take(Neighbour from, Segment segment, Now now) throws Refused {
    PeerId writer = segment.author();
    if (writer.equals(context.self.id())) {
      return;
    }
    Feed feed = replica.get(writer);
    if (feed == null || !feed.admitted()) {
      room.keyMissing(writer, from, now);
      throw Refused.untimely("its author " + writer.shortHex() + " has not been admitted");
    }
    if (feed.takesNothing() || forks.caught(feed)) {
      return;
    }
    String unwanted = room.admissions().whyNoSegment(writer, segment.header().createdMillis());
    if (unwanted != null) {
      throw Refused.untimely("a segment of " + writer.shortHex() + " is not taken: " + unwanted);
    }
    if (segment.sequence() < feed.next()) {
      Feed.Stored held = feed.get(segment.sequence());
      if (held != null && !Arrays.equals(held.segment.encoded(), segment.encoded())) {
        onContradiction(segment, held);
      }
      return;
    }
    byte[] hash = verified(segment);
    SegmentHeader header = segment.header();
    if (header.createdMillis() > now.wallMillis() + Membership.MAX_SKEW_MILLIS) {
      throw Refused.untimely(
          "segment of " + writer.shortHex() + " is from the future: compare the clocks");
    }
    if (replica.isFull()) {
      replication.hold();
      return;
    }
    if (segment.sequence() > feed.next()) {
      if (!replication.mayJump(feed, from, now)) {
        return;
      }
      replica.changed(feed, () -> feed.jumpTo(segment.sequence()));
    }
    byte[] head = feed.headHash();
    if (head != null && !Arrays.equals(head, header.previous())) {
      onOtherPast(feed, segment);
      return;
    }
    store(feed, segment, hash, from, now);
  }

  private byte[] verified(Segment segment) throws Refused {
    byte[] hash = SegmentSealing.hash(segment);
    if (!SegmentSealing.isSigned(context.crypto, segment, hash)) {
      throw Refused.invalid(
          "the signature of segment "
              + segment.sequence()
              + " of "
              + segment.author().shortHex()
              + " is wrong");
    }
    return hash;
  }

  /** A segment that is not the one held under its number, but may be so only by its signature. */
  private void onContradiction(Segment segment, Feed.Stored held) throws Refused {
    byte[] hash = verified(segment);
    Segment known = held.segment;
    if (!Arrays.equals(hash, SegmentSealing.hash(known))) {
      forks.found(known, segment);
    }
  }

  /**
   * The author signed two feeds: whatever it says from now on could be said to others differently.
   * The segment before this one, if it is still held, proves it to everybody.
   */
  private void onOtherPast(Feed feed, Segment segment) {
    Feed.Stored before = feed.get(segment.sequence() - 1);
    if (before != null) {
      forks.found(before.segment, segment);
      return;
    }
    feed.quarantine();
    replication.stopAsking(feed.author);
    room.refused(
        feed.author,
        "it signed two different feeds that part at segment "
            + segment.sequence()
            + ": nothing more is taken from it");
  }

  private void store(Feed feed, Segment segment, byte[] hash, Neighbour from, Now now)
      throws Refused {
    SegmentHeader header = segment.header();
    long expires = replica.expiryOf(header, now);
    if (expires <= now.wallMillis()) {
      replica.changed(feed, () -> feed.pass(segment, hash, expires));
      replication.passed(feed, from, now);
      return;
    }
    room.unsealing().unwrap(feed, segment);
    SegmentKey key = feed.keys.keyFor(header);
    Feed.Stored stored = feed.append(segment, hash, expires, key);
    replica.appended(feed, stored);
    replication.appended(feed, from, segment.sequence(), now);
    if (key == null && isDueToBeRead(feed, segment)) {
      room.keyMissing(feed.author, from, now);
    }
    room.readable(feed);
  }

  /** Whether a key for this segment is one that this peer should have, and can get. */
  private boolean isDueToBeRead(Feed feed, Segment segment) {
    if (!feed.keys.isEmpty()) {
      return segment.sequence() >= feed.keys.readableFrom();
    }
    boolean canGet = room.policy().history() == History.RETAINED || room.isMember(feed.author);
    return canGet && room.admissions().own().subscribe();
  }
}
