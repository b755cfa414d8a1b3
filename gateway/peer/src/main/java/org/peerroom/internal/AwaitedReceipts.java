package org.peerroom.internal;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.peerroom.Acks;
import org.peerroom.MessageId;
import org.peerroom.PublishTimeoutException;
import org.peerroom.Receipt;
import org.peerroom.StorageException;
import org.peerroom.internal.protocol.Now;
import org.peerroom.internal.protocol.Output;
import org.peerroom.internal.protocol.RoomMachine;

/**
 * What has been sealed and whose publishers still wait: for the disk where the room is persistent,
 * and for what others sign. Those that are sealed later have later deadlines. Belongs to the peer's
 * loop.
 */
final class AwaitedReceipts {

  private final String room;
  private final boolean persistent;
  private final Map<MessageId, Awaited> awaiting = new LinkedHashMap<>();

  /** What has been sealed and not been told to the store. */
  private List<Publication> sealed = new ArrayList<>();

  /** What is not known to be on disk. */
  private final Set<Publication> unsynced = new LinkedHashSet<>();

  AwaitedReceipts(String room, boolean persistent) {
    this.room = room;
    this.persistent = persistent;
  }

  /** Sealed under this id, which is where it begins. */
  private record Awaited(MessageId id, Publication publication) {}

  /**
   * A message was sealed, in this turn.
   *
   * @param id where it begins
   * @param last what others must hold: the message itself, or the end of a streamed one
   */
  void sealed(MessageId id, MessageId last, Publication publication, RoomMachine machine) {
    if (persistent) {
      publication.awaitSync();
      unsynced.add(publication);
      sealed.add(publication);
    }
    if (publication.acks instanceof Acks.Local) {
      publication.complete(new Receipt(id, publication.acks, Set.of(), List.of()));
    } else if (publication.acks instanceof Acks.Processed processed) {
      awaiting.put(id, new Awaited(id, publication));
      machine.receipts().awaitProcessed(id, processed.identities());
    } else {
      awaiting.put(last, new Awaited(id, publication));
    }
  }

  /** Others have signed what was asked for. */
  void acknowledged(Output.Acknowledged output) {
    Awaited one = awaiting.remove(output.id());
    if (one != null) {
      one.publication.complete(
          new Receipt(one.id, one.publication.acks, output.signers(), output.signed()));
    }
  }

  /** What was sealed since this was asked last. */
  List<Publication> takeSealed() {
    List<Publication> taken = sealed;
    sealed = new ArrayList<>();
    return taken;
  }

  /** These are on disk. */
  void synced(List<Publication> publications) {
    for (Publication one : publications) {
      if (unsynced.remove(one)) {
        one.synced();
      }
    }
  }

  /** These could not be written to disk. */
  void notSynced(List<Publication> publications, StorageException why) {
    for (Publication one : publications) {
      if (unsynced.remove(one)) {
        awaiting.values().removeIf(awaited -> awaited.publication == one);
        one.sink.error(why);
      }
    }
  }

  /** Ends those whose time is over. */
  void expire(RoomMachine machine, Now now) {
    for (Iterator<Publication> i = unsynced.iterator(); i.hasNext(); ) {
      Publication one = i.next();
      if (one.deadlineTick() > now.tickMillis()) {
        break;
      }
      i.remove();
      one.sink.error(
          new PublishTimeoutException(
              "room '"
                  + room
                  + "': the disk has not taken this message in time; it may still arrive. Is the"
                  + " disk of the data folder slow or broken?"));
    }
    for (Iterator<Map.Entry<MessageId, Awaited>> i = awaiting.entrySet().iterator();
        i.hasNext(); ) {
      Map.Entry<MessageId, Awaited> entry = i.next();
      Publication one = entry.getValue().publication;
      if (one.deadlineTick() > now.tickMillis() && !one.cancelled) {
        break;
      }
      i.remove();
      String missing = machine.receipts().giveUp(entry.getKey());
      one.sink.error(
          new PublishTimeoutException(
              "room '"
                  + room
                  + "': message "
                  + entry.getValue().id
                  + " was published, but in time "
                  + missing
                  + "; it may still arrive. Is the other side running, linked and admitted?"
                  + " Publish it again with the same key, and it is delivered once"));
    }
  }

  /** When {@link #expire} has something to do. */
  long nextTick() {
    long next = Long.MAX_VALUE;
    for (Publication one : unsynced) {
      next = one.deadlineTick();
      break;
    }
    for (Awaited one : awaiting.values()) {
      return Math.min(next, one.publication.deadlineTick());
    }
    return next;
  }

  /** Whether nobody waits. */
  boolean isEmpty() {
    return awaiting.isEmpty() && unsynced.isEmpty();
  }

  /** Ends everyone who still waits. */
  void abort(Consumer<Publication> end) {
    awaiting.values().forEach(one -> end.accept(one.publication));
    awaiting.clear();
    unsynced.forEach(end);
    unsynced.clear();
  }
}
