package org.peerroom.internal.net;

import org.peerroom.internal.wire.Frame;

/** What happens to links. Called on event loops, for one link in order: must not block. */
public interface LinkListener {

  /** A link is up: TLS is done and the remote's key is proved. First call for a link. */
  void up(Link link);

  /**
   * A frame arrived.
   *
   * @param bytes what it counts for, to be given back by {@link Link#processed}: its encoded size
   *     and an allowance for the objects around it
   */
  void frame(Link link, Frame frame, int bytes);

  /** The link has become writable again after it was not. */
  void writable(Link link);

  /** The link is gone, for this reason. Last call for a link; exactly once for each {@link #up}. */
  void down(Link link, String reason);
}
