package org.peerroom;

import java.util.List;
import java.util.Set;

/**
 * What is known of a published message when its publish completes.
 *
 * <p>It is this peer's own record of what linked members said over authenticated links; it is not
 * signed by them and proves nothing to a third party.
 *
 * @param id the message's place in this peer's feed
 * @param acks what was asked for, and holds
 * @param replicas the linked members known to hold the message by then; empty for {@link
 *     Acks#LOCAL}
 * @param signed what members have signed; empty for {@link Acks#LOCAL}
 */
public record Receipt(MessageId id, Acks acks, Set<PeerId> replicas, List<SignedReceipt> signed) {

  /** Copies set and list. */
  public Receipt {
    replicas = Set.copyOf(replicas);
    signed = List.copyOf(signed);
  }
}
