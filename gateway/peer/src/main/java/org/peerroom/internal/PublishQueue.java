package org.peerroom.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.peerroom.MessageId;
import org.peerroom.NotAdmittedException;
import org.peerroom.PublishTimeoutException;
import org.peerroom.RoomBusyException;
import org.peerroom.RoomClosedException;
import org.peerroom.internal.protocol.Now;
import org.peerroom.internal.protocol.RoomMachine;
import org.peerroom.internal.wire.Limits;
import org.peerroom.internal.wire.SegmentContent;
import reactor.util.concurrent.Queues;

/**
 * What publishers of one room wait for: to be sealed, then for other peers. Segments form here by
 * themselves: what has queued by the time the loop comes round goes into one.
 */
final class PublishQueue {

  private static final int MAX_MESSAGES = 65_536;
  private static final long MAX_BYTES = 64L << 20;
  private static final int SEGMENTS_A_TURN = 16;

  private final String room;
  private final Queue<PendingPublish> queue = Queues.<PendingPublish>unboundedMultiproducer().get();
  private final AtomicInteger queuedMessages = new AtomicInteger();
  private final AtomicLong queuedBytes = new AtomicLong();
  private final AwaitedReceipts awaited;

  private @Nullable PendingPublish head;
  private volatile boolean closed;

  PublishQueue(String room, AwaitedReceipts awaited) {
    this.room = room;
    this.awaited = awaited;
  }

  /** Takes a message, from any thread; or ends its publisher with an error at once. */
  boolean offer(PendingPublish publish) {
    if (closed) {
      publish.sink.error(closedError());
      return false;
    }
    int messages = queuedMessages.incrementAndGet();
    long bytesBefore = queuedBytes.getAndAdd(publish.body.length);
    if (messages > MAX_MESSAGES || bytesBefore > MAX_BYTES) {
      taken(publish);
      publish.sink.error(
          new RoomBusyException(
              "room '"
                  + room
                  + "': too many messages wait to be published already; wait for receipts"
                  + " before publishing more"));
      return false;
    }
    queue.offer(publish);
    return true;
  }

  private void taken(PendingPublish publish) {
    queuedMessages.decrementAndGet();
    queuedBytes.addAndGet(-publish.body.length);
  }

  /** On the peer's loop: seals what is waiting; true if more could be sealed at once. */
  boolean drain(RoomMachine machine, Now now) {
    expire(machine, now);
    refuse(machine);
    for (int i = 0; i < SEGMENTS_A_TURN; i++) {
      if (peek() == null) {
        return false;
      }
      if (!machine.publishable(now)) {
        return false;
      }
      publish(machine, nextBatch(), now);
    }
    return peek() != null;
  }

  /** Who may not publish here is told so, rather than be heard by nobody. */
  private void refuse(RoomMachine machine) {
    String refusal = peek() == null ? null : machine.whyNoPublishing();
    for (PendingPublish next = peek(); refusal != null && next != null; next = peek()) {
      taken(next);
      head = null;
      next.sink.error(
          new NotAdmittedException("room '" + room + "': nothing can be published: " + refusal));
    }
  }

  private @Nullable PendingPublish peek() {
    while (head == null || head.cancelled) {
      if (head != null) {
        taken(head);
      }
      head = queue.poll();
      if (head == null) {
        return null;
      }
    }
    return head;
  }

  private List<PendingPublish> nextBatch() {
    List<PendingPublish> batch = new ArrayList<>();
    int size = 0;
    for (PendingPublish next = peek(); next != null; next = peek()) {
      size += SegmentContent.sizeOf(next.body.length);
      boolean fits = size <= Limits.SEGMENT_TARGET && batch.size() < Limits.MAX_SEGMENT_MESSAGES;
      if (!batch.isEmpty() && !fits) {
        break;
      }
      batch.add(next);
      taken(next);
      head = null;
      if (!fits) {
        break;
      }
    }
    return batch;
  }

  private void publish(RoomMachine machine, List<PendingPublish> batch, Now now) {
    List<byte[]> bodies = new ArrayList<>(batch.size());
    List<Integer> replicas = new ArrayList<>(batch.size());
    for (PendingPublish publish : batch) {
      bodies.add(publish.body);
      replicas.add(publish.replicas());
    }
    List<MessageId> ids = machine.publish(bodies, replicas, now);
    for (int i = 0; i < ids.size(); i++) {
      awaited.sealed(ids.get(i), ids.get(i), batch.get(i), machine);
    }
  }

  private void expire(RoomMachine machine, Now now) {
    awaited.expire(machine, now);
    for (PendingPublish next = peek(); next != null && next.deadlineTick() <= now.tickMillis(); ) {
      taken(next);
      head = null;
      next.sink.error(
          new PublishTimeoutException("room '" + room + "': " + whyNotPublished(machine)));
      next = peek();
    }
  }

  private static String whyNotPublished(RoomMachine machine) {
    return machine.persistence().isFull()
        ? "its retained bytes are full of messages that no other member has taken yet, or that a"
            + " subscription has not acknowledged; is the other side running? Else raise the"
            + " retained bytes"
        : "members are too far behind for this message to be published in time; publish more"
            + " slowly, or raise the publish timeout";
  }

  /** On the peer's loop: when {@link #drain} must be called again at the latest. */
  long nextTick() {
    long next = awaited.nextTick();
    PendingPublish waiting = peek();
    if (waiting != null) {
      next = Math.min(next, waiting.deadlineTick());
    }
    return next;
  }

  /** On the peer's loop: whether nothing waits to be sealed or acknowledged. */
  boolean isIdle() {
    return peek() == null && awaited.isEmpty();
  }

  /** Takes nothing more; what is queued goes on. */
  void close() {
    closed = true;
  }

  /** On the peer's loop: ends everyone who still waits. */
  void abort() {
    closed = true;
    for (PendingPublish next = peek(); next != null; next = peek()) {
      taken(next);
      head = null;
      next.sink.error(closedError());
    }
    awaited.abort(publish -> publish.sink.error(closedError()));
  }

  private RoomClosedException closedError() {
    return new RoomClosedException("room '" + room + "' has been left, or its peer was closed");
  }
}
