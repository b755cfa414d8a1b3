package org.peerroom.camel;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.peerroom.Acks;
import org.peerroom.OutgoingMessage;
import org.peerroom.PeerId;
import org.peerroom.Receipt;
import org.peerroom.Room;
import org.peerroom.RoomBusyException;
import org.peerroom.RoomConfig;
import org.peerroom.RoomPolicy;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * A room that the component has joined, shared by all endpoints that name it.
 *
 * <p>Bounds what its producers have under way: who outruns the room waits, so that a folder with
 * 100,000 files is read at the pace at which the room takes it.
 */
final class JoinedRoom {

  /** What may be under way at the same time; half of what a room lets wait before it refuses. */
  private static final int WINDOW_KIB = 32 * 1024;

  /** What a small message counts, so that at most 1,024 are under way. */
  private static final int LEAST_KIB = 32;

  private final Room room;
  private final boolean anonymous;
  private final boolean inMemory;
  private final Duration patience;
  private final PolicyDisputes disputes = new PolicyDisputes();
  private final Semaphore window = new Semaphore(WINDOW_KIB, true);
  private final Disposable events;

  JoinedRoom(Room room, RoomConfig config, Duration patience) {
    this.room = room;
    this.anonymous = config.isAnonymous();
    this.inMemory = config.isInMemory();
    this.patience = patience;
    RoomLog log = new RoomLog(room.name());
    this.events =
        room.events()
            .subscribe(
                event -> {
                  disputes.take(event);
                  log.log(event);
                });
  }

  Room room() {
    return room;
  }

  /** Whether joining it with this would change nothing. */
  boolean isJoinedAs(RoomConfig config) {
    return room.policy().equals(config.policy())
        && anonymous == config.isAnonymous()
        && inMemory == config.isInMemory();
  }

  /** Whether nothing of it is written to disk, whatever folder there is. */
  boolean isInMemory() {
    return inMemory;
  }

  /** How it is joined, for people. */
  String terms() {
    return terms(room.policy(), anonymous, inMemory);
  }

  /** How a room would be joined, for people. */
  static String terms(RoomConfig config) {
    return terms(config.policy(), config.isAnonymous(), config.isInMemory());
  }

  private static String terms(RoomPolicy policy, boolean anonymous, boolean inMemory) {
    return policy + (anonymous ? ", anonymous" : "") + (inMemory ? ", not persistent" : "");
  }

  /**
   * What differs between this policy and that of a linked peer in this room, while no member agrees
   * with this one. As long as there is a member, a stranger can't bring a peer into disrepute by
   * another policy.
   */
  Optional<String> dispute(Set<PeerId> linked) {
    return room.members().isEmpty() ? disputes.with(linked) : Optional.empty();
  }

  /** The largest body, in bytes. */
  int maxMessageSize() {
    return room.policy().maxMessageSize();
  }

  /**
   * Publishes. Waits on the calling thread while too much is under way, at most for the publish
   * timeout; never for the receipt.
   *
   * @throws RoomBusyException if there was no place in time; nothing was published
   */
  Mono<Receipt> publish(OutgoingMessage message, Acks acks) throws InterruptedException {
    int weight = Math.min(WINDOW_KIB, Math.max(LEAST_KIB, message.payload().length >> 10));
    if (!window.tryAcquire(weight)
        && !window.tryAcquire(weight, patience.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new RoomBusyException(
          "room '"
              + room.name()
              + "': too many messages wait for their receipts for "
              + patience.toMillis()
              + " ms already, this one was not published; publish less at once, or see why linked"
              + " members are slow");
    }
    return room.publish(message, acks).doFinally(signal -> window.release(weight));
  }

  /** Stops to listen; the room itself is left by {@link #leave()}. */
  void forget() {
    events.dispose();
  }

  /** Leaves the room. Lazy; completes in any case. */
  Mono<Void> leave() {
    return room.leave().doFirst(this::forget).onErrorComplete();
  }
}
