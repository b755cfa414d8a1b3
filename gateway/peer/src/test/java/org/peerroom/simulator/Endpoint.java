package org.peerroom.simulator;

import org.jspecify.annotations.Nullable;
import org.peerroom.PeerAddress;
import org.peerroom.PeerId;
import org.peerroom.internal.wire.Frame;

/** Whatever stands at the end of simulated links: a peer, or a test that speaks frames by hand. */
public interface Endpoint {

  /** Who it proves to be. */
  PeerId id();

  /**
   * A link is up.
   *
   * @param link this end's number of it, never used again
   * @param dialled the address as it was dialled; null if the other side dialled
   */
  void linkUp(long link, PeerId remote, String remoteAddress, @Nullable PeerAddress dialled);

  /** A link is gone. */
  void linkDown(long link, String reason);

  /** A frame arrived. */
  void frame(long link, Frame frame);

  /** A link can take more. */
  void writable(long link);

  /** A dial did not lead to a link. */
  void dialFailed(PeerAddress address, String reason);
}
