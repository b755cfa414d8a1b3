package org.peerroom.internal.wire;

import java.util.List;
import org.peerroom.PeerId;

/** What two linked peers say to each other. */
public sealed interface Frame {

  /** What is said in one room. */
  sealed interface InRoom extends Frame {
    /** The room. */
    Topic topic();
  }

  /** What is said about receipts. */
  sealed interface OfReceipts extends InRoom {
    /** Who says it. */
    PeerId from();

    /** To whom. */
    PeerId to();

    /** How often it may still be passed on towards {@link #to()}. */
    int hops();
  }

  /**
   * The first frame of each side.
   *
   * @param version the protocol version that the sender speaks
   * @param number higher than in every hello that the sender sent before: tells which of two links
   *     that it dialled is the newer one
   */
  record Hello(int version, long number) implements Frame {}

  /** Asks for a {@link Pong} with the same number. */
  record Ping(long nonce) implements Frame {}

  /** The answer to a {@link Ping}. */
  record Pong(long nonce) implements Frame {}

  /**
   * Says why the sender is about to close the link.
   *
   * @param reason for people
   */
  record Bye(String reason) implements Frame {}

  /**
   * Records of members of one room; a sender that is a member itself sends its own first.
   *
   * @param topic the room
   * @param records at most {@link Limits#MAX_MEMBERS_IN_FRAME}, all of this topic
   */
  record Members(Topic topic, List<MemberRecord> records) implements InRoom {
    /** Copies the list. */
    public Members {
      records = List.copyOf(records);
    }
  }

  /**
   * What one member seals for one other alone: sender keys, and what they must know of each other.
   *
   * @param topic the room
   * @param from who grants
   * @param to who can open it
   * @param setup number of the pairwise key; higher is newer
   * @param generation how often the pairwise key has stepped forward since it was set up
   * @param counter number of this grant under that pairwise key, from 1
   * @param hops how often it may still be passed on towards {@code to}
   * @param kemKey which public key of {@code to} the encapsulation is to; empty where there is none
   * @param encapsulation of the pairwise key; empty if {@code to} has it already
   * @param sealed the keys
   * @param signature 64 bytes by {@code from} over all but {@code hops}; empty where there is no
   *     encapsulation, or where it goes straight to {@code to}: then the link vouches for it
   */
  @SuppressWarnings("ArrayRecordComponent") // public values, compared nowhere
  record Grant(
      Topic topic,
      PeerId from,
      PeerId to,
      long setup,
      int generation,
      long counter,
      int hops,
      byte[] kemKey,
      byte[] encapsulation,
      byte[] sealed,
      byte[] signature)
      implements InRoom {}

  /**
   * A new sender key for many members at once, sealed for each under its pairwise key.
   *
   * @param topic the room
   * @param from whose sender key
   * @param epoch which one
   * @param sequence the first segment that is sealed with it
   * @param hops how often it may still be passed on
   * @param slots one slot of {@link #SLOT_SIZE} bytes for each of at most {@link
   *     Limits#MAX_REKEY_SLOTS} members: the first 8 bytes of the member's id, the low 2 bytes of
   *     the pairwise key's generation, the sealed key
   */
  @SuppressWarnings("ArrayRecordComponent") // public values, compared nowhere
  record Rekey(Topic topic, PeerId from, int epoch, long sequence, int hops, byte[] slots)
      implements InRoom {

    /** The size of one slot in bytes. */
    public static final int SLOT_SIZE = 8 + 2 + 48;
  }

  /** A sender key that its author has deposited for the durable recipients of a room. */
  record Deposited(KeyDeposit deposit) implements InRoom {
    @Override
    public Topic topic() {
      return deposit.topic();
    }
  }

  /**
   * Asks {@code to} for the sender keys of a feed.
   *
   * @param topic the room
   * @param from who asks
   * @param to who is asked
   * @param author whose feed
   * @param hops how often it may still be passed on towards {@code to}
   */
  record KeyRequest(Topic topic, PeerId from, PeerId to, PeerId author, int hops)
      implements InRoom {}

  /** A sealed segment. */
  record Sealed(Segment segment) implements InRoom {
    @Override
    public Topic topic() {
      return segment.header().topic();
    }
  }

  /**
   * What the sender's replica holds.
   *
   * @param topic the room
   * @param feeds at most {@link Limits#MAX_FEEDS_IN_FRAME}
   */
  record Have(Topic topic, List<FeedState> feeds) implements InRoom {
    /** Copies the list. */
    public Have {
      feeds = List.copyOf(feeds);
    }
  }

  /**
   * One feed in a replica.
   *
   * @param author whose feed
   * @param first the oldest segment held
   * @param next one more than the newest segment held; equal to {@code first} if none is
   * @param consumed one more than the newest segment that nobody behind the sender waits for any
   *     more
   * @param direct whether the sender is linked to the author
   */
  record FeedState(PeerId author, long first, long next, long consumed, boolean direct) {}

  /**
   * Asks for a feed from this segment on, as it grows, until {@link Unwant} or the link's end.
   *
   * @param topic the room
   * @param author whose feed
   * @param from the first segment wanted
   */
  record Want(Topic topic, PeerId author, long from) implements InRoom {}

  /**
   * Proof that an author has signed two different feeds: two segments of it, both signed, with one
   * number and different content, or of which the second follows the first and names another as its
   * predecessor. Whoever receives it must verify it.
   *
   * @param one of the same topic and author as the other, and with the lower number if they differ
   */
  record ForkProof(Segment one, Segment two) implements InRoom {
    @Override
    public Topic topic() {
      return one.header().topic();
    }
  }

  /** Ends a {@link Want}. */
  record Unwant(Topic topic, PeerId author) implements InRoom {}

  /**
   * An author asks a member to sign what it holds of the author's feed.
   *
   * @param topic the room
   * @param from the author
   * @param to the member
   * @param next one more than the newest segment that it asks about
   * @param hops how often it may still be passed on towards {@code to}
   */
  record ReceiptRequest(Topic topic, PeerId from, PeerId to, long next, int hops)
      implements OfReceipts {}

  /**
   * What a member has signed for an author.
   *
   * @param topic the room
   * @param from the member
   * @param to the author
   * @param statement a compact JWS of at most {@link Limits#MAX_RECEIPT} characters, without the
   *     member's chain: a relay may see it
   * @param hops how often it may still be passed on towards {@code to}
   */
  record Receipt(Topic topic, PeerId from, PeerId to, String statement, int hops)
      implements OfReceipts {}

  /**
   * An author has got a receipt: it need not be sent again.
   *
   * @param topic the room
   * @param from the author
   * @param to the member
   * @param digest the first {@link #DIGEST_SIZE} bytes of the SHA-256 of the statement
   * @param hops how often it may still be passed on towards {@code to}
   */
  @SuppressWarnings("ArrayRecordComponent") // a public digest, compared nowhere
  record ReceiptTaken(Topic topic, PeerId from, PeerId to, byte[] digest, int hops)
      implements OfReceipts {

    /** The size of the digest in bytes. */
    public static final int DIGEST_SIZE = 16;
  }
}
