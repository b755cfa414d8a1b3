package org.peerroom.internal.protocol;

import java.util.HashMap;
import java.util.Map;
import org.peerroom.PeerId;
import org.peerroom.RoomEvent;

/** Tells that something was refused, at most once a second for each peer. */
final class Refusals {

  private static final long AGAIN_MILLIS = 1_000;
  private static final int MAX_PEERS = 1_024;

  private final PeerContext context;
  private final RoomMachine room;
  private final Map<PeerId, Long> toldTick = new HashMap<>();

  Refusals(PeerContext context, RoomMachine room) {
    this.context = context;
    this.room = room;
  }

  void tell(PeerId from, String reason) {
    long tick = context.now().tickMillis();
    Long before = toldTick.get(from);
    if (before != null && tick - before < AGAIN_MILLIS) {
      return;
    }
    if (toldTick.size() >= MAX_PEERS) {
      toldTick.clear();
    }
    toldTick.put(from, tick);
    room.tell(new RoomEvent.Refused(from, reason));
  }
}
