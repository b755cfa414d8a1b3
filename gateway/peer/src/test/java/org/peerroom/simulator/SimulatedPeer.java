package org.peerroom.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerAddress;
import org.peerroom.PeerEvent;
import org.peerroom.PeerId;
import org.peerroom.RoomPolicy;
import org.peerroom.identity.Identity;
import org.peerroom.identity.Revocation;
import org.peerroom.identity.Scope;
import org.peerroom.identity.SignatureChain;
import org.peerroom.identity.TrustedAuthorities;
import org.peerroom.identity.VerificationKey;
import org.peerroom.internal.crypto.RoomKeys;
import org.peerroom.internal.protocol.Keep;
import org.peerroom.internal.protocol.Now;
import org.peerroom.internal.protocol.Output;
import org.peerroom.internal.protocol.PeerKeys;
import org.peerroom.internal.protocol.PeerMachine;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.Topic;

/** A real {@link PeerMachine} in a simulated world: does what a runtime does, in virtual time. */
public final class SimulatedPeer implements Endpoint {

  private static final long NEVER = Long.MAX_VALUE;

  private final Simulation simulation;
  private final String name;
  private final PeerMachine machine;
  private final SimulatedClock clock;
  private final @Nullable PeerAddress address;
  private final Map<Topic, SimulatedRoom> rooms = new LinkedHashMap<>();
  private final List<PeerEvent> events = new ArrayList<>();
  private boolean running = true;
  private long timerMicros = NEVER;

  SimulatedPeer(
      Simulation simulation, String name, PeerKeys keys, SimulatedClock clock, boolean listens) {
    this.simulation = simulation;
    this.name = name;
    this.clock = clock;
    this.machine = new PeerMachine(keys, simulation.crypto(), simulation.random());
    this.address = simulation.network().attach(this, listens ? name : null);
  }

  @Override
  public PeerId id() {
    return machine.id();
  }

  /** What it is called in the simulation, and the host name that it can be dialled by. */
  public String name() {
    return name;
  }

  /** Where it can be dialled; null if it only dials. */
  public @Nullable PeerAddress address() {
    return address;
  }

  /** The state machine under test. */
  public PeerMachine machine() {
    return machine;
  }

  /** What time it is by this peer's clocks. */
  public Now now() {
    return clock.now();
  }

  long microsNow() {
    return simulation.time().nowMicros();
  }

  /** Sets this peer's wall clock ahead, or back. */
  public void jumpClock(long millis) {
    clock.jump(millis);
  }

  /** Whether it has neither crashed nor been closed. */
  public boolean running() {
    return running;
  }

  /** Begins to dial these addresses. */
  public SimulatedPeer start(PeerAddress... bootstrap) {
    machine.start(address == null ? List.of() : List.of(address), List.of(bootstrap), now());
    turn();
    return this;
  }

  /** Begins to dial this peer, which must be one that listens. */
  public SimulatedPeer start(SimulatedPeer bootstrap) {
    PeerAddress there = bootstrap.address();
    if (there == null) {
      throw new IllegalArgumentException(bootstrap.name() + " can't be dialled");
    }
    return start(there);
  }

  /** Joins a room without a secret under the default policy. */
  public SimulatedRoom join(String room) {
    return join(room, RoomPolicy.DEFAULT);
  }

  /** Joins a room without a secret. */
  public SimulatedRoom join(String room, RoomPolicy policy) {
    return join(room, null, policy);
  }

  /** Joins a room. */
  public SimulatedRoom join(String room, @Nullable String secret, RoomPolicy policy) {
    return join(room, secret, policy, false);
  }

  /** Joins a room; if anonymous, without showing who vouches for this peer. */
  public SimulatedRoom join(
      String room, @Nullable String secret, RoomPolicy policy, boolean anonymous) {
    RoomKeys keys = simulation.roomKeys(room, secret);
    Topic topic = Topic.of(keys.topic());
    SimulatedRoom joined =
        new SimulatedRoom(
            this, machine.join(room, keys, policy, anonymous, now()), simulation.journal(topic));
    rooms.put(topic, joined);
    turn();
    return joined;
  }

  /** Leaves a room, and says so to the members. */
  public void leave(SimulatedRoom room) {
    room.leaving();
    rooms.remove(room.machine().topic());
    machine.leave(room.machine().topic(), now());
    turn();
  }

  /** Speaks as this identity, which vouches for it for an hour. */
  public SimulatedPeer speakAs(Identity identity) {
    Instant from = Instant.ofEpochMilli(now().wallMillis());
    VerificationKey key = VerificationKey.of(id().bytes());
    machine.receiveFor(identity.exposeRecipientSeed(), now());
    return show(identity.certifyPeer(key, Scope.ALL, from, Duration.ofHours(1)));
  }

  /** Shows this chain. */
  public SimulatedPeer show(SignatureChain chain) {
    machine.reveal(chain, now());
    turn();
    return this;
  }

  /** Trusts these authorities. */
  public SimulatedPeer trust(TrustedAuthorities authorities) {
    machine.trust(authorities, now());
    turn();
    return this;
  }

  /** Takes a revocation in; why it does not count, or null. */
  public @Nullable String revoke(Revocation revocation) {
    String refusal = machine.revoke(revocation, now());
    turn();
    return refusal;
  }

  /** The rooms that it has joined and not left. */
  public List<SimulatedRoom> rooms() {
    return List.copyOf(rooms.values());
  }

  /** What the peer has told so far, in order. */
  public List<PeerEvent> events() {
    return events;
  }

  /**
   * Is gone at once, without a word to anyone.
   *
   * @param silently whether even its operating system is gone, so that links just fall silent
   */
  public void crash(boolean silently) {
    running = false;
    simulation.network().kill(id(), silently);
  }

  @Override
  public void linkUp(
      long link, PeerId remote, String remoteAddress, @Nullable PeerAddress dialled) {
    machine.linkUp(link, remote, remoteAddress, dialled, now());
    turn();
  }

  @Override
  public void linkDown(long link, String reason) {
    machine.linkDown(link, reason, now());
    turn();
  }

  @Override
  public void frame(long link, Frame frame) {
    machine.frame(link, frame, now());
    turn();
  }

  @Override
  public void writable(long link) {
    machine.writable(link, now());
    turn();
  }

  @Override
  public void dialFailed(PeerAddress to, String reason) {
    machine.dialFailed(to, reason, now());
    turn();
  }

  /** Carries out what the machine wants done, reads what has become readable, sets the timer. */
  void turn() {
    if (!running) {
      return;
    }
    boolean readable = true;
    while (readable) {
      readable = false;
      for (Output output : machine.drain()) {
        readable |= carryOut(output);
      }
      for (SimulatedRoom room : List.copyOf(rooms.values())) {
        if (room.readAll()) {
          machine.touched(room.machine());
          readable = true;
        }
      }
    }
    setTimer();
  }

  private boolean carryOut(Output output) {
    if (output instanceof Output.Send send) {
      simulation.network().send(send.link(), send.frame());
    } else if (output instanceof Output.Close close) {
      simulation.network().close(close.link(), close.reason());
    } else if (output instanceof Output.Dial dial) {
      simulation.network().dial(this, dial.address());
    } else if (output instanceof Output.PeerTold told) {
      events.add(told.event());
    } else if (output instanceof Output.RoomTold told) {
      ifJoined(told.topic(), room -> room.told(told.event()));
    } else if (output instanceof Output.Acknowledged acknowledged) {
      ifJoined(acknowledged.topic(), room -> room.acknowledged(acknowledged));
    } else if (output instanceof Keep.Receipt receipted) {
      ifJoined(receipted.topic(), room -> room.receipted(receipted));
    }
    return output instanceof Output.RoomReadable;
  }

  private void ifJoined(Topic topic, java.util.function.Consumer<SimulatedRoom> action) {
    SimulatedRoom room = rooms.get(topic);
    if (room != null) {
      action.accept(room);
    }
  }

  private void setTimer() {
    long due = clock.microsOf(machine.nextTick());
    if (due < timerMicros) {
      timerMicros = due;
      simulation.time().at(due, () -> timer(due));
    }
  }

  private void timer(long planned) {
    if (!running || planned != timerMicros) {
      return;
    }
    timerMicros = NEVER;
    if (machine.nextTick() <= now().tickMillis()) {
      machine.advance(now());
      turn();
    } else {
      setTimer();
    }
  }

  @Override
  public String toString() {
    return name + " " + id().shortHex();
  }
}
