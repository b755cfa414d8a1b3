package org.peerroom.internal.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The frames on their way to a socket. Any thread adds and flushes; the channel's event loop
 * drains, with one task for a flush however many frames it covers, and joins small frames so that
 * they share TLS records and system calls.
 *
 * <p>Bytes count from the moment they are added until the kernel has taken them, so that {@link
 * #high()} is right at once. Frames stay here while the socket takes no more: nothing is encrypted
 * before it can be sent.
 */
final class OutboundQueue {

  /** The level above which a link is not writable, and the one below which it is again. */
  static final int HIGH = 1024 * 1024;

  static final int LOW = 512 * 1024;

  /** Small frames are joined until they are this many bytes: four full TLS records. */
  private static final int BATCH = 64 * 1024;

  /** What one turn of the event loop may write before other links have theirs. */
  private static final int TURN = 256 * 1024;

  private final Channel channel;
  private final Runnable onLow;
  private final Watermark level = new Watermark(HIGH, LOW);
  private final Queue<byte[]> frames = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private volatile boolean sealed;

  // Of the event loop.
  private int writing;
  private @Nullable Runnable whenSent;

  /**
   * @param onLow called on the event loop when the level is low again after it was high
   */
  OutboundQueue(Channel channel, Runnable onLow) {
    this.channel = channel;
    this.onLow = onLow;
  }

  void add(byte[] frame) {
    if (sealed) {
      return;
    }
    level.add(cost(frame));
    frames.add(frame);
  }

  boolean high() {
    return level.high();
  }

  /** Lets the event loop send all that was added before. */
  void flush() {
    if (frames.isEmpty() || scheduled.getAndSet(true)) {
      return;
    }
    try {
      channel.eventLoop().execute(this::drain);
    } catch (RejectedExecutionException e) {
      // The loop ends only after all its channels: nothing can be sent any more.
      sealed = true;
      frames.clear();
    }
  }

  /** Takes no more frames. */
  void seal() {
    sealed = true;
  }

  /** Sends what is queued, then runs this. On the event loop. */
  void finish(Runnable whenSent) {
    this.whenSent = whenSent;
    drain();
  }

  /** Forgets what is queued. On the event loop, when the channel is closed. */
  void discard() {
    sealed = true;
    frames.clear();
  }

  /** Sends as much as the socket takes; called again when it takes more. On the event loop. */
  void drain() {
    scheduled.set(false);
    int written = 0;
    while (written < TURN && channel.isWritable()) {
      int size = writeBatch();
      if (size == 0) {
        break;
      }
      written += size;
    }
    if (written > 0) {
      channel.flush();
    }
    if (frames.isEmpty()) {
      reportSent();
    } else if (channel.isWritable()) {
      flush();
    }
  }

  private int writeBatch() {
    List<byte[]> batch = new ArrayList<>();
    int size = 0;
    byte[] frame;
    while (size < BATCH && (frame = frames.poll()) != null) {
      batch.add(frame);
      size += cost(frame);
    }
    if (size == 0) {
      return 0;
    }
    ByteBuf joined = channel.alloc().heapBuffer(size, size);
    for (byte[] each : batch) {
      joined.writeInt(each.length).writeBytes(each);
    }
    int bytes = size;
    writing++;
    channel.write(joined).addListener(done -> written(bytes));
    return bytes;
  }

  private void written(int bytes) {
    writing--;
    if (level.remove(bytes)) {
      onLow.run();
    }
    reportSent();
  }

  private void reportSent() {
    Runnable then = whenSent;
    if (then != null && writing == 0 && frames.isEmpty()) {
      whenSent = null;
      then.run();
    }
  }

  private static int cost(byte[] frame) {
    return FrameReader.LENGTH_SIZE + frame.length;
  }
}
