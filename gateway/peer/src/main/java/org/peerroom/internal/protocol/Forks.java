package org.peerroom.internal.protocol;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.RoomEvent;
import org.peerroom.RoomPolicy;
import org.peerroom.internal.sealing.SegmentSealing;
import org.peerroom.internal.wire.Frame.ForkProof;
import org.peerroom.internal.wire.FrameCodec;
import org.peerroom.internal.wire.Segment;
import org.peerroom.internal.wire.WireException;

/**
 * The authors of a room that were caught signing two different feeds. The proof is the pair of
 * segments: whoever sees it can check it alone, so it is passed on to every member, once over each
 * link, and to those who come later. Nothing more is taken from such an author.
 *
 * <p>A proof lives as long as the room keeps segments, 10 minutes at least, and while its author's
 * feed is known. At most {@value #MAX_PROOFS} proofs of {@value #MAX_BYTES} bytes are kept: over
 * that the oldest is no longer told to newcomers. What proves something of an author that is not
 * known here is kept aside until the author is, at most {@value #MAX_ASIDE}, and is not passed on:
 * anyone can make such proofs of keys made up for it.
 */
final class Forks {

  static final int MAX_PROOFS = 256;
  static final int MAX_BYTES = 16 << 20;
  static final int MAX_ASIDE = 16;
  private static final long MIN_LIFE_MILLIS = 600_000;

  private final PeerContext context;
  private final RoomMachine room;
  private final Replica replica;
  private final Replication replication;
  private final long lifeMillis;

  /** By author, the oldest first. */
  private final Map<PeerId, Proven> proven = new LinkedHashMap<>();

  /** Verified, but of authors that are not known here. */
  private final Map<PeerId, ForkProof> aside = new LinkedHashMap<>();

  private long bytes;

  Forks(PeerContext context, RoomMachine room, Replica replica, Replication replication) {
    this.context = context;
    this.room = room;
    this.replica = replica;
    this.replication = replication;
    RoomPolicy policy = room.policy();
    this.lifeMillis = Math.max(MIN_LIFE_MILLIS, policy.retention().toMillis());
  }

  /** One author that was caught. */
  private static final class Proven {
    final ForkProof proof;
    final long sinceTick;
    final Set<Long> toldOver = new HashSet<>();

    Proven(ForkProof proof, long sinceTick) {
      this.proof = proof;
      this.sinceTick = sinceTick;
    }
  }

  /** How many proofs are held, with those that are kept aside. */
  int held() {
    return proven.size() + aside.size();
  }

  /** A neighbour passes a proof on. */
  void take(Neighbour from, ForkProof proof) throws Refused {
    PeerId author = proof.one().author();
    Proven known = proven.get(author);
    if (known != null) {
      known.toldOver.add(from.link);
      return;
    }
    if (aside.containsKey(author)) {
      return;
    }
    verify(proof);
    if (replica.get(author) != null) {
      act(proof, from);
      return;
    }
    if (aside.size() >= MAX_ASIDE) {
      aside.remove(aside.keySet().iterator().next());
    }
    aside.put(author, proof);
  }

  /**
   * Whether the author of a feed is known to have forked: what others have proved of it before it
   * was known here counts from now on.
   */
  boolean caught(Feed feed) {
    ForkProof waiting = aside.isEmpty() ? null : aside.remove(feed.author);
    if (waiting != null) {
      act(waiting, null);
    }
    if (!proven.isEmpty() && proven.containsKey(feed.author)) {
      feed.quarantine();
    }
    return feed.takesNothing();
  }

  /**
   * Two verified segments contradict each other.
   *
   * @param one the one with the lower number, if they differ in that
   */
  void found(Segment one, Segment two) {
    if (!proven.containsKey(one.author())) {
      act(new ForkProof(one, two), null);
    }
  }

  /**
   * Takes a proof back in that was kept on disk; the encoding is that of {@link Keep.Proof}.
   *
   * @throws Refused if it proves nothing
   */
  void recover(byte[] encoded) throws Refused {
    try {
      if (FrameCodec.decode(encoded) instanceof ForkProof proof) {
        recover(proof);
      }
    } catch (WireException e) {
      throw Refused.invalid("what is to prove a fork can't be read: " + e.getMessage());
    }
  }

  private void recover(ForkProof proof) throws Refused {
    verify(proof);
    if (!proven.containsKey(proof.one().author())) {
      keep(proof);
    }
  }

  private void verify(ForkProof proof) throws Refused {
    Segment one = proof.one();
    Segment two = proof.two();
    byte[] hash = SegmentSealing.hash(one);
    byte[] other = SegmentSealing.hash(two);
    boolean contradicts =
        one.sequence() == two.sequence()
            ? !Arrays.equals(hash, other)
            : !Arrays.equals(hash, two.header().previous());
    if (!contradicts) {
      throw Refused.invalid(
          "what is to prove a fork of " + one.author().shortHex() + " does not contradict itself");
    }
    if (!SegmentSealing.isSigned(context.crypto, one, hash)
        || !SegmentSealing.isSigned(context.crypto, two, other)) {
      throw Refused.invalid(
          "what is to prove a fork of " + one.author().shortHex() + " is not signed by it");
    }
  }

  private void act(ForkProof proof, @Nullable Neighbour from) {
    PeerId author = proof.one().author();
    Proven fresh = keep(proof);
    if (from != null) {
      fresh.toldOver.add(from.link);
    }
    Feed feed = replica.get(author);
    if (feed != null && !author.equals(context.self.id())) {
      feed.quarantine();
      replication.stopAsking(author);
    }
    context.emit(new Keep.Proof(room.topic(), author, FrameCodec.encode(proof)));
    room.tell(new RoomEvent.Forked(author, proof.two().sequence()));
    replication.neighbours().forEach(this::tell);
  }

  private Proven keep(ForkProof proof) {
    Proven fresh = new Proven(proof, context.now().tickMillis());
    proven.put(proof.one().author(), fresh);
    bytes += size(proof);
    while (proven.size() > MAX_PROOFS || bytes > MAX_BYTES) {
      giveUp(proven.keySet().iterator().next());
    }
    return fresh;
  }

  private static long size(ForkProof proof) {
    return proof.one().size() + (long) proof.two().size();
  }

  private void giveUp(PeerId author) {
    Proven old = proven.remove(author);
    if (old != null) {
      bytes -= size(old.proof);
      context.emit(new Keep.Proof(room.topic(), author, null));
    }
  }

  /**
   * Tells a neighbour what it has not been told over its link, as far as that takes more now; what
   * is left follows when the neighbour says again what it has.
   */
  void tell(Neighbour neighbour) {
    if (proven.isEmpty() || !room.admissions().of(neighbour.peer).replicate()) {
      return;
    }
    for (Proven one : proven.values()) {
      if (!context.hasBudget(neighbour.link)) {
        return;
      }
      if (one.toldOver.add(neighbour.link)) {
        context.send(neighbour.link, one.proof);
      }
    }
  }

  /** Forgets what has served its time. */
  void expire(Now now) {
    if (proven.isEmpty()) {
      return;
    }
    Set<Long> links = Set.copyOf(context.readyLinks());
    for (Iterator<PeerId> i = Set.copyOf(proven.keySet()).iterator(); i.hasNext(); ) {
      PeerId author = i.next();
      Proven one = proven.get(author);
      if (one != null) {
        one.toldOver.retainAll(links);
        boolean old = now.tickMillis() - one.sinceTick >= lifeMillis;
        if (old && replica.get(author) == null) {
          giveUp(author);
        }
      }
    }
  }
}
