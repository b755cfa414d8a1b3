package org.peerroom.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.peerroom.internal.crypto.PublicKeyCrypto;
import org.peerroom.internal.crypto.RoomKeys;
import org.peerroom.internal.protocol.PeerKeys;
import org.peerroom.internal.wire.Topic;

/**
 * A world of peers in one thread and in virtual time, in which everything that is random comes from
 * one seed. The same seed, and the same calls, give the same run to the last frame.
 *
 * <pre>{@code
 * Simulation world = new Simulation(42);
 * SimulatedPeer ann = world.peer("ann").start();
 * SimulatedPeer bob = world.peer("bob").start(ann);
 * SimulatedRoom orders = ann.join("orders");
 * bob.join("orders").publish("one espresso");
 * world.run(Duration.ofSeconds(5));
 * assertEquals(1, orders.subscriber().count());
 * }</pre>
 *
 * <p>Not thread-safe; simulations are independent of each other and may run in parallel.
 */
public final class Simulation {

  private final long seed;
  private final VirtualTime time = new VirtualTime();
  private final SeededEntropy random;
  private final PublicKeyCrypto crypto;
  private final EventTrace trace = new EventTrace();
  private final SimulatedNetwork network;
  private final Map<String, SimulatedPeer> peers = new LinkedHashMap<>();
  private final List<SimulatedPeer> all = new ArrayList<>();
  private final Map<Topic, Journal> journals = new LinkedHashMap<>();
  private long maxSkewMillis;
  private int maxDriftPpm;

  /** A world with {@link SimulatedCrypto} and {@link Conditions#DEFAULT}. */
  public Simulation(long seed) {
    this(seed, new SimulatedCrypto(), Conditions.DEFAULT);
  }

  /** A world with this cryptography and these links. */
  public Simulation(long seed, PublicKeyCrypto crypto, Conditions conditions) {
    this.seed = seed;
    this.random = new SeededEntropy(seed);
    this.crypto = crypto;
    this.network = new SimulatedNetwork(time, random, trace, conditions);
  }

  /** The seed it began with. */
  public long seed() {
    return seed;
  }

  /** The randomness of this world; what a test decides by it is part of the seed. */
  public SeededEntropy random() {
    return random;
  }

  /** What everything that happened adds up to. */
  public EventTrace trace() {
    return trace;
  }

  /** What carries the frames, and how it fails. */
  public SimulatedNetwork network() {
    return network;
  }

  /** Signatures and key agreement of this world. */
  public PublicKeyCrypto crypto() {
    return crypto;
  }

  VirtualTime time() {
    return time;
  }

  /** Milliseconds since the simulation began. */
  public long nowMillis() {
    return time.nowMicros() / 1000;
  }

  /** Clocks of peers made from now on are wrong by up to this much either way, and drift. */
  public Simulation withClocks(Duration maxSkew, int driftPpm) {
    maxSkewMillis = maxSkew.toMillis();
    maxDriftPpm = driftPpm;
    return this;
  }

  /** A new peer that can be dialled by its name. A name may be taken again after a crash. */
  public SimulatedPeer peer(String name) {
    return peer(name, true);
  }

  /** A new peer that only dials. */
  public SimulatedPeer dialOnlyPeer(String name) {
    return peer(name, false);
  }

  private SimulatedPeer peer(String name, boolean listens) {
    SimulatedPeer before = peers.get(name);
    if (before != null && before.running()) {
      throw new IllegalArgumentException("there is a peer " + name);
    }
    PeerKeys keys = PeerKeys.generate(crypto, random);
    SimulatedPeer peer = new SimulatedPeer(this, name, keys, newClock(), listens);
    peers.put(name, peer);
    all.add(peer);
    return peer;
  }

  /**
   * Forgets a peer that has crashed, and everything that it published: for worlds in which very
   * many come and go. Its links must have ended.
   */
  public void forget(SimulatedPeer gone) {
    all.remove(gone);
    peers.remove(gone.name(), gone);
    network.forget(gone.id());
    journals.values().forEach(journal -> journal.forget(gone.id()));
    for (SimulatedPeer peer : all) {
      peer.rooms().forEach(room -> room.forget(gone.id()));
    }
  }

  SimulatedClock newClock() {
    return new SimulatedClock(
        time,
        random.between(-maxSkewMillis, maxSkewMillis),
        (int) random.between(-maxDriftPpm, maxDriftPpm),
        random.between(-1_000_000_000L, 1_000_000_000L));
  }

  /** The peer of this name. */
  public SimulatedPeer get(String name) {
    SimulatedPeer peer = peers.get(name);
    if (peer == null) {
      throw new IllegalArgumentException("there is no peer " + name);
    }
    return peer;
  }

  /** Every peer that runs. */
  public List<SimulatedPeer> peers() {
    return all.stream().filter(SimulatedPeer::running).toList();
  }

  RoomKeys roomKeys(String room, @Nullable String secret) {
    return RoomKeys.derive(room, secret == null ? null : secret.toCharArray());
  }

  Journal journal(Topic topic) {
    return journals.computeIfAbsent(topic, t -> new Journal());
  }

  /** Does something at this moment after now. */
  public void after(Duration delay, Runnable action) {
    time.after(delay.toNanos() / 1000, action);
  }

  /** Lets this much time pass. */
  public void run(Duration duration) {
    long until = time.nowMicros() + duration.toNanos() / 1000;
    while (time.step(until)) {
      // events plan further events
    }
  }

  /**
   * Lets time pass until something holds, looked at every 100 milliseconds; whether it did in time.
   */
  public boolean runUntil(BooleanSupplier holds, Duration atMost) {
    long until = nowMillis() + atMost.toMillis();
    while (!holds.getAsBoolean()) {
      if (nowMillis() >= until) {
        return false;
      }
      run(Duration.ofMillis(100));
    }
    return true;
  }

  /** Cuts these peers off from all others; among each other they still reach each other. */
  public void divide(Collection<SimulatedPeer> part) {
    divide(List.of(part));
  }

  /** Divides the network into these parts; peers that are in none are a part of their own. */
  public void divide(List<? extends Collection<SimulatedPeer>> parts) {
    network.divide(
        parts.stream().map(part -> part.stream().map(SimulatedPeer::id).toList()).toList());
  }

  /** Ends every division. */
  public void heal() {
    network.heal();
  }

  /** Everything that was delivered wrongly, anywhere; empty if all is well. */
  public List<String> faults() {
    List<String> faults = new ArrayList<>();
    for (SimulatedPeer peer : all) {
      for (SimulatedRoom room : peer.rooms()) {
        room.faults().forEach(fault -> faults.add(peer + ": " + fault));
      }
    }
    return faults;
  }

  /** What members still lack of what was published, by those who run; empty if nothing. */
  public List<String> lacking() {
    List<String> lacking = new ArrayList<>();
    for (SimulatedPeer peer : peers()) {
      for (SimulatedRoom room : peer.rooms()) {
        Journal journal = room.journal();
        for (var author : journal.authors()) {
          int has = room.subscriber().countOf(author);
          if (has < journal.of(author).size()) {
            lacking.add(
                peer
                    + " has "
                    + has
                    + " of "
                    + journal.of(author).size()
                    + " messages of "
                    + author.shortHex());
          }
        }
      }
    }
    return lacking;
  }

  @Override
  public String toString() {
    return "simulation of seed " + seed;
  }
}
