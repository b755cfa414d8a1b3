package org.peerroom.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.peerroom.MessageId;
import org.peerroom.NotAdmittedException;
import org.peerroom.PublishTimeoutException;
import org.peerroom.RoomBusyException;
import org.peerroom.RoomClosedException;
import org.peerroom.internal.ChunkSource.Outcome;
import org.peerroom.internal.protocol.Now;
import org.peerroom.internal.protocol.RoomMachine;
import org.peerroom.internal.wire.StreamItem;
import reactor.util.concurrent.Queues;

/**
 * The streamed messages that are being published to one room: at most {@value #MAX_ACTIVE} at a
 * time, which take turns chunk by chunk, also with the messages of {@link PublishQueue}. Others
 * wait, and their sources are not subscribed to before their turn.
 */
final class StreamQueue {

  private static final int MAX_ACTIVE = 64;
  private static final int MAX_WAITING = 1_024;
  private static final int SEGMENTS_A_TURN = 16;

  private final String room;
  private final AwaitedReceipts awaited;
  private final Queue<StreamedPublish> waiting =
      Queues.<StreamedPublish>unboundedMultiproducer().get();
  private final AtomicInteger waitingCount = new AtomicInteger();
  private final List<StreamedPublish> active = new ArrayList<>();

  private @Nullable StreamedPublish head;
  private volatile boolean closed;
  private int turn;

  StreamQueue(String room, AwaitedReceipts awaited) {
    this.room = room;
    this.awaited = awaited;
  }

  /** Takes a message, from any thread; or ends its publisher with an error at once. */
  boolean offer(StreamedPublish publish) {
    if (closed) {
      end(publish, closedError());
      return false;
    }
    if (waitingCount.incrementAndGet() > MAX_WAITING) {
      waitingCount.decrementAndGet();
      end(
          publish,
          new RoomBusyException(
              "room '"
                  + room
                  + "': too many streamed messages wait to be published already; wait for receipts"
                  + " before publishing more"));
      return false;
    }
    waiting.offer(publish);
    return true;
  }

  private static void end(StreamedPublish publish, Throwable why) {
    publish.source.cancel();
    if (!publish.cancelled) {
      publish.sink.error(why);
    }
  }

  private @Nullable StreamedPublish peek() {
    while (head == null || head.cancelled) {
      if (head != null) {
        head.source.cancel();
      }
      head = waiting.poll();
      if (head == null) {
        return null;
      }
      waitingCount.decrementAndGet();
    }
    return head;
  }

  /** On the peer's loop: seals what is waiting; true if more could be sealed at once. */
  boolean drain(RoomMachine machine, Now now) {
    activate(now);
    if (active.isEmpty() && awaited.isEmpty()) {
      return false;
    }
    refuse(machine, now);
    expire(machine, now);
    awaited.expire(machine, now);
    int sealed = 0;
    int idle = 0;
    while (idle < active.size() && sealed < SEGMENTS_A_TURN) {
      if (!machine.streamable(now)) {
        return false;
      }
      turn = turn < active.size() ? turn : 0;
      StreamedPublish publish = active.get(turn);
      if (step(machine, publish, now)) {
        sealed++;
        idle = 0;
      } else {
        idle++;
      }
      turn += active.contains(publish) ? 1 : 0;
    }
    activate(now);
    return idle < active.size();
  }

  private void activate(Now now) {
    for (StreamedPublish next = peek(); next != null && active.size() < MAX_ACTIVE; ) {
      head = null;
      next.progressTick = now.tickMillis();
      active.add(next);
      next.source.start();
      next = peek();
    }
  }

  /** Seals the next chunk, or the end; false if there is none yet. */
  private boolean step(RoomMachine machine, StreamedPublish publish, Now now) {
    Outcome outcome = publish.source.outcome();
    ByteBuffer chunk = publish.source.take();
    if (chunk == null && outcome == null) {
      publish.progressTick = now.tickMillis();
      return false;
    }
    if (chunk == null && outcome instanceof Outcome.Failed failed) {
      abort(machine, publish, failed.why(), now);
      return true;
    }
    MessageId begin = publish.begin;
    if (begin == null) {
      begin = machine.publish(new StreamItem.Begin(publish.head), 0, now);
      publish.begin = begin;
    }
    publish.progressTick = now.tickMillis();
    if (chunk != null) {
      machine.publish(new StreamItem.Chunk(begin.sequence(), chunk), 0, now);
    } else if (outcome instanceof Outcome.Complete all) {
      complete(machine, publish, begin, all, now);
    }
    return true;
  }

  private void complete(
      RoomMachine machine,
      StreamedPublish publish,
      MessageId begin,
      Outcome.Complete all,
      Now now) {
    StreamItem end = new StreamItem.End(begin.sequence(), all.total(), all.digest(), all.last());
    MessageId last = machine.publish(end, publish.replicas(), now);
    active.remove(publish);
    publish.source.cancel();
    awaited.sealed(begin, last, publish, machine);
  }

  private void abort(RoomMachine machine, StreamedPublish publish, Throwable why, Now now) {
    active.remove(publish);
    MessageId begin = publish.begin;
    if (begin != null) {
      machine.publish(new StreamItem.Abort(begin.sequence()), 0, now);
    }
    end(publish, why);
  }

  /** Who may not publish here is told so; what was begun can't even be aborted. */
  private void refuse(RoomMachine machine, Now now) {
    String refusal = active.isEmpty() ? null : machine.whyNoPublishing();
    if (refusal != null) {
      List<StreamedPublish> refused = List.copyOf(active);
      active.clear();
      for (StreamedPublish publish : refused) {
        end(
            publish,
            new NotAdmittedException("room '" + room + "': nothing can be published: " + refusal));
      }
      activate(now);
    }
  }

  private void expire(RoomMachine machine, Now now) {
    for (StreamedPublish next = peek(); next != null && next.deadlineTick() <= now.tickMillis(); ) {
      head = null;
      end(
          next,
          new PublishTimeoutException(
              "room '"
                  + room
                  + "': "
                  + MAX_ACTIVE
                  + " other streamed messages are being published already, and none of them came to"
                  + " its end in time; publish fewer at a time, or raise the publish timeout"));
      next = peek();
    }
    for (StreamedPublish publish : List.copyOf(active)) {
      if (publish.cancelled) {
        abort(machine, publish, closedError(), now);
      } else if (!publish.source.hasMore()) {
        publish.progressTick = now.tickMillis();
      } else if (publish.deadlineTick() <= now.tickMillis()) {
        abort(
            machine,
            publish,
            new PublishTimeoutException(
                "room '"
                    + room
                    + "': members are too far behind for this payload to go on in time, and it was"
                    + " given up; publish more slowly, or raise the publish timeout"),
            now);
      }
    }
  }

  /** On the peer's loop: when {@link #drain} must be called again at the latest. */
  long nextTick() {
    StreamedPublish first = peek();
    long next =
        first == null ? awaited.nextTick() : Math.min(awaited.nextTick(), first.deadlineTick());
    for (StreamedPublish publish : active) {
      if (publish.source.hasMore()) {
        next = Math.min(next, publish.deadlineTick());
      }
    }
    return next;
  }

  /** On the peer's loop: whether nothing waits to be sealed or acknowledged. */
  boolean isIdle() {
    return peek() == null && active.isEmpty() && awaited.isEmpty();
  }

  /** Takes nothing more; what has begun goes on. */
  void close() {
    closed = true;
  }

  /**
   * On the peer's loop, while the room can still be told: gives up what has not come to its end.
   */
  void abort(RoomMachine machine, Now now) {
    List.copyOf(active).forEach(publish -> abort(machine, publish, closedError(), now));
  }

  /** On the peer's loop: ends everyone who still waits. */
  void abort() {
    closed = true;
    for (StreamedPublish next = peek(); next != null; next = peek()) {
      head = null;
      end(next, closedError());
    }
    List.copyOf(active).forEach(publish -> end(publish, closedError()));
    active.clear();
    awaited.abort(publish -> publish.sink.error(closedError()));
  }

  private RoomClosedException closedError() {
    return new RoomClosedException("room '" + room + "' has been left, or its peer was closed");
  }
}
