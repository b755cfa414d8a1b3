package org.peerroom.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.peerroom.MessageId;
import org.peerroom.PeerId;
import org.peerroom.SignedReceipt;
import org.peerroom.identity.ReceiptStatement;
import org.peerroom.identity.ReceiptStatement.Draft;
import org.peerroom.identity.ReceiptStatement.Kind;
import org.peerroom.identity.ReceiptStatement.Place;
import org.peerroom.identity.VerificationKey;
import org.peerroom.internal.wire.Frame;

/**
 * A member lies about what it holds, or wants more signatures than it should get. The victim waits
 * for one receipt more than the honest can give.
 */
class ReceiptAttackTest {

  private final Scene scene = new Scene();
  private HostilePeer mallory;
  private MessageId earlier;
  private MessageId id;

  @BeforeEach
  void publish() throws Refused {
    mallory = scene.member();
    earlier = scene.victimsRoom.publish("earlier");
    id = scene.victimsRoom.publish(List.of(new byte[] {1}), 3).get(0);
    scene.pass(2);
    assertEquals(2, honestReceipts(), "the honest have signed");
    assertEquals(0, scene.victimsRoom.replicated(id).size(), "and one is missing");
  }

  private long honestReceipts() {
    return scene.victimsRoom.receipts().stream().map(SignedReceipt::signer).distinct().count();
  }

  private static VerificationKey key(PeerId peer) {
    return VerificationKey.of(peer.bytes());
  }

  private byte[] hash(long sequence) {
    Feed own = scene.victimsRoom.machine().replica().get(scene.victim.id());
    byte[] hash = own == null ? null : own.hashOf(sequence);
    if (hash == null) {
      throw new AssertionError("the victim holds no segment " + sequence);
    }
    return hash;
  }

  private Instant now() {
    return Instant.ofEpochSecond(mallory.now().wallMillis() / 1_000);
  }

  private Draft right() {
    return new Draft(
        key(mallory.id()),
        scene.topic.hex(),
        key(scene.victim.id()),
        Kind.HELD,
        0,
        id.sequence(),
        hash(id.sequence()),
        List.of(),
        now());
  }

  private void say(String statement) {
    mallory.send(
        scene.victim,
        new Frame.Receipt(scene.topic, mallory.id(), scene.victim.id(), statement, 0));
    scene.pass(1);
  }

  private String signed(Draft draft) {
    return ReceiptStatement.sign(draft, mallory.keys.signing()::sign).text();
  }

  private void expectNotCounted() {
    assertEquals(0, scene.victimsRoom.replicated(id).size(), "it was counted");
  }

  /** What was refused before does not stand in the way of the truth. */
  private void expectTruthCounts() {
    say(signed(right()));
    assertEquals(3, scene.victimsRoom.replicated(id).size());
    assertTrue(scene.victimsRoom.replicated(id).contains(mallory.id()));
  }

  private record Lie(UnaryOperator<Draft> how, String refusal) {}

  static Stream<Arguments> lies() {
    String other = "5".repeat(64);
    return Stream.of(
        Arguments.of(
            "another room",
            new Lie(d -> with(d, d.signer(), other, d.author(), d.last(), d.at()), "another room")),
        Arguments.of(
            "another author",
            new Lie(
                d -> with(d, d.signer(), d.topic(), d.signer(), d.last(), d.at()),
                "another author")),
        Arguments.of(
            "another signer",
            new Lie(
                d -> with(d, d.author(), d.topic(), d.author(), d.last(), d.at()),
                "another peer is named")),
        Arguments.of(
            "a segment that was never published",
            new Lie(
                d -> with(d, d.signer(), d.topic(), d.author(), d.last() + 1, d.at()),
                "was never published")),
        Arguments.of(
            "another content",
            new Lie(
                d ->
                    new Draft(
                        d.signer(),
                        d.topic(),
                        d.author(),
                        d.kind(),
                        d.first(),
                        d.last(),
                        new byte[32],
                        d.messages(),
                        d.at()),
                "another segment")),
        Arguments.of(
            "the future",
            new Lie(
                d -> with(d, d.signer(), d.topic(), d.author(), d.last(), d.at().plusSeconds(300)),
                "check the clocks")),
        Arguments.of(
            "a time before it was published",
            new Lie(
                d -> with(d, d.signer(), d.topic(), d.author(), d.last(), d.at().minusSeconds(300)),
                "check the clocks")));
  }

  private static Draft with(
      Draft d,
      VerificationKey signer,
      String topic,
      VerificationKey author,
      long last,
      Instant at) {
    return new Draft(signer, topic, author, d.kind(), d.first(), last, d.hash(), d.messages(), at);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lies")
  void receiptAbout_isRefused(String about, Lie lie) {
    say(signed(lie.how().apply(right())));
    expectNotCounted();
    scene.expectRefused(lie.refusal());
    expectTruthCounts();
  }

  @Test
  void receiptSignedByAnotherKey_isRefused() {
    say(ReceiptStatement.sign(right(), scene.world.crypto().signingKey(new byte[32])::sign).text());
    expectNotCounted();
    scene.expectRefused("the signature is not its own");
    expectTruthCounts();
  }

  @Test
  void receiptWithAnAlteredRange_isRefused() {
    Draft draft = right();
    Draft earlierOnly = with(draft, draft.signer(), draft.topic(), draft.author(), 0, draft.at());
    String[] good = signed(right()).split("\\.", -1);
    String[] other = signed(earlierOnly).split("\\.", -1);
    say(good[0] + "." + good[1] + "." + other[2]);
    expectNotCounted();
    scene.expectRefused("the signature is not its own");
    expectTruthCounts();
  }

  @Test
  void receiptOfAnHonestMember_saidByAnother_isRefused() {
    SignedReceipt honest = scene.victimsRoom.receipts().get(0);
    say(honest.statement().text());
    expectNotCounted();
    scene.expectRefused("another peer is named as its signer");
    expectTruthCounts();
  }

  @Test
  void receiptOfEarlierMessages_isNotOneOfLaterOnes() {
    say(
        signed(
            new Draft(
                key(mallory.id()),
                scene.topic.hex(),
                key(scene.victim.id()),
                Kind.HELD,
                0,
                earlier.sequence(),
                hash(earlier.sequence()),
                List.of(),
                now())));
    expectNotCounted();
    expectTruthCounts();
  }

  @Test
  void nonsense_isRefused() {
    for (String text : List.of("", "a.b.c", "x".repeat(4_096), signed(right()) + "~")) {
      say(text);
    }
    expectNotCounted();
    scene.expectRefused("not a compact JWS");
    expectTruthCounts();
  }

  @Test
  void receiptOfANonMember_isRefused() {
    HostilePeer stranger = scene.stranger().link(scene.victim);
    stranger.announce(scene.victim);
    Draft draft = right();
    Draft own =
        with(draft, key(stranger.id()), draft.topic(), draft.author(), draft.last(), draft.at());
    stranger.send(
        scene.victim,
        new Frame.Receipt(
            scene.topic,
            stranger.id(),
            scene.victim.id(),
            ReceiptStatement.sign(own, stranger.keys.signing()::sign).text(),
            0));
    scene.pass(1);
    expectNotCounted();
    scene.expectRefused("which is not admitted");
    expectTruthCounts();
  }

  @Test
  void theSameReceiptTwice_countsOnce() {
    MessageId needsMore = scene.victimsRoom.publish(List.of(new byte[] {2}), 4).get(0);
    scene.pass(2);
    Draft draft =
        new Draft(
            key(mallory.id()),
            scene.topic.hex(),
            key(scene.victim.id()),
            Kind.HELD,
            0,
            needsMore.sequence(),
            hash(needsMore.sequence()),
            List.of(),
            now());
    say(signed(draft));
    say(signed(draft));
    scene.pass(1);
    say(signed(with(draft, draft.signer(), draft.topic(), draft.author(), draft.last(), now())));
    assertEquals(0, scene.victimsRoom.replicated(needsMore).size());
  }

  @Test
  void processedReceiptOfAnAnonymousMember_countsForNobody() {
    MessageId wanted = scene.victimsRoom.publish("do it");
    String mallorysKey = mallory.id().hex();
    scene.victimsRoom.machine().receipts().awaitProcessed(wanted, List.of("mallory", mallorysKey));
    Draft draft =
        new Draft(
            key(mallory.id()),
            scene.topic.hex(),
            key(scene.victim.id()),
            Kind.PROCESSED,
            wanted.sequence(),
            wanted.sequence(),
            hash(wanted.sequence()),
            List.of(new Place(wanted.sequence(), wanted.index())),
            now());
    say(signed(draft));
    assertEquals(0, scene.victimsRoom.replicated(wanted).size());
    scene.expectRefused("nothing is known of who processed");
  }

  @Test
  void askingWithoutEnd_bringsAboutABoundedNumberOfSignatures() {
    List<String> statements = new ArrayList<>();
    mallory.heard.clear();
    scene.pass(1);
    String mallorys = null;
    for (int i = 0; i < 3_000; i++) {
      if (i % 3 == 0) {
        byte[] previous = mallorys == null ? new byte[32] : HexFormat.of().parseHex(mallorys);
        var segment = mallory.segment(i / 3, i / 3, previous, "spam");
        mallorys = HexFormat.of().formatHex(HostilePeer.hash(segment));
        mallory.send(scene.victim, new Frame.Sealed(segment));
      }
      mallory.send(
          scene.victim,
          new Frame.ReceiptRequest(
              scene.topic, mallory.id(), scene.victim.id(), Long.MAX_VALUE, 3));
    }
    scene.pass(1);
    for (Frame frame : mallory.heard) {
      if (frame instanceof Frame.Receipt receipt) {
        statements.add(receipt.statement());
      }
    }
    long signatures = statements.stream().distinct().count();
    assertTrue(signatures >= 1, "it may ask");
    assertTrue(signatures <= 1_200, signatures + " signatures in about a second");
    scene.talk();
  }

  @Test
  void askingAsAStranger_bringsAboutNone() {
    HostilePeer stranger = scene.stranger().link(scene.victim);
    stranger.announce(scene.victim);
    stranger.send(
        scene.victim,
        new Frame.ReceiptRequest(scene.topic, stranger.id(), scene.victim.id(), 1, 3));
    scene.pass(1);
    assertTrue(stranger.heard.stream().noneMatch(Frame.Receipt.class::isInstance));
    scene.expectRefused("it asks for receipts, and is not admitted");
  }

  @Test
  void unaskedReceipts_areNotKept() {
    int before = scene.victimsRoom.receipts().size();
    expectTruthCounts();
    int after = scene.victimsRoom.receipts().size();
    assertEquals(before + 1, after);
    for (int i = 0; i < 5; i++) {
      say(signed(right()));
    }
    assertEquals(after, scene.victimsRoom.receipts().size());
  }
}
