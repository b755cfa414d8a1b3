package org.peerroom.internal.protocol;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.peerroom.Admission;
import org.peerroom.PeerId;
import org.peerroom.RoomPolicy;
import org.peerroom.identity.DurableRecipient;
import org.peerroom.identity.VerificationKey;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.crypto.KemKey;
import org.peerroom.internal.crypto.PreSharedKey;
import org.peerroom.internal.sealing.DepositSealing;
import org.peerroom.internal.wire.KeyDeposit;

/**
 * The sender keys that are deposited for the room's durable recipients: makes those of this peer's
 * own feed, keeps those of others beside their feeds, and opens them where this peer runs under the
 * identity of a durable recipient.
 */
final class Deposits {

  private final PeerContext context;
  private final RoomMachine room;
  private final Replica replica;
  private final @Nullable PreSharedKey psk;
  private final Set<VerificationKey> revoked = new HashSet<>();

  /** How many of the durable recipients still got keys when it was looked at last. */
  private int left;

  Deposits(PeerContext context, RoomMachine room, Replica replica, @Nullable PreSharedKey psk) {
    this.context = context;
    this.room = room;
    this.replica = replica;
    this.psk = psk;
    this.left = policy().durable().size();
  }

  /** Whether this room has durable recipients. */
  boolean areWanted() {
    return !policy().durable().isEmpty();
  }

  private RoomPolicy policy() {
    return room.policy();
  }

  /** Deposits the sender key that has just begun, before anything is sealed with it. */
  void make(Feed own, KeyEntry key) {
    if (!areWanted() || own.deposit(key.epoch) != null) {
      return;
    }
    List<byte[]> recipients = new ArrayList<>();
    for (DurableRecipient recipient : policy().durable()) {
      if (!isRevoked(recipient.key())) {
        recipients.add(recipient.kemKey());
      }
    }
    KeyDeposit deposit =
        DepositSealing.seal(
            context.crypto,
            room.topic(),
            context.self.id(),
            key.epoch,
            key.sequence,
            key.key,
            recipients,
            psk,
            context.self.signing());
    replica.deposited(own, deposit);
  }

  /**
   * Takes a deposit in that a neighbour passes on.
   *
   * @throws Refused if it is forged, or nothing that an author may deposit here
   */
  void take(KeyDeposit deposit) throws Refused {
    PeerId author = deposit.author();
    String whose = "a key deposit of " + author.shortHex();
    Feed feed = replica.get(author);
    if (feed == null || author.equals(context.self.id()) || feed.takesNothing()) {
      return;
    }
    int slots = deposit.wraps().length / DepositSealing.SLOT_SIZE;
    if (deposit.wraps().length % DepositSealing.SLOT_SIZE != 0
        || slots > policy().durable().size()) {
      throw Refused.invalid(whose + " is for other recipients than this room has");
    }
    if (!feed.mayDeposit(deposit.epoch())) {
      return;
    }
    if (!DepositSealing.isSigned(context.crypto, deposit)) {
      throw Refused.invalid(whose + " is not signed by it");
    }
    replica.deposited(feed, deposit);
    open(feed, deposit);
  }

  /** This peer runs under an identity from now on: opens what is deposited for it. */
  void openAll() {
    for (Feed feed : replica.feeds()) {
      feed.deposits().forEach(deposit -> open(feed, deposit));
    }
  }

  private void open(Feed feed, KeyDeposit deposit) {
    KemKey recipient = context.recipientKey();
    if (recipient == null || feed.author.equals(context.self.id())) {
      return;
    }
    try {
      ChainKey key = DepositSealing.open(deposit, recipient, psk);
      if (key != null) {
        KeyEntry entry = new KeyEntry(feed.author, deposit.epoch(), 0, deposit.sequence(), key);
        feed.keys.offer(feed.author, entry);
        if (feed.held() > 0) {
          room.readable(feed);
        }
      }
    } catch (CryptoException e) {
      room.refused(
          feed.author,
          "the key that it has deposited for this identity is wrong: " + e.getMessage());
    }
  }

  /** A member was expelled because its certificates were revoked. */
  void revoke(VerificationKey identity) {
    if (policy().durable().stream().anyMatch(recipient -> recipient.key().equals(identity))) {
      revoked.add(identity);
    }
  }

  private boolean isRevoked(VerificationKey identity) {
    return revoked.contains(identity)
        || context.trust.isRevoked(identity, authority -> admits(authority));
  }

  private boolean admits(VerificationKey authority) {
    return !(policy().admission() instanceof Admission.Certified certified)
        || certified.authorities().contains(authority);
  }

  /** Whether there are fewer that get keys than when this was asked last. */
  boolean hasLostRecipients() {
    int before = left;
    left = (int) policy().durable().stream().filter(one -> !isRevoked(one.key())).count();
    return left < before;
  }
}
