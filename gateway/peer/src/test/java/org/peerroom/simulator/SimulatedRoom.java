package org.peerroom.simulator;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.peerroom.MessageId;
import org.peerroom.OutgoingMessage;
import org.peerroom.PeerId;
import org.peerroom.RoomEvent;
import org.peerroom.SignedReceipt;
import org.peerroom.SubscribeOptions;
import org.peerroom.internal.protocol.Keep;
import org.peerroom.internal.protocol.Output;
import org.peerroom.internal.protocol.RoomMachine;
import org.peerroom.internal.wire.MessageCodec;

/** A room as one simulated peer has joined it. */
public final class SimulatedRoom {

  private final SimulatedPeer peer;
  private final RoomMachine machine;
  private final Journal journal;
  private final List<Subscriber> subscribers = new ArrayList<>();
  private final List<RoomEvent> events = new ArrayList<>();
  private final Map<MessageId, Set<PeerId>> replicated = new HashMap<>();
  private final List<SignedReceipt> receipts = new ArrayList<>();
  private Consumer<MessageId> whenReplicated = id -> {};
  private boolean left;

  SimulatedRoom(SimulatedPeer peer, RoomMachine machine, Journal journal) {
    this.peer = peer;
    this.machine = machine;
    this.journal = journal;
    subscribers.add(new Subscriber(machine.reader(SubscribeOptions.DEFAULT), journal));
  }

  /** The state machine under test. */
  public RoomMachine machine() {
    return machine;
  }

  /** The peer that has joined. */
  public SimulatedPeer peer() {
    return peer;
  }

  /** What everybody has published in this room. */
  public Journal journal() {
    return journal;
  }

  /** Publishes a text. */
  public MessageId publish(String text) {
    return publish(OutgoingMessage.of(text).payload());
  }

  /** Publishes one message. */
  public MessageId publish(byte[] payload) {
    return publish(List.of(payload), 0).get(0);
  }

  /**
   * Publishes some messages at once, whether or not the machine says that it should wait.
   *
   * @param replicas how many other peers are to hold them before {@link #replicated} tells so
   */
  public List<MessageId> publish(List<byte[]> payloads, int replicas) {
    long wall = peer.now().wallMillis();
    List<byte[]> bodies = new ArrayList<>();
    for (byte[] payload : payloads) {
      bodies.add(MessageCodec.encode(OutgoingMessage.of(payload), wall));
    }
    List<MessageId> ids =
        machine.publish(bodies, Collections.nCopies(bodies.size(), replicas), peer.now());
    for (int i = 0; i < ids.size(); i++) {
      journal.published(ids.get(i), payloads.get(i), peer.microsNow());
    }
    peer.turn();
    return ids;
  }

  /** Publishes one message with what it carries beside its payload. */
  public MessageId publish(OutgoingMessage message) {
    byte[] body = MessageCodec.encode(message, peer.now().wallMillis());
    MessageId id = machine.publish(List.of(body), List.of(0), peer.now()).get(0);
    journal.published(id, message.payload(), peer.microsNow());
    peer.turn();
    return id;
  }

  /** Whether publishing should go on now. */
  public boolean publishable() {
    return machine.publishable(peer.now());
  }

  /** The subscriber that every room has from the beginning. */
  public Subscriber subscriber() {
    return subscribers.get(0);
  }

  /** Adds one more subscriber. */
  public Subscriber subscribe(SubscribeOptions options) {
    Subscriber more = new Subscriber(machine.reader(options), journal);
    subscribers.add(more);
    peer.turn();
    return more;
  }

  /** The first subscriber stops reading, or goes on. */
  public void pauseReading(boolean paused) {
    subscriber().pause(paused);
    peer.turn();
  }

  /** What the room has told so far, in order. */
  public List<RoomEvent> events() {
    return events;
  }

  /** What the room has told so far of one kind, in order. */
  public <T extends RoomEvent> List<T> events(Class<T> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** Which other peers were told to hold this message; empty if not told yet. */
  public Set<PeerId> replicated(MessageId id) {
    return replicated.getOrDefault(id, Set.of());
  }

  /** Does this at the moment at which a message is told to be replicated. */
  public void whenReplicated(Consumer<MessageId> action) {
    whenReplicated = action;
  }

  /** Whether this peer has left the room. */
  public boolean hasLeft() {
    return left;
  }

  void leaving() {
    left = true;
  }

  void told(RoomEvent event) {
    events.add(event);
  }

  /** What others have signed of this peer's messages, as it was told to keep it, in order. */
  public List<SignedReceipt> receipts() {
    return receipts;
  }

  void receipted(Keep.Receipt output) {
    receipts.add(output.receipt());
  }

  void acknowledged(Output.Acknowledged output) {
    replicated.put(output.id(), output.signers());
    for (SignedReceipt receipt : output.signed()) {
      if (!receipt.covers(output.id()) || !receipts.contains(receipt)) {
        throw new AssertionError(receipt + " does not stand for " + output.id());
      }
    }
    whenReplicated.accept(output.id());
  }

  /** Forgets an author that is gone, and what was told so far. */
  void forget(PeerId author) {
    subscribers.forEach(subscriber -> subscriber.forget(author));
    replicated.keySet().removeIf(id -> id.author().equals(author));
    events.clear();
  }

  /** Reads for all subscribers; whether anything was read. */
  boolean readAll() {
    boolean any = false;
    for (Subscriber subscriber : subscribers) {
      any |= !left && subscriber.readAll();
    }
    return any;
  }

  /** What was delivered that should not have been, to any subscriber. */
  public List<String> faults() {
    List<String> all = new ArrayList<>();
    subscribers.forEach(subscriber -> all.addAll(subscriber.faults()));
    return all;
  }
}
