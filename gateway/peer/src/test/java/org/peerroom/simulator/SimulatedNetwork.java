package org.peerroom.simulator;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerAddress;
import org.peerroom.PeerId;
import org.peerroom.internal.wire.Frame;

/** Carries frames between endpoints, and fails in the ways that networks fail. */
public final class SimulatedNetwork {

  /** The port that every simulated host listens on. */
  public static final int PORT = 7400;

  private static final long DIAL_TIMEOUT_MICROS = 10_000_000;

  private final VirtualTime time;
  private final SeededEntropy random;
  private final EventTrace trace;
  private final Map<PeerId, Host> hosts = new LinkedHashMap<>();
  private final Map<String, Host> byName = new HashMap<>();
  private final Map<Long, SimulatedLink> links = new LinkedHashMap<>();
  private final List<Tap> taps = new ArrayList<>();
  private Conditions conditions;
  private BiPredicate<PeerId, PeerId> topology = (from, to) -> true;
  private boolean divided;
  private long lastLink;
  private long dials;
  private long frames;
  private long bytes;

  SimulatedNetwork(
      VirtualTime time, SeededEntropy random, EventTrace trace, Conditions conditions) {
    this.time = time;
    this.random = random;
    this.trace = trace;
    this.conditions = conditions;
  }

  /** Sees every frame as it is sent. */
  @FunctionalInterface
  public interface Tap {
    /** A frame leaves; the bytes are not to be changed. */
    void sent(PeerId from, PeerId to, Frame frame, byte[] encoded);
  }

  /** From now on shows every frame to this tap. */
  public void tap(Tap tap) {
    taps.add(tap);
  }

  /** From now on links are like this. */
  public void conditions(Conditions value) {
    conditions = value;
  }

  /** How often anyone has dialled. */
  public long dials() {
    return dials;
  }

  /** How many frames have been sent. */
  public long frames() {
    return frames;
  }

  /** About how many bytes of frames have been sent. */
  public long bytes() {
    return bytes;
  }

  /** Who may link with whom, whichever side dials; everyone with everyone at first. */
  public void topology(BiPredicate<PeerId, PeerId> mayReach) {
    topology = mayReach;
  }

  /**
   * Puts an endpoint on a host of its own; null as name for one that can't be dialled. Returns
   * where it can be dialled.
   */
  public @Nullable PeerAddress attach(Endpoint endpoint, @Nullable String name) {
    Host host = new Host(hosts.size(), endpoint);
    hosts.put(endpoint.id(), host);
    if (name != null) {
      host.listening = PeerAddress.of(name, PORT);
      byName.put(name, host);
    }
    return host.listening;
  }

  /** Forgets an endpoint that was killed; nothing more is sent to it. */
  void forget(PeerId id) {
    Host host = hosts.remove(id);
    byName.values().remove(host);
  }

  private Host host(PeerId id) {
    Host host = hosts.get(id);
    if (host == null) {
      throw new IllegalArgumentException("nobody here is " + id.shortHex());
    }
    return host;
  }

  private boolean reaches(Host from, Host to) {
    return (!divided || from.part == to.part) && mayLink(from, to);
  }

  private boolean mayLink(Host from, Host to) {
    return topology.test(from.endpoint.id(), to.endpoint.id())
        || topology.test(to.endpoint.id(), from.endpoint.id());
  }

  private long delay() {
    return random.between(conditions.minDelayMicros(), conditions.maxDelayMicros());
  }

  /** Dials, and tells both ends or only the one that dialled how it went. */
  public void dial(Endpoint from, PeerAddress address) {
    dials++;
    Host self = host(from.id());
    Host there = byName.get(address.host());
    if (there == null || !there.alive) {
      time.after(2 * delay(), () -> failed(self, address, "connection refused"));
    } else if (!reaches(self, there)) {
      time.after(DIAL_TIMEOUT_MICROS, () -> failed(self, address, "timed out"));
    } else {
      time.after(3 * delay(), () -> connect(self, there, address));
    }
  }

  private void failed(Host self, PeerAddress address, String reason) {
    if (self.alive) {
      trace.add(time.nowMicros(), "no-dial", self.number, 0, reason);
      self.endpoint.dialFailed(address, reason);
    }
  }

  private void connect(Host self, Host there, PeerAddress address) {
    PeerId expected = address.peer();
    if (!self.alive || !there.alive || !reaches(self, there)) {
      failed(self, address, "timed out");
      return;
    }
    if (expected != null && !expected.equals(there.endpoint.id())) {
      failed(self, address, "another peer answers there");
      return;
    }
    SimulatedLink dialler = new SimulatedLink(++lastLink, self);
    SimulatedLink acceptor = new SimulatedLink(++lastLink, there);
    dialler.connect(acceptor);
    acceptor.connect(dialler);
    links.put(dialler.id, dialler);
    links.put(acceptor.id, acceptor);
    dialler.up = true;
    acceptor.up = true;
    long accepted = time.nowMicros() + delay();
    dialler.notBefore(accepted);
    time.at(accepted, () -> tellUp(acceptor, null));
    tellUp(dialler, address);
  }

  private void tellUp(SimulatedLink end, @Nullable PeerAddress dialled) {
    Host remote = end.other().host;
    if (end.up && end.host.alive) {
      end.told = true;
      trace.add(time.nowMicros(), "up", end.host.number, remote.number, end.id);
      end.host.endpoint.linkUp(end.id, remote.endpoint.id(), remote.toString(), dialled);
    }
  }

  /** Sends a frame over a link; dropped where the link is gone. */
  public void send(long link, Frame frame) {
    SimulatedLink end = links.get(link);
    if (end == null || !end.up) {
      return;
    }
    boolean encode = conditions.bytesPerSecond() > 0 || !taps.isEmpty();
    Parcel parcel = Parcel.of(frame, encode || random.chance(conditions.decodeShare()));
    byte[] encoded = parcel.encoded();
    frames++;
    bytes += parcel.size();
    for (Tap tap : taps) {
      if (encoded != null) {
        tap.sent(end.host.endpoint.id(), end.other().host.endpoint.id(), frame, encoded);
      }
    }
    boolean sturdy = frame instanceof Frame.Hello;
    long left = end.sent(time.nowMicros(), parcel.size(), conditions.bytesPerSecond());
    boolean overtaken = !sturdy && random.chance(conditions.reorder());
    long arrives = end.arrival(left + delay(), overtaken);
    if (overtaken) {
      arrives += 2 * delay();
    }
    boolean lost = !sturdy && random.chance(conditions.loss());
    time.at(arrives, () -> arrived(end, parcel, lost));
  }

  private void arrived(SimulatedLink from, Parcel parcel, boolean lost) {
    if (!from.held.isEmpty() || from.stalled || !reaches(from.host, from.other().host)) {
      from.held.add(parcel);
    } else if (lost) {
      through(from, parcel);
    } else {
      deliver(from, parcel);
    }
  }

  private void deliver(SimulatedLink from, Parcel parcel) {
    SimulatedLink to = from.other();
    if (to.up && to.told && to.host.alive) {
      String kind = parcel.frame().getClass().getSimpleName();
      trace.add(time.nowMicros(), kind, from.host.number, to.host.number, parcel.size());
      byte[] encoded = parcel.encoded();
      if (encoded != null) {
        trace.bytes(encoded);
      }
      to.host.endpoint.frame(to.id, parcel.received());
    }
    through(from, parcel);
  }

  private void through(SimulatedLink from, Parcel parcel) {
    if (from.through(parcel.size()) && from.up && from.host.alive) {
      from.host.endpoint.writable(from.id);
    }
  }

  /** Ends a link from this side; the other side learns of it as soon as it can. */
  public void close(long link, String reason) {
    SimulatedLink end = links.get(link);
    if (end != null && end.up) {
      down(end, reason);
      long goodbye = end.arrival(time.nowMicros() + delay(), false);
      time.at(goodbye, () -> noticed(end.other()));
    }
  }

  /** The other side is gone: this end is told, once the network lets it know. */
  private void noticed(SimulatedLink end) {
    if (end.up && reaches(end.host, end.other().host)) {
      down(end, "the other side closed the link");
    }
  }

  private void down(SimulatedLink end, String reason) {
    if (!end.up) {
      return;
    }
    end.up = false;
    end.held.clear();
    if (!end.other().up) {
      links.remove(end.id);
      links.remove(end.other().id);
    }
    if (end.told && end.host.alive) {
      trace.add(time.nowMicros(), "down", end.host.number, end.other().host.number, reason);
      time.after(0, () -> tellDown(end, reason));
    }
  }

  private static void tellDown(SimulatedLink end, String reason) {
    if (end.host.alive) {
      end.host.endpoint.linkDown(end.id, reason);
    }
  }

  /** Breaks the links between two endpoints, if there are any; what is on its way is lost. */
  public void reset(PeerId one, PeerId two) {
    for (SimulatedLink end : linksBetween(one, two)) {
      down(end, "connection reset");
    }
  }

  /** The ends of links that are up between two endpoints, both ends of each. */
  private List<SimulatedLink> linksBetween(PeerId one, PeerId two) {
    List<SimulatedLink> some = new ArrayList<>();
    for (SimulatedLink end : links.values()) {
      PeerId here = end.host.endpoint.id();
      PeerId there = end.other().host.endpoint.id();
      boolean between =
          (here.equals(one) && there.equals(two)) || (here.equals(two) && there.equals(one));
      if (between && end.up) {
        some.add(end);
      }
    }
    return some;
  }

  /** How many links are up between two endpoints: on both ends. */
  public int linkCount(PeerId one, PeerId two) {
    return linksBetween(one, two).size() / 2;
  }

  /** From now on nothing sent from one endpoint to the other arrives; links stay as they are. */
  public void stall(PeerId from, PeerId to, boolean stalled) {
    for (SimulatedLink end : linksBetween(from, to)) {
      if (end.host.endpoint.id().equals(from)) {
        end.stalled = stalled;
      }
    }
    release();
  }

  /** How many bytes are on their way or held, from one endpoint to the other. */
  public long waitingBytes(PeerId from, PeerId to) {
    return linksBetween(from, to).stream()
        .filter(end -> end.host.endpoint.id().equals(from))
        .mapToLong(SimulatedLink::waitingBytes)
        .sum();
  }

  /** Divides the network: endpoints reach each other only inside their part. */
  public void divide(Collection<? extends Collection<PeerId>> parts) {
    divided = true;
    hosts.values().forEach(host -> host.part = 0);
    int number = 0;
    for (Collection<PeerId> part : parts) {
      number++;
      for (PeerId id : part) {
        host(id).part = number;
      }
    }
    trace.add(time.nowMicros(), "divide", number, 0, null);
  }

  /** Ends a division: what was held goes on, and links that one side gave up end on the other. */
  public void heal() {
    divided = false;
    hosts.values().forEach(host -> host.part = 0);
    trace.add(time.nowMicros(), "heal", 0, 0, null);
    release();
  }

  private void release() {
    for (SimulatedLink end : List.copyOf(links.values())) {
      SimulatedLink other = end.other();
      if (end.stalled || !reaches(end.host, other.host)) {
        continue;
      }
      if (end.up && (!other.up || !other.host.alive)) {
        time.after(delay(), () -> noticed(end));
        continue;
      }
      if (!end.held.isEmpty()) {
        time.after(delay(), () -> goOn(end));
      }
    }
  }

  /** Delivers what was held, in order; what arrives meanwhile stands behind it. */
  private void goOn(SimulatedLink from) {
    while (!from.held.isEmpty() && !from.stalled && reaches(from.host, from.other().host)) {
      deliver(from, from.held.remove());
    }
  }

  /**
   * An endpoint is gone for good, without a word.
   *
   * @param silently whether even its operating system is gone, so that nobody is told
   */
  public void kill(PeerId id, boolean silently) {
    Host host = host(id);
    host.alive = false;
    trace.add(time.nowMicros(), "kill", host.number, silently ? 1 : 0, null);
    for (SimulatedLink end : List.copyOf(links.values())) {
      if (end.host == host && end.up) {
        end.up = false;
        if (!silently) {
          time.after(delay(), () -> noticed(end.other()));
        }
      }
    }
  }
}
