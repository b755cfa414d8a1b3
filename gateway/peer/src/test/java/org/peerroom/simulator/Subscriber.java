package org.peerroom.simulator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.peerroom.Message;
import org.peerroom.MessageId;
import org.peerroom.PeerId;
import org.peerroom.identity.VerifiedIdentity;
import org.peerroom.internal.protocol.RoomReader;

/**
 * Reads a room as an application would, and holds every message against the {@link Journal}: right
 * bytes, no message twice, each author's in order.
 */
public final class Subscriber {

  private final RoomReader reader;
  private final Journal journal;
  private final Map<PeerId, BitSet> received = new HashMap<>();
  private final List<String> faults = new ArrayList<>();

  /** Who wrote those messages that were not anonymous. */
  private final Map<MessageId, VerifiedIdentity> identities = new HashMap<>();

  private Consumer<Journal.Entry> whenDelivered = entry -> {};
  private boolean paused;
  private int count;

  Subscriber(RoomReader reader, Journal journal) {
    this.reader = reader;
    this.journal = journal;
  }

  RoomReader reader() {
    return reader;
  }

  /** Stops reading, or goes on. */
  void pause(boolean value) {
    paused = value;
  }

  /** Does this at each delivery. */
  void whenDelivered(Consumer<Journal.Entry> action) {
    whenDelivered = action;
  }

  /** Forgets what was received of an author that is gone. */
  void forget(PeerId author) {
    received.remove(author);
    identities.keySet().removeIf(id -> id.author().equals(author));
  }

  /** Reads what there is to read; whether there was anything. */
  boolean readAll() {
    boolean any = false;
    while (!paused) {
      List<Message> messages = reader.read(256, 1 << 20);
      if (messages.isEmpty()) {
        break;
      }
      any = true;
      messages.forEach(this::take);
    }
    return any;
  }

  private void take(Message message) {
    count++;
    Journal.Entry entry = journal.find(message.id());
    if (entry == null) {
      faults.add("delivered what nobody published: " + message);
      return;
    }
    message.author().identity().ifPresent(identity -> identities.put(message.id(), identity));
    BitSet seen = received.computeIfAbsent(message.id().author(), a -> new BitSet());
    if (seen.get(entry.index())) {
      faults.add("delivered twice: " + message);
    } else if (seen.length() > entry.index()) {
      faults.add("delivered out of order: " + message);
    }
    seen.set(entry.index());
    if (!Arrays.equals(message.bytes(), entry.payload())) {
      faults.add("delivered with other bytes: " + message);
    }
    whenDelivered.accept(entry);
  }

  /** Who wrote this message that was delivered; empty for an anonymous author. */
  public Optional<VerifiedIdentity> identityOf(MessageId id) {
    return Optional.ofNullable(identities.get(id));
  }

  /** How many messages were delivered. */
  public int count() {
    return count;
  }

  /** Whether this message was delivered. */
  public boolean has(Journal.Entry entry) {
    BitSet seen = received.get(entry.id().author());
    return seen != null && seen.get(entry.index());
  }

  /** How many of this author's messages were delivered. */
  public int countOf(PeerId author) {
    BitSet seen = received.get(author);
    return seen == null ? 0 : seen.cardinality();
  }

  /** What was delivered that should not have been; empty if all is well. */
  public List<String> faults() {
    return faults;
  }
}
