package org.peerroom.internal.protocol;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.peerroom.MessageId;
import org.peerroom.PeerId;
import org.peerroom.internal.wire.Topic;

/**
 * Which published messages still wait for other peers to hold them, and who holds how much of this
 * peer's feed.
 */
final class PublishedAcks {

  private record Pending(long lastSequence, int replicas) {}

  private final Topic topic;
  private final Map<MessageId, Pending> pending = new LinkedHashMap<>();
  private final Map<PeerId, Long> held = new HashMap<>();

  PublishedAcks(Topic topic) {
    this.topic = topic;
  }

  void await(MessageId id, long lastSequence, int replicas) {
    pending.put(id, new Pending(lastSequence, replicas));
  }

  void giveUp(MessageId id) {
    pending.remove(id);
  }

  /** A linked peer says that it holds this peer's feed up to, not including, this number. */
  List<Output> holds(PeerId peer, long next) {
    Long before = held.put(peer, next);
    if ((before != null && before >= next) || pending.isEmpty()) {
      return List.of();
    }
    List<Output> done = new ArrayList<>();
    for (Iterator<Map.Entry<MessageId, Pending>> i = pending.entrySet().iterator(); i.hasNext(); ) {
      Map.Entry<MessageId, Pending> entry = i.next();
      if (entry.getValue().lastSequence >= next) {
        break;
      }
      Set<PeerId> replicas = holders(entry.getValue().lastSequence);
      if (replicas.size() >= entry.getValue().replicas) {
        i.remove();
        done.add(new Output.Replicated(topic, entry.getKey(), replicas));
      }
    }
    return done;
  }

  /** The peers that hold this segment, as they said. */
  Set<PeerId> holders(long sequence) {
    Set<PeerId> replicas = new HashSet<>();
    held.forEach(
        (peer, next) -> {
          if (next > sequence) {
            replicas.add(peer);
          }
        });
    return replicas;
  }

  void forget(PeerId peer) {
    held.remove(peer);
  }
}
