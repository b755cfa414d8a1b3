package org.peerroom;

import java.util.Optional;
import java.util.Set;
import org.peerroom.identity.VerifiedIdentity;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A room that this peer has joined. All methods may be called from any thread.
 *
 * <p>Order is kept for each author; between authors there is none. Every subscriber reads this
 * peer's replica at its own pace; one that is so slow that the replica has given up what it has not
 * read gets a {@link RoomEvent.Gap}, and goes on behind the gap.
 */
public interface Room {

  /** The name it was joined by. */
  String name();

  /** The policy this peer applies. */
  RoomPolicy policy();

  /** The other members that are admitted now; a snapshot. */
  Set<PeerId> members();

  /**
   * Who a member is, as it has shown in this room and as this peer's trusted authorities vouch;
   * empty for who is anonymous or not a member; a snapshot.
   */
  Optional<VerifiedIdentity> identityOf(PeerId member);

  /**
   * Shows this peer's identity in this room, which it had joined {@linkplain RoomConfig#anonymous()
   * anonymously}: what it publishes from now on carries it. What it published before does not,
   * though the members see that it was the same peer. Lazy; completes when the members have been
   * told. Ends with {@link NotAdmittedException} if this peer has no identity, with {@link
   * RoomClosedException} after {@link #leave()}.
   */
  Mono<Void> reveal();

  /** As {@link #publish(OutgoingMessage, Acks)} with a text and {@link Acks#LOCAL}. */
  default Mono<Receipt> publish(String text) {
    return publish(OutgoingMessage.of(text), Acks.LOCAL);
  }

  /**
   * As {@link #publish(OutgoingMessage, Acks)} with bytes, which are not copied, and {@link
   * Acks#LOCAL}.
   */
  default Mono<Receipt> publish(byte[] payload) {
    return publish(OutgoingMessage.of(payload), Acks.LOCAL);
  }

  /** As {@link #publish(OutgoingMessage, Acks)} with {@link Acks#LOCAL}. */
  default Mono<Receipt> publish(OutgoingMessage message) {
    return publish(message, Acks.LOCAL);
  }

  /**
   * Seals, signs and appends a message to this peer's feed. Lazy: each subscription publishes once
   * more, in the order of subscription. Emits one receipt, on the peer's own thread, then
   * completes.
   *
   * <p>While linked members are far behind, publishing waits for them. Waiting counts towards the
   * peer's publish timeout (default 30 seconds).
   *
   * <p>Ends with {@link MessageTooLargeException} over the policy's limit, {@link
   * RoomBusyException} when more than 65,536 messages or 64 MiB are waiting already, {@link
   * PublishTimeoutException} when what was asked for does not hold in time (the message may still
   * arrive), {@link NotAdmittedException} while this peer's own identity does not let it publish in
   * a room that admits certified peers only, {@link RoomClosedException} after {@link #leave()}.
   * Cancelling does not take a message back that has been sealed already; it only ends the waiting.
   * After an error or a cancellation the message may be there or not: publish it again with the
   * same {@link OutgoingMessage#withKey key}, and each subscription gets one.
   *
   * <p>A {@linkplain OutgoingMessage#of(org.reactivestreams.Publisher) streamed} message is
   * delivered as soon as its beginning is there, and published chunk by chunk: 512 KiB are asked
   * for ahead of the room, other messages may go in between. It waits for members as all do, and
   * for twenty seconds also for one whose link is lost while it reads. The publish timeout counts
   * only while a chunk waits for the room: from when the room last took one, not while the source
   * has nothing to give. The receipt comes when the end is sealed; what is asked for by {@code
   * acks} is asked of the last segment. Up to 64 streams are published at a time, up to 1,024 more
   * wait, then there is {@link RoomBusyException}. When the source fails, with that error, when the
   * subscriber cancels, when the timeout passes or the payload is over {@link
   * OutgoingMessage#MAX_STREAM} ({@link MessageTooLargeException}), what was published of it is
   * given up: who reads it gets {@link PayloadLostException}. {@link #leave()} waits for what has
   * begun, within the close timeout.
   */
  Mono<Receipt> publish(OutgoingMessage message, Acks acks);

  /** As {@link #messages(SubscribeOptions)} with {@link SubscribeOptions#DEFAULT}. */
  default Flux<Message> messages() {
    return messages(SubscribeOptions.DEFAULT);
  }

  /**
   * The messages of this room. Lazy: each subscriber has its own place and demand; nothing is read
   * ahead beyond 256 messages or 1 MiB (one message at least). Emits on a worker thread of its own,
   * which the subscriber may block. Completes when the room is left or the peer is closed; never
   * ends with an error for what a remote does. Ends with {@link NotAdmittedException} at once if
   * this peer's own identity does not let it read in a room that admits certified peers only.
   */
  Flux<Message> messages(SubscribeOptions options);

  /**
   * The messages of this room, to be acknowledged one by one. What is not acknowledged is delivered
   * again: after {@link Delivery#nak}, when its subscriber is gone, and where the subscription has
   * a name when it is subscribed to again; in a persistent room also after a crash. So each message
   * is delivered at least once.
   *
   * <p>Of messages with one {@linkplain OutgoingMessage#withKey key} by the same identity one is
   * dealt with: while it is in flight the others wait, and when it is acknowledged they are passed
   * over. What was dealt with is remembered until it expires, a million keys for each subscription
   * at most; beyond that the oldest is forgotten, and a duplicate of it delivered.
   *
   * <p>What expires before it is acknowledged is not delivered again, but told as a {@link
   * RoomEvent.Gap}. A {@linkplain Message#isStreamed() streamed} message may be told so sooner: it
   * can be larger than what is retained, and is not held until it is acknowledged.
   *
   * <p>Several subscribers of one name share the work: messages of one author go to one of them at
   * a time, in order. Lazy; each subscriber has its own demand. Emits on a worker thread of its
   * own, which the subscriber may block. Completes when the room is left or the peer is closed;
   * ends with {@link NotAdmittedException} as {@link #messages(SubscribeOptions)} does.
   */
  Flux<Delivery> deliveries(Subscription subscription);

  /**
   * Forgets what is kept of a named subscription, which otherwise holds up what it has not read.
   * Lazy; completes when it is forgotten, also if there is none of this name. Its subscribers are
   * completed.
   */
  Mono<Void> forget(String subscription);

  /**
   * What happens in this room. Hot: starts with what happens after subscription; the first
   * subscriber also gets what has happened since the room was joined, the last 256 events. A
   * subscriber that is more than 1,024 events behind loses the newest. Completes when the room is
   * left.
   */
  Flux<RoomEvent> events();

  /**
   * Publishes what is waiting, tells the members, forgets all keys of this room. Lazy and
   * idempotent; completes when done, at the latest after the peer's close timeout.
   */
  Mono<Void> leave();
}
