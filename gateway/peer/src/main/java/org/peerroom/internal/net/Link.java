package org.peerroom.internal.net;

import org.jspecify.annotations.Nullable;
import org.peerroom.PeerAddress;
import org.peerroom.PeerId;
import org.peerroom.internal.wire.Frame;

/**
 * An encrypted connection to a peer that has proved its key. All methods may be called from any
 * thread and never block.
 */
public interface Link {

  /** The peer on the other side, proved. */
  PeerId remote();

  /** The remote address as the socket shows it, for people. */
  String remoteAddress();

  /** The address as it was given to {@link Transport#dial}; null if the other side dialled. */
  @Nullable PeerAddress dialled();

  /**
   * Queues a frame for sending, behind all that were queued before; it goes out with the next
   * {@link #flush()} at the latest. Encodes it on the calling thread. Frames that are queued while
   * {@link #writable()} is false still go out; frames for a link that is closing or down are
   * dropped.
   *
   * @throws IllegalArgumentException if its encoding is larger than {@code Limits.MAX_FRAME}
   */
  void send(Frame frame);

  /** Sends what is queued. */
  void flush();

  /** False while more is queued than the link should hold (1 MiB). */
  boolean writable();

  /**
   * Says that frames of this many bytes, as {@link LinkListener#frame} gave them, have been
   * processed. A link stops reading from its socket while more than 1 MiB has been given and not
   * yet processed.
   *
   * @throws IllegalStateException if more is given back than was given
   */
  void processed(int bytes);

  /**
   * Sends what is queued, for 2 seconds at most, then closes; {@link LinkListener#down} follows
   * with this reason. Frames that arrive from now on are dropped. Idempotent.
   */
  void close(String reason);
}
