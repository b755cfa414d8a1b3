package org.peerroom.camel;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.peerroom.PeerId;
import org.peerroom.RoomEvent;

/**
 * The peers that are in a room with another policy than this one's. Remembers a bounded number of
 * them, those told of last.
 */
final class PolicyDisputes {

  private static final int MAX_PEERS = 256;

  private final LinkedHashMap<PeerId, String> differences = new LinkedHashMap<>();

  synchronized void take(RoomEvent event) {
    if (event instanceof RoomEvent.PolicyDiffers differs) {
      differences.put(differs.peer(), differs.difference());
      if (differences.size() > MAX_PEERS) {
        differences.remove(differences.keySet().iterator().next());
      }
    } else if (event instanceof RoomEvent.MemberJoined joined) {
      differences.remove(joined.peer());
    }
  }

  /** What differs between this peer's policy and that of one of these. */
  synchronized Optional<String> with(Collection<PeerId> peers) {
    return differences.entrySet().stream()
        .filter(entry -> peers.contains(entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }
}
