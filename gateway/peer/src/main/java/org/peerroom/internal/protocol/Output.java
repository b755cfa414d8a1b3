package org.peerroom.internal.protocol;

import java.util.List;
import java.util.Set;
import org.peerroom.MessageId;
import org.peerroom.PeerAddress;
import org.peerroom.PeerEvent;
import org.peerroom.PeerId;
import org.peerroom.RoomEvent;
import org.peerroom.SignedReceipt;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.Topic;

/** What the protocol wants done. To be carried out in the order given. */
public sealed interface Output
    permits Keep,
        Output.Acknowledged,
        Output.Close,
        Output.Dial,
        Output.PeerTold,
        Output.RoomReadable,
        Output.RoomTold,
        Output.Send {

  /** Send this frame over this link. */
  record Send(long link, Frame frame) implements Output {}

  /** Close this link. */
  record Close(long link, String reason) implements Output {}

  /** Dial this address, and say {@code linkUp} or {@code dialFailed} once. */
  record Dial(PeerAddress address) implements Output {}

  /** Tell the application. */
  record PeerTold(PeerEvent event) implements Output {}

  /** Tell the application. */
  record RoomTold(Topic topic, RoomEvent event) implements Output {}

  /** Readers of this room may find something new. */
  record RoomReadable(Topic topic) implements Output {}

  /**
   * Others have signed of a message what its publisher asked for.
   *
   * @param id the message
   * @param signers who has signed
   * @param signed what they have signed
   */
  record Acknowledged(Topic topic, MessageId id, Set<PeerId> signers, List<SignedReceipt> signed)
      implements Output {}
}
