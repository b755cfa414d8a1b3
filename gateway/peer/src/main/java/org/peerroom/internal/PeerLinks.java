package org.peerroom.internal;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.internal.net.Link;
import org.peerroom.internal.net.LinkListener;
import org.peerroom.internal.protocol.Now;
import org.peerroom.internal.protocol.Output;
import org.peerroom.internal.protocol.PeerMachine;
import org.peerroom.internal.wire.Frame;

/**
 * The links of a peer, which the protocol knows by numbers. What they say is queued to the peer's
 * loop; the rest of this belongs to the loop.
 */
final class PeerLinks implements LinkListener {

  private final PeerLoop loop;
  private final PeerMachine machine;
  private final Supplier<Now> clock;
  private final Map<Long, Link> links = new HashMap<>();
  private final IdentityHashMap<Link, Long> numbers = new IdentityHashMap<>();
  private final Set<Long> toFlush = new LinkedHashSet<>();
  private final Set<Long> toTopUp = new LinkedHashSet<>();
  private volatile Set<PeerId> linkedPeers = Set.of();
  private long last;
  private boolean closed;

  PeerLinks(PeerLoop loop, PeerMachine machine, Supplier<Now> clock) {
    this.loop = loop;
    this.machine = machine;
    this.clock = clock;
  }

  /** From any thread. */
  Set<PeerId> linkedPeers() {
    return linkedPeers;
  }

  /** Who is linked has changed. */
  void changed() {
    linkedPeers = machine.linkedPeers();
  }

  /** The protocol wants to hear nothing more of any link. */
  void close() {
    closed = true;
  }

  void send(Output.Send send) {
    Link link = links.get(send.link());
    if (link != null) {
      link.send(send.frame());
      toFlush.add(send.link());
      toTopUp.add(send.link());
    }
  }

  void close(Output.Close close) {
    Link link = links.get(close.link());
    if (link != null) {
      link.close(close.reason());
    }
  }

  /** Those that were sent something and can take more at once. */
  void topUp(Now now) {
    for (Long number : List.copyOf(toTopUp)) {
      Link link = links.get(number);
      if (link != null && link.writable()) {
        machine.writable(number, now);
      }
    }
    toTopUp.clear();
  }

  void flush() {
    for (Long number : toFlush) {
      Link link = links.get(number);
      if (link != null) {
        link.flush();
      }
    }
    toFlush.clear();
  }

  @Override
  public void up(Link link) {
    loop.execute(
        () -> {
          if (closed) {
            link.close("the peer is closed");
            return;
          }
          long number = ++last;
          links.put(number, link);
          numbers.put(link, number);
          machine.linkUp(number, link.remote(), link.remoteAddress(), link.dialled(), clock.get());
        });
  }

  @Override
  public void frame(Link link, Frame frame, int bytes) {
    loop.execute(
        () -> {
          Long number = open(link);
          if (number != null) {
            machine.frame(number, frame, clock.get());
          }
          link.processed(bytes);
        });
  }

  @Override
  public void writable(Link link) {
    loop.execute(
        () -> {
          Long number = open(link);
          if (number != null) {
            machine.writable(number, clock.get());
          }
        });
  }

  @Override
  public void down(Link link, String reason) {
    loop.execute(
        () -> {
          Long number = open(link);
          links.remove(numbers.remove(link));
          if (number != null) {
            machine.linkDown(number, reason, clock.get());
            changed();
          }
        });
  }

  private @Nullable Long open(Link link) {
    return closed ? null : numbers.get(link);
  }
}
