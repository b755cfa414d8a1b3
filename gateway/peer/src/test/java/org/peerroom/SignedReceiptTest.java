package org.peerroom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.peerroom.identity.Identity;
import org.peerroom.identity.ReceiptStatement;
import org.peerroom.identity.ReceiptStatement.Draft;
import org.peerroom.identity.ReceiptStatement.Kind;
import org.peerroom.identity.ReceiptStatement.Place;
import org.peerroom.identity.Refusal.Reason;
import org.peerroom.identity.RefusedException;
import org.peerroom.identity.Scope;
import org.peerroom.identity.SignatureChain;
import org.peerroom.identity.VerificationKey;
import org.peerroom.internal.crypto.ProviderCrypto;
import org.peerroom.internal.crypto.SigningKey;

/** What a third party can tell of a receipt. */
class SignedReceiptTest {

  private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.SECONDS);
  private static final Duration HOUR = Duration.ofHours(1);

  private final Company acme = new Company("Acme");
  private final Identity ann = acme.identity("ann");
  private final SigningKey peer = key(1);
  private final PeerId author = PeerId.of(key(2).publicKey());

  private static SigningKey key(int number) {
    byte[] seed = new byte[32];
    seed[0] = (byte) number;
    return ProviderCrypto.create().signingKey(seed);
  }

  private ReceiptStatement statement(Kind kind, Instant at) {
    List<Place> places = kind == Kind.HELD ? List.of() : List.of(new Place(5, 2));
    Draft draft =
        new Draft(
            VerificationKey.of(peer.publicKey()),
            "ab".repeat(32),
            VerificationKey.of(author.bytes()),
            kind,
            4,
            6,
            new byte[32],
            places,
            at);
    return ReceiptStatement.sign(draft, peer::sign);
  }

  private SignatureChain chain(SigningKey of, Scope scope) {
    return ann.certifyPeer(VerificationKey.of(of.publicKey()), scope, NOW.minus(HOUR), HOUR);
  }

  private static Reason refusal(org.junit.jupiter.api.function.Executable failing) {
    return assertThrows(RefusedException.class, failing).refusal().reason();
  }

  @Test
  void receiptWithAChain_isOneLineThatSaysWho() throws RefusedException {
    SignedReceipt made =
        SignedReceipt.of(statement(Kind.PROCESSED, NOW.minusSeconds(9)), chain(peer, Scope.ALL));
    assertFalse(made.compact().contains("\n"));
    SignedReceipt read = SignedReceipt.parse(made.compact());
    assertEquals(made, read);
    assertEquals("ann", read.verify(acme.trusted(), NOW).orElseThrow().name());
    assertEquals(PeerId.of(peer.publicKey()), read.signer());
    assertEquals(author, read.author());
    assertTrue(read.covers(new MessageId(author, 5, 2)));
    assertFalse(read.covers(new MessageId(author, 5, 3)));
    assertFalse(read.covers(new MessageId(read.signer(), 5, 2)));
  }

  @Test
  void heldReceipt_coversEveryMessageOfItsSegments() throws RefusedException {
    SignedReceipt receipt = SignedReceipt.of(statement(Kind.HELD, NOW), null);
    assertEquals(Optional.empty(), receipt.verify(acme.trusted(), NOW));
    assertTrue(receipt.covers(new MessageId(author, 4, 0)));
    assertTrue(receipt.covers(new MessageId(author, 6, 1023)));
    assertFalse(receipt.covers(new MessageId(author, 3, 0)));
    assertFalse(receipt.covers(new MessageId(author, 7, 0)));
  }

  @Test
  void verify_holdsLongAfterTheCertificateOfThePeerHasEnded() throws RefusedException {
    SignedReceipt receipt =
        SignedReceipt.of(statement(Kind.HELD, NOW.minusSeconds(60)), chain(peer, Scope.ALL));
    Instant nextYear = NOW.plus(Duration.ofDays(365));
    assertEquals("ann", receipt.verify(acme.trusted(), nextYear).orElseThrow().name());
  }

  @Test
  void verify_failsWithAnotherSigner() {
    ReceiptStatement forged =
        ReceiptStatement.sign(
            new Draft(
                VerificationKey.of(peer.publicKey()),
                "ab".repeat(32),
                VerificationKey.of(author.bytes()),
                Kind.HELD,
                0,
                1,
                new byte[32],
                List.of(),
                NOW),
            key(3)::sign);
    SignedReceipt receipt = SignedReceipt.of(forged, chain(peer, Scope.ALL));
    assertEquals(Reason.BAD_SIGNATURE, refusal(() -> receipt.verify(acme.trusted(), NOW)));
  }

  @Test
  void verify_failsWithTheChainOfAnotherPeer() {
    SignedReceipt receipt =
        SignedReceipt.of(statement(Kind.HELD, NOW.minusSeconds(9)), chain(key(3), Scope.ALL));
    assertEquals(Reason.WRONG_SUBJECT, refusal(() -> receipt.verify(acme.trusted(), NOW)));
  }

  @Test
  void verify_failsWithAnUnknownAuthority() {
    SignedReceipt receipt =
        SignedReceipt.of(statement(Kind.HELD, NOW.minusSeconds(9)), chain(peer, Scope.ALL));
    assertEquals(
        Reason.UNKNOWN_AUTHORITY,
        refusal(() -> receipt.verify(new Company("Other").trusted(), NOW)));
  }

  @Test
  void verify_failsWithATimeAtWhichNobodyVouchedForThePeer() {
    SignedReceipt before =
        SignedReceipt.of(statement(Kind.HELD, NOW.minus(HOUR).minus(HOUR)), chain(peer, Scope.ALL));
    assertEquals(Reason.NOT_YET_VALID, refusal(() -> before.verify(acme.trusted(), NOW)));
    Instant after = NOW.plus(HOUR);
    SignedReceipt late = SignedReceipt.of(statement(Kind.HELD, after), chain(peer, Scope.ALL));
    assertEquals(Reason.EXPIRED, refusal(() -> late.verify(acme.trusted(), after)));
    assertEquals(Reason.NOT_YET_VALID, refusal(() -> late.verify(acme.trusted(), NOW)));
  }

  @Test
  void verify_failsWithARoomThatTheCertificatesDoNotAllow() throws RefusedException {
    Scope orders = Scope.ALL.withRooms("orders");
    SignedReceipt receipt =
        SignedReceipt.of(statement(Kind.HELD, NOW.minusSeconds(9)), chain(peer, orders));
    assertTrue(receipt.verify(acme.trusted(), NOW, "orders").isPresent());
    assertEquals(Reason.WRONG_ROOM, refusal(() -> receipt.verify(acme.trusted(), NOW, "invoices")));
  }

  @Test
  void parse_failsWithAnythingElse() {
    SignedReceipt good = SignedReceipt.of(statement(Kind.HELD, NOW), chain(peer, Scope.ALL));
    for (String bad :
        List.of(
            "",
            "~",
            good.compact() + "~",
            good.compact() + "\n",
            good.compact().replaceFirst("~", "\n"),
            good.compact().replaceFirst("~", "~~"),
            good.statement().text() + "~" + good.statement().text(),
            "x".repeat(20_000))) {
      assertThrows(RefusedException.class, () -> SignedReceipt.parse(bad), bad);
    }
  }
}
