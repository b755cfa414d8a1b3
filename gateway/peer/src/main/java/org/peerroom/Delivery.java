package org.peerroom;

import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * A message that was delivered to be acknowledged. Until it is, it counts as in flight; when its
 * subscriber is gone, it is delivered again. May be used from any thread.
 */
public interface Delivery {

  /** What was delivered. */
  Message message();

  /** How often it has been delivered since this peer joined the room, from 1. */
  int attempt();

  /**
   * This message has been dealt with: it is not delivered to this subscription again. Acts at once,
   * whether or not anyone subscribes; what is returned completes when that is kept: in a persistent
   * room on disk, after which not even a crash brings the message back. Ends with {@link
   * StorageException} if it could not be kept, with {@link IllegalStateException} if the message
   * was delivered again before, as its subscriber was gone: then only the later delivery counts;
   * with {@link RoomClosedException} if the room was left before. Calling it again does nothing
   * more.
   */
  Mono<Void> ack();

  /**
   * As {@link #ack()}, for this message and all that were delivered to the same subscriber before
   * it.
   */
  Mono<Void> ackUpTo();

  /**
   * This message has not been dealt with: deliver it again after the subscription's delay. Later
   * messages of the same author wait for it, but for those that are in flight already.
   */
  void nak();

  /** As {@link #nak()}, after another delay of up to an hour. */
  void nak(Duration delay);
}
