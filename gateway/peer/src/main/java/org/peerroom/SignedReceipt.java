package org.peerroom;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.peerroom.identity.ChainVerifier;
import org.peerroom.identity.Purpose;
import org.peerroom.identity.ReceiptStatement;
import org.peerroom.identity.ReceiptStatement.Kind;
import org.peerroom.identity.Refusal;
import org.peerroom.identity.Refusal.Reason;
import org.peerroom.identity.RefusedException;
import org.peerroom.identity.RevocationList;
import org.peerroom.identity.SignatureChain;
import org.peerroom.identity.TrustedAuthorities;
import org.peerroom.identity.Verification;
import org.peerroom.identity.VerifiedIdentity;

/**
 * A member's signed statement that it held, or has processed, messages of an author, with the chain
 * of certificates that says who the member is: one line of text that a third party can verify
 * without a network. The line is a compact JWS (RFC 7515, see {@link ReceiptStatement}) and behind
 * it, each after a {@code ~}, the certificates of the chain, the authority's end first.
 *
 * <p>Guarantees, once {@link #verify} answers: the peer {@link #signer} signed exactly this, about
 * exactly these segments of this feed in the room of this topic, and the authority vouched for it
 * at that time. Does not guarantee that the member told the truth, that its clock was right, that
 * its certificates had not been revoked, or that the room is the one you think of: ask {@link
 * #isOfRoom}. Immutable; any thread may read.
 */
public final class SignedReceipt {

  private static final String SEPARATOR = "~";
  private static final int MAX_LENGTH =
      ReceiptStatement.MAX_LENGTH + SignatureChain.MAX_BYTES + SignatureChain.MAX_LINKS;

  private final ReceiptStatement statement;
  private final @Nullable SignatureChain chain;
  private final PeerId signer;
  private final PeerId author;

  private SignedReceipt(ReceiptStatement statement, @Nullable SignatureChain chain) {
    this.statement = statement;
    this.chain = chain;
    this.signer = PeerId.of(statement.signer().bytes());
    this.author = PeerId.of(statement.author().bytes());
  }

  /**
   * A statement with what vouches for its signer.
   *
   * @param chain null where nothing does
   */
  public static SignedReceipt of(ReceiptStatement statement, @Nullable SignatureChain chain) {
    return new SignedReceipt(statement, chain);
  }

  /**
   * Reads what {@link #compact()} wrote; verifies no signature yet.
   *
   * @throws RefusedException if it is something else
   */
  public static SignedReceipt parse(String text) throws RefusedException {
    if (text.length() > MAX_LENGTH) {
      throw new RefusedException(
          new Refusal(
              0,
              Reason.TOO_LARGE,
              "a receipt with its chain has at most " + MAX_LENGTH + " characters"));
    }
    List<String> parts = Arrays.asList(text.split(SEPARATOR, -1));
    ReceiptStatement statement = ReceiptStatement.parse(parts.get(0));
    SignatureChain chain =
        parts.size() == 1
            ? null
            : SignatureChain.parse(String.join("\n", parts.subList(1, parts.size())));
    SignedReceipt receipt = new SignedReceipt(statement, chain);
    if (!receipt.compact().equals(text)) {
      throw refused(Reason.MALFORMED, "the certificates behind a receipt stand one after a ~ each");
    }
    return receipt;
  }

  /**
   * Verifies signature and chain, for no particular room.
   *
   * @see #verify(TrustedAuthorities, Instant, String)
   */
  public Optional<VerifiedIdentity> verify(TrustedAuthorities authorities, Instant now)
      throws RefusedException {
    return verify(authorities, now, null);
  }

  /**
   * Verifies the signature, and the chain as of the time at which it was signed: certificates of
   * peers live for a day at most. Revocations have no part in it.
   *
   * @param now the verifier's time: a receipt from the future is refused
   * @param room the name of the room that the certificates must allow; null for any
   * @return who signed it; empty if nothing vouches for the signer
   * @throws RefusedException if the signature or the chain does not hold
   */
  public Optional<VerifiedIdentity> verify(
      TrustedAuthorities authorities, Instant now, @Nullable String room) throws RefusedException {
    if (!statement.isSigned()) {
      throw refused(Reason.BAD_SIGNATURE, "the receipt is not signed by the peer that it names");
    }
    if (at().isAfter(now.plus(ChainVerifier.MAX_SKEW))) {
      throw refused(Reason.NOT_YET_VALID, "the receipt is of " + at() + ", which is yet to come");
    }
    if (chain == null) {
      return Optional.empty();
    }
    if (!chain.subjectKey().equals(statement.signer())) {
      throw refused(
          Reason.WRONG_SUBJECT, "its chain vouches for another key than the one that signed");
    }
    Verification verification =
        ChainVerifier.create()
            .verify(chain, authorities, RevocationList.none(), at(), Purpose.IDENTIFY, room);
    if (verification instanceof Refusal refusal) {
      throw new RefusedException(refusal);
    }
    return Optional.of((VerifiedIdentity) verification);
  }

  private static RefusedException refused(Reason reason, String message) {
    return new RefusedException(new Refusal(0, reason, message));
  }

  /** The peer that signed it. */
  public PeerId signer() {
    return signer;
  }

  /** The peer whose messages it is about. */
  public PeerId author() {
    return author;
  }

  /** Whether it says that they were held, or processed. */
  public Kind kind() {
    return statement.kind();
  }

  /** When it was signed, by the signer's clock; in whole seconds. */
  public Instant at() {
    return statement.at();
  }

  /** The statement alone. */
  public ReceiptStatement statement() {
    return statement;
  }

  /** What vouches for the signer; empty where nothing does. */
  public Optional<SignatureChain> chain() {
    return Optional.ofNullable(chain);
  }

  /**
   * Whether it is about this message: for {@link Kind#HELD} about the segment in which the message
   * begins.
   */
  public boolean covers(MessageId message) {
    if (!message.author().equals(author)) {
      return false;
    }
    return kind() == Kind.HELD
        ? statement.first() <= message.sequence() && message.sequence() <= statement.last()
        : statement
            .messages()
            .contains(new ReceiptStatement.Place(message.sequence(), message.index()));
  }

  /**
   * Whether it is about the room with this name and secret. Takes some tenths of a second where
   * there is a secret.
   */
  public boolean isOfRoom(String room, @Nullable RoomSecret secret) {
    char[] passphrase = secret == null ? null : secret.exposePassphrase();
    try {
      return statement.isOfRoom(room, passphrase);
    } finally {
      if (passphrase != null) {
        Arrays.fill(passphrase, '\0');
      }
    }
  }

  /** One line of ASCII. */
  public String compact() {
    return chain == null
        ? statement.text()
        : chain.certificates().stream()
            .map(certificate -> SEPARATOR + certificate.text())
            .collect(Collectors.joining("", statement.text(), ""));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SignedReceipt receipt && compact().equals(receipt.compact());
  }

  @Override
  public int hashCode() {
    return statement.hashCode();
  }

  /** One line for people. */
  @Override
  public String toString() {
    return "SignedReceipt" + statement.toString().substring("ReceiptStatement".length());
  }
}
