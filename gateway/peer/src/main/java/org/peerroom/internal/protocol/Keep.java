package org.peerroom.internal.protocol;

import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;
import org.peerroom.SignedReceipt;
import org.peerroom.internal.wire.KeyDeposit;
import org.peerroom.internal.wire.Segment;
import org.peerroom.internal.wire.Topic;

/** What a persistent room wants kept, or kept no longer. */
public sealed interface Keep extends Output {

  Topic topic();

  /** A segment. */
  record Append(Topic topic, Segment segment) implements Keep {}

  /** What opens a segment and those behind it in its epoch. Not a record: it holds a key. */
  final class Key implements Keep {
    private final Topic topic;
    private final PeerId author;
    private final long sequence;
    private final byte[] chainKey;

    Key(Topic topic, PeerId author, long sequence, byte[] chainKey) {
      this.topic = topic;
      this.author = author;
      this.sequence = sequence;
      this.chainKey = chainKey;
    }

    @Override
    public Topic topic() {
      return topic;
    }

    public PeerId author() {
      return author;
    }

    public long sequence() {
      return sequence;
    }

    /** The 32 bytes themselves, to be wiped by whoever carries this out. */
    public byte[] exposeChainKey() {
      return chainKey;
    }
  }

  /**
   * Whose feed it is.
   *
   * @param own whether this very peer writes it
   * @param chain who vouches for the author, as {@code SignatureChain} encodes it; empty for nobody
   */
  @SuppressWarnings("ArrayRecordComponent") // public, compared nowhere
  record Author(Topic topic, PeerId author, boolean own, byte[] chain) implements Keep {}

  /** What an author has deposited. */
  record Deposit(Topic topic, KeyDeposit deposit) implements Keep {}

  /** A deposit opens nothing any more. */
  record NoDeposit(Topic topic, PeerId author, int epoch) implements Keep {}

  /** The segments of an author before this one are gone. */
  record DropBefore(Topic topic, PeerId author, long sequence) implements Keep {}

  /** Nothing is left of an author. */
  record Drop(Topic topic, PeerId author) implements Keep {}

  /**
   * What a member has signed about this peer's own messages.
   *
   * @param expiresMillis when the last of the messages is retained no longer, by the wall clock
   */
  record Receipt(Topic topic, SignedReceipt receipt, long expiresMillis) implements Keep {}

  /**
   * An author was caught signing two different feeds: keep the proof, instead of the one before.
   *
   * @param proof an encoded {@link org.peerroom.internal.wire.Frame.ForkProof}; null if it is to be
   *     kept no longer
   */
  @SuppressWarnings("ArrayRecordComponent") // public bytes, compared nowhere
  record Proof(Topic topic, PeerId author, byte @Nullable [] proof) implements Keep {}
}
