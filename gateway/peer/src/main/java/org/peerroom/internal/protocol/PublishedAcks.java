package org.peerroom.internal.protocol;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.peerroom.MessageId;
import org.peerroom.PeerId;
import org.peerroom.internal.wire.Topic;

/**
 * Which published messages still wait for other peers to hold them, and who holds how much of this
 * peer's feed.
 */
final class PublishedAcks {

  private final Topic topic;
  private final Map<MessageId, Pending> pending = new HashMap<>();

  /** The same by the last segment of each message, in the order of publishing. */
  private final TreeMap<Long, Set<Pending>> bySequence = new TreeMap<>();

  private final Map<PeerId, Long> held = new HashMap<>();

  /** How far anyone ever got; who has gone since keeps what it got. */
  private long furthest;

  PublishedAcks(Topic topic) {
    this.topic = topic;
  }

  private static final class Pending {
    final MessageId id;
    final long lastSequence;
    final int replicas;
    final Set<PeerId> holders = new HashSet<>();

    Pending(MessageId id, long lastSequence, int replicas) {
      this.id = id;
      this.lastSequence = lastSequence;
      this.replicas = replicas;
    }
  }

  /** This message lies in the segments from the one in its id to this one. */
  void await(MessageId id, long lastSequence, int replicas) {
    Pending one = new Pending(id, lastSequence, replicas);
    pending.put(id, one);
    bySequence.computeIfAbsent(lastSequence, s -> new LinkedHashSet<>()).add(one);
  }

  void giveUp(MessageId id) {
    Pending one = pending.remove(id);
    if (one != null) {
      bySequence.computeIfPresent(
          one.lastSequence, (s, some) -> some.remove(one) && some.isEmpty() ? null : some);
    }
  }

  /**
   * A linked peer says which part of this peer's feed it holds: what it has given up or never had
   * before that part does not count.
   *
   * @param first the oldest segment it holds
   * @param next one more than the newest
   */
  List<Output> holds(PeerId peer, long first, long next) {
    Long before = held.put(peer, next);
    furthest = Math.max(furthest, next);
    long from = before == null ? 0 : before;
    if (from >= next || pending.isEmpty()) {
      return List.of();
    }
    List<Output> done = new ArrayList<>();
    for (Set<Pending> some : List.copyOf(bySequence.subMap(from, next).values())) {
      for (Pending one : List.copyOf(some)) {
        if (first <= one.id.sequence()
            && one.holders.add(peer)
            && one.holders.size() >= one.replicas) {
          giveUp(one.id);
          done.add(new Output.Replicated(topic, one.id, Set.copyOf(one.holders)));
        }
      }
    }
    return done;
  }

  /** The peers that have got as far as this segment, as they said. */
  Set<PeerId> reached(long sequence) {
    Set<PeerId> replicas = new HashSet<>();
    held.forEach(
        (peer, next) -> {
          if (next > sequence) {
            replicas.add(peer);
          }
        });
    return replicas;
  }

  /** Whether any other peer has ever said that it got as far as this segment. */
  boolean everReached(long sequence) {
    return furthest > sequence;
  }

  void forget(PeerId peer) {
    held.remove(peer);
  }
}
