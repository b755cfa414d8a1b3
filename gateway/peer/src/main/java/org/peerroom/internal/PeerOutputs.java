package org.peerroom.internal;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.peerroom.PeerAddress;
import org.peerroom.PeerEvent;
import org.peerroom.internal.protocol.Keep;
import org.peerroom.internal.protocol.Now;
import org.peerroom.internal.protocol.Output;
import org.peerroom.internal.protocol.PeerMachine;
import org.peerroom.internal.wire.Topic;

/** Carries out what the protocol wants done, on the peer's loop. */
final class PeerOutputs {

  private static final int MAX_ROUNDS = 8;

  private final PeerMachine machine;
  private final Map<Topic, LocalRoom> rooms;
  private final PeerLinks links;
  private final EventStream<PeerEvent> events;
  private final Consumer<PeerAddress> dial;
  private final Set<LocalRoom> toRead = new LinkedHashSet<>();

  PeerOutputs(
      PeerMachine machine,
      Map<Topic, LocalRoom> rooms,
      PeerLinks links,
      EventStream<PeerEvent> events,
      Consumer<PeerAddress> dial) {
    this.machine = machine;
    this.rooms = rooms;
    this.links = links;
    this.events = events;
    this.dial = dial;
  }

  /**
   * Outputs lead to reading and to room on links, which lead to more outputs; a few rounds, then
   * the next turn.
   */
  void carryOutAll(Now now) {
    for (int round = 0; round < MAX_ROUNDS; round++) {
      List<Output> outputs = machine.drain();
      outputs.forEach(this::carryOut);
      for (LocalRoom room : toRead) {
        room.readable();
        machine.touched(room.machine());
      }
      toRead.clear();
      links.topUp(now);
      if (outputs.isEmpty()) {
        break;
      }
    }
    links.flush();
    rooms.values().forEach(room -> room.commit(now));
  }

  private void carryOut(Output output) {
    if (output instanceof Output.Send send) {
      links.send(send);
    } else if (output instanceof Output.RoomReadable readable) {
      LocalRoom room = rooms.get(readable.topic());
      if (room != null) {
        toRead.add(room);
      }
    } else if (output instanceof Output.Acknowledged acknowledged) {
      LocalRoom room = rooms.get(acknowledged.topic());
      if (room != null) {
        room.acknowledged(acknowledged);
      }
    } else if (output instanceof Output.RoomTold told) {
      LocalRoom room = rooms.get(told.topic());
      if (room != null) {
        room.tell(told.event());
      }
    } else if (output instanceof Keep keep) {
      LocalRoom room = rooms.get(keep.topic());
      if (room != null) {
        room.keep(keep);
      }
    } else if (output instanceof Output.PeerTold told) {
      links.changed();
      events.tell(told.event());
    } else if (output instanceof Output.Dial asked) {
      dial.accept(asked.address());
    } else if (output instanceof Output.Close close) {
      links.close(close);
    }
  }
}
