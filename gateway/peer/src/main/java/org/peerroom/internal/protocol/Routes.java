package org.peerroom.internal.protocol;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.internal.sealing.RekeySlots;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.Frame.Grant;
import org.peerroom.internal.wire.Frame.KeyRequest;
import org.peerroom.internal.wire.Frame.Receipt;
import org.peerroom.internal.wire.Frame.ReceiptRequest;
import org.peerroom.internal.wire.Frame.ReceiptTaken;
import org.peerroom.internal.wire.Frame.Rekey;

/**
 * How grants, requests and receipts get to a member: over its own link, or through neighbours that
 * are linked to it, or through any, a few times at most.
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
            g.generation(),
            g.counter(),
            fewer(g.hops()),
            g.kemKey(),
            g.encapsulation(),
            g.sealed(),
            g.signature()),
        true);
  }

  /** Passes a request of another peer on; it is dropped where a link is full. */
  void passOn(KeyRequest r) {
    route(r.to(), new KeyRequest(r.topic(), r.from(), r.to(), r.author(), fewer(r.hops())), true);
  }

  /** Passes on what another peer says about receipts; it is dropped where a link is full. */
  void passOn(Frame.OfReceipts frame) {
    int hops = fewer(frame.hops());
    if (frame instanceof ReceiptRequest r) {
      route(r.to(), new ReceiptRequest(r.topic(), r.from(), r.to(), r.next(), hops), true);
    } else if (frame instanceof Receipt r) {
      route(r.to(), new Receipt(r.topic(), r.from(), r.to(), r.statement(), hops), true);
    } else if (frame instanceof ReceiptTaken t) {
      route(t.to(), new ReceiptTaken(t.topic(), t.from(), t.to(), t.digest(), hops), true);
    }
  }

  /** Sends a new sender key: to each member that is linked its slot, the others by detours. */
  void send(Rekey rekey, Members members) {
    split(rekey, rekey.hops(), null, members);
  }

  /** Passes on the slots of others. */
  void passOn(Rekey rekey, PeerId from, Members members) {
    split(rekey, fewer(rekey.hops()), from, members);
  }

  /**
   * @param from who has passed it on to this peer; null if it is its own
   */
  private void split(Rekey rekey, int hops, @Nullable PeerId from, Members members) {
    Map<Neighbour, ByteArrayOutputStream> parts = new LinkedHashMap<>();
    byte[] slots = rekey.slots();
    for (int at = 0; at < slots.length; at += Rekey.SLOT_SIZE) {
      PeerId to = members.withSlotId(RekeySlots.idAt(slots, at));
      for (Neighbour way : to == null ? List.<Neighbour>of() : ways(to, from, from != null)) {
        parts
            .computeIfAbsent(way, w -> new ByteArrayOutputStream())
            .write(slots, at, Rekey.SLOT_SIZE);
      }
    }
    parts.forEach(
        (way, some) -> {
          byte[] theirs = some.toByteArray();
          Rekey part =
              new Rekey(rekey.topic(), rekey.from(), rekey.epoch(), rekey.sequence(), hops, theirs);
          context.send(way.link, part);
        });
  }

  private static int fewer(int hops) {
    return Math.min(hops, HOPS) - 1;
  }

  private void route(PeerId to, Frame frame, boolean forOthers) {
    ways(to, null, forOthers).forEach(way -> context.send(way.link, frame));
  }

  /**
   * Over which links something goes to a member.
   *
   * @param except where it came from
   * @param forOthers whether it is passed on: not over a link that is full
   */
  private List<Neighbour> ways(PeerId to, @Nullable PeerId except, boolean forOthers) {
    Neighbour direct = replication.neighbourOf(to);
    if (direct != null) {
      return forOthers && !context.hasBudget(direct.link) ? List.of() : List.of(direct);
    }
    List<Neighbour> candidates = new ArrayList<>();
    for (Neighbour neighbour : replication.neighbours()) {
      if (neighbour.directTo(to)) {
        candidates.add(neighbour);
      }
    }
    if (candidates.isEmpty()) {
      candidates.addAll(replication.neighbours());
    }
    candidates.removeIf(
        way -> way.peer.equals(except) || (forOthers && !context.hasBudget(way.link)));
    List<Neighbour> ways = new ArrayList<>(DETOURS);
    while (ways.size() < DETOURS && !candidates.isEmpty()) {
      ways.add(candidates.remove(context.entropy.nextInt(candidates.size())));
    }
    return ways;
  }
}
