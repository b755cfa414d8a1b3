package org.peerroom.internal.protocol;

import java.util.ArrayList;
import java.util.List;
import org.peerroom.PeerId;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.Frame.Grant;
import org.peerroom.internal.wire.Frame.KeyRequest;

/**
 * How grants and requests get to a member: over its own link, or through neighbours that are linked
 * to it, or through any, a few times at most.
 */
final class Routes {

  /** How often a frame is passed on at most. */
  static final int HOPS = 3;

  private static final int DETOURS = 2;

  private final PeerContext context;
  private final Replication replication;

  Routes(PeerContext context, Replication replication) {
    this.context = context;
    this.replication = replication;
  }

  /** Sends what this peer itself has to say. */
  void send(PeerId to, Frame frame) {
    route(to, frame, false);
  }

  /** Passes a grant of another peer on; it is dropped where a link is full. */
  void passOn(Grant g) {
    route(
        g.to(),
        new Grant(
            g.topic(),
            g.from(),
            g.to(),
            g.setup(),
            g.counter(),
            fewer(g.hops()),
            g.encapsulation(),
            g.sealed(),
            g.signature()),
        true);
  }

  /** Passes a request of another peer on; it is dropped where a link is full. */
  void passOn(KeyRequest r) {
    route(r.to(), new KeyRequest(r.topic(), r.from(), r.to(), r.author(), fewer(r.hops())), true);
  }

  private static int fewer(int hops) {
    return Math.min(hops, HOPS) - 1;
  }

  private void route(PeerId to, Frame frame, boolean forOthers) {
    Neighbour direct = replication.neighbourOf(to);
    if (direct != null) {
      if (!forOthers || context.hasBudget(direct.link)) {
        context.send(direct.link, frame);
      }
      return;
    }
    List<Neighbour> ways = new ArrayList<>();
    for (Neighbour neighbour : replication.neighbours()) {
      if (neighbour.directTo(to)) {
        ways.add(neighbour);
      }
    }
    if (ways.isEmpty()) {
      ways.addAll(replication.neighbours());
    }
    ways.removeIf(way -> forOthers && !context.hasBudget(way.link));
    for (int i = 0; i < DETOURS && !ways.isEmpty(); i++) {
      Neighbour way = ways.remove(context.entropy.nextInt(ways.size()));
      context.send(way.link, frame);
    }
  }
}
