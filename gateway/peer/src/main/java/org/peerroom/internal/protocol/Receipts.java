package org.peerroom.internal.protocol;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.peerroom.MessageId;
import org.peerroom.PeerId;
import org.peerroom.SignedReceipt;
import org.peerroom.identity.ChainVerifier;
import org.peerroom.identity.ReceiptStatement;
import org.peerroom.identity.ReceiptStatement.Kind;
import org.peerroom.identity.RefusedException;
import org.peerroom.identity.SignatureChain;
import org.peerroom.identity.VerificationKey;
import org.peerroom.identity.VerifiedIdentity;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.Frame.Receipt;
import org.peerroom.internal.wire.Frame.ReceiptRequest;
import org.peerroom.internal.wire.Frame.ReceiptTaken;

/**
 * The receipts for this peer's own messages: asks members for them, takes what proves what was
 * asked, and refuses the rest. A receipt comes without the signer's chain, which relays must not
 * see; the chain that the member has shown in its grants is put to it here.
 */
public final class Receipts {

  /** So many more members are asked than are needed, as some may be slow. */
  private static final int SPARE = 2;

  /** How many members are asked by detours at most. */
  private static final int MAX_UNLINKED = 64;

  private static final long ASK_AGAIN_MILLIS = 500;
  private static final long ASK_AGAIN_MOST_MILLIS = 8_000;
  private static final long SKEW_MILLIS = ChainVerifier.MAX_SKEW.toMillis();

  private final PeerContext context;
  private final RoomMachine room;
  private final Replication replication;
  private final KeyExchange keyExchange;
  private final Feed own;
  private final PublishedAcks acks;
  private final Routes routes;
  private final ReceiptSigning signing;

  /** Up to which segment each member has been asked about what it holds. */
  private final Map<PeerId, Long> askedUpTo = new HashMap<>();

  private long askTick = Long.MAX_VALUE;
  private long askWait = ASK_AGAIN_MILLIS;

  Receipts(
      PeerContext context,
      RoomMachine room,
      Replication replication,
      KeyExchange keyExchange,
      Feed own,
      PublishedAcks acks) {
    this.context = context;
    this.room = room;
    this.replication = replication;
    this.keyExchange = keyExchange;
    this.own = own;
    this.acks = acks;
    this.routes = new Routes(context, replication);
    this.signing = new ReceiptSigning(context, room, routes, keyExchange::isAdmitted);
  }

  /** Messages were published that wait for so many replicas each; 0 for none. */
  void published(Collection<Integer> replicas, Now now) {
    int most = replicas.stream().mapToInt(Integer::intValue).max().orElse(0);
    if (most == 0) {
      return;
    }
    int asked = askLinked(most + SPARE);
    if (asked < most) {
      askUnlinked();
    }
    askWait = ASK_AGAIN_MILLIS;
    askTick = Math.min(askTick, now.tickMillis() + askWait);
  }

  private int askLinked(int most) {
    int asked = 0;
    for (Neighbour neighbour : replication.neighbours()) {
      if (asked < most && keyExchange.isAdmitted(neighbour.peer)) {
        ask(neighbour.peer);
        asked++;
      }
    }
    return asked;
  }

  private void askUnlinked() {
    int asked = 0;
    for (PeerId member : keyExchange.admitted()) {
      if (asked < MAX_UNLINKED && replication.neighbourOf(member) == null) {
        ask(member);
        asked++;
      }
    }
  }

  /**
   * A member says that it holds this peer's feed up to this segment. Where it had not been admitted
   * yet when the others were asked, it is asked now rather than some time later.
   */
  void holds(PeerId member, long claimed) {
    // What has not been written yet nobody holds: who claims it is asked no more often than others.
    long next = Math.min(claimed, own.next());
    boolean asked = askedUpTo.getOrDefault(member, 0L) >= next;
    if (!asked && keyExchange.isAdmitted(member) && acks.wantsHeld(member, next - 1)) {
      ask(member);
    }
  }

  private void ask(PeerId member) {
    askedUpTo.put(member, own.next());
    routes.send(
        member,
        new ReceiptRequest(room.topic(), context.self.id(), member, own.next(), Routes.HOPS));
  }

  /**
   * Reports when a peer of each of these identities has signed that it processed a message of this
   * peer; to be said in the turn in which it was published.
   *
   * @param identities names as trusted authorities vouch for them, or public keys in hex
   */
  public void awaitProcessed(MessageId id, List<String> identities) {
    acks.awaitProcessed(id, identities);
  }

  /**
   * Nobody waits for this message any more.
   *
   * @return what is missing, for people; empty if nobody waited
   */
  public String giveUp(MessageId id) {
    return acks.giveUp(id);
  }

  /** A message was acknowledged whose author wants it signed that it has been dealt with. */
  public void processed(MessageId id, Now now) {
    signing.processed(id, now);
  }

  /**
   * @param remote over whose link it came
   */
  void take(PeerId remote, Frame.OfReceipts frame, Now now) throws Refused {
    if (!frame.to().equals(context.self.id())) {
      if (frame.hops() > 0 && !frame.from().equals(context.self.id())) {
        routes.passOn(frame);
      }
    } else if (frame instanceof ReceiptRequest request) {
      signing.onRequest(request);
    } else if (frame instanceof ReceiptTaken taken) {
      signing.onTaken(taken, now);
    } else if (frame instanceof Receipt receipt) {
      onReceipt(remote, receipt, now);
    }
  }

  private void onReceipt(PeerId remote, Receipt frame, Now now) throws Refused {
    PeerId from = frame.from();
    if (!keyExchange.isAdmitted(from)) {
      throw Refused.untimely("a receipt of " + from.shortHex() + ", which is not admitted");
    }
    // Whoever passes something on can't tell, and is not to be blamed.
    boolean blame = remote.equals(from);
    ReceiptStatement statement;
    try {
      statement = ReceiptStatement.parse(frame.statement());
    } catch (RefusedException e) {
      throw refused(blame, from, e.refusal().message());
    }
    String wrong = whatIsWrong(statement, from);
    if (wrong != null) {
      throw refused(blame, from, wrong);
    }
    boolean held = statement.kind() == Kind.HELD;
    boolean wanted =
        held
            ? acks.wantsHeld(from, statement.last())
            : acks.wantsProcessed(from, statement.messages());
    if (wanted && !take(statement, from, blame, now)) {
      return;
    }
    if (!held) {
      byte[] digest = ReceiptDigest.bytes(frame.statement());
      routes.send(
          from, new ReceiptTaken(room.topic(), context.self.id(), from, digest, Routes.HOPS));
    }
  }

  private @Nullable String whatIsWrong(ReceiptStatement statement, PeerId from) {
    if (!statement.signer().hex().equals(from.hex())) {
      return "another peer is named as its signer";
    }
    if (!statement.topic().equals(room.topic().hex())) {
      return "it is about another room";
    }
    if (!statement.author().equals(VerificationKey.of(own.author.bytes()))) {
      return "it is about another author";
    }
    if (statement.last() >= own.next()) {
      return "it is about segment " + statement.last() + ", which was never published";
    }
    return null;
  }

  /** Takes one that is wanted; false if it can't be judged any more. */
  private boolean take(ReceiptStatement statement, PeerId from, boolean blame, Now now)
      throws Refused {
    byte[] hash = own.hashOf(statement.last());
    Feed.Stored last = own.get(statement.last());
    if (hash == null || last == null) {
      return false; // it has expired here
    }
    if (!VerificationKey.of(hash).hex().equals(statement.hash())) {
      throw refused(blame, from, "it is about another segment than the one published here");
    }
    long at = statement.at().toEpochMilli();
    if (at > context.trust.millis(now) + SKEW_MILLIS
        || at + SKEW_MILLIS < last.segment.header().createdMillis()) {
      throw refused(false, from, "it was signed at " + statement.at() + "; check the clocks");
    }
    if (!statement.isSigned(context.crypto::verify)) {
      throw refused(blame, from, "the signature is not its own");
    }
    Standing standing = room.admissions().of(from);
    VerifiedIdentity identity = room.admissions().identity(from, now);
    SignatureChain chain = identity == null ? null : standing.chain();
    SignedReceipt receipt = SignedReceipt.of(statement, chain);
    List<Output> reported;
    if (statement.kind() == Kind.HELD) {
      reported = acks.held(receipt);
    } else if (identity == null) {
      throw refused(false, from, "nothing is known of who processed the message");
    } else {
      reported = acks.processed(identity, receipt);
    }
    context.emit(new Keep.Receipt(room.topic(), receipt, last.expiresMillis));
    reported.forEach(context::emit);
    return true;
  }

  private static Refused refused(boolean blame, PeerId from, String reason) {
    String message = "a receipt of " + from.shortHex() + ": " + reason;
    return blame ? Refused.invalid(message) : Refused.untimely(message);
  }

  /** At the end of a turn: signs what is due. */
  void flush() {
    signing.flush(context.now());
  }

  void advance(Now now) {
    signing.advance(now);
    if (now.tickMillis() < askTick) {
      return;
    }
    askTick = Long.MAX_VALUE;
    if (acks.awaitsReplicas()) {
      askLinked(Integer.MAX_VALUE);
      askUnlinked();
      askWait = Math.min(ASK_AGAIN_MOST_MILLIS, askWait * 2);
      askTick = now.tickMillis() + askWait;
    }
  }

  /** Once a second or so. */
  void housekeeping() {
    askedUpTo.keySet().removeIf(member -> !keyExchange.isAdmitted(member));
    acks.forgetBefore(own.first());
    signing.housekeeping();
  }

  /** Whether authors have what was signed for them. */
  boolean settled() {
    return signing.settled();
  }

  long nextTick() {
    return Math.min(askTick, signing.nextTick());
  }
}
