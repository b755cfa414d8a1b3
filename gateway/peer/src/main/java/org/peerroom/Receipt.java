package org.peerroom;

import java.util.List;
import java.util.Set;

/**
 * What is known of a published message when its publish completes.
 *
 * <p>What others have said stands here as they signed it: {@link SignedReceipt#compact()} proves it
 * to a third party. In a room with a data folder it is also kept there.
 *
 * @param id the message's place in this peer's feed
 * @param acks what was asked for, and holds
 * @param replicas who has signed by then that it holds or has processed the message; empty for
 *     {@link Acks#LOCAL}
 * @param signed what they have signed; one statement may stand for many messages
 */
public record Receipt(MessageId id, Acks acks, Set<PeerId> replicas, List<SignedReceipt> signed) {

  /** Copies set and list. */
  public Receipt {
    replicas = Set.copyOf(replicas);
    signed = List.copyOf(signed);
  }
}
