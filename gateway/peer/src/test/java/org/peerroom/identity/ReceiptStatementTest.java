package org.peerroom.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.peerroom.identity.ReceiptStatement.Draft;
import org.peerroom.identity.ReceiptStatement.Kind;
import org.peerroom.identity.ReceiptStatement.Place;
import org.peerroom.internal.crypto.RoomKeys;

/** Receipts as text. */
class ReceiptStatementTest {

  private static final TestKey SIGNER = TestKey.of(801);
  private static final TestKey AUTHOR = TestKey.of(802);
  private static final byte[] HASH = new byte[32];

  private static Draft draft(Kind kind, List<Place> messages) {
    String topic = HexFormat.of().formatHex(RoomKeys.derive("orders", null).topic());
    return new Draft(
        SIGNER.verification(),
        topic,
        AUTHOR.verification(),
        kind,
        3,
        9,
        HASH,
        messages,
        ForgedJws.NOW);
  }

  private static ReceiptStatement held() {
    return ReceiptStatement.sign(draft(Kind.HELD, List.of()), SIGNER::sign);
  }

  private static ReceiptStatement processed(List<Place> messages) {
    return ReceiptStatement.sign(draft(Kind.PROCESSED, messages), SIGNER::sign);
  }

  @Test
  void statement_isItsText() throws RefusedException {
    List<Place> places = List.of(new Place(3, 0), new Place(3, 7), new Place(9, 1023));
    for (ReceiptStatement made : List.of(held(), processed(places))) {
      ReceiptStatement read = ReceiptStatement.parse(made.text());
      assertEquals(made, read);
      assertEquals(SIGNER.verification(), read.signer());
      assertEquals(AUTHOR.verification(), read.author());
      assertEquals(3, read.first());
      assertEquals(9, read.last());
      assertEquals(ForgedJws.NOW, read.at());
      assertEquals(HexFormat.of().formatHex(HASH), read.hash());
      assertEquals(made.kind() == Kind.HELD ? List.of() : places, read.messages());
      assertTrue(read.isSigned());
    }
  }

  @Test
  void largestStatement_isWithinTheLimit() {
    long first = ReceiptStatement.MAX_SEQUENCE - ReceiptStatement.MAX_MESSAGES + 1;
    List<Place> places =
        IntStream.range(0, ReceiptStatement.MAX_MESSAGES)
            .mapToObj(i -> new Place(first + i, 1023))
            .toList();
    Draft draft = draft(Kind.PROCESSED, places);
    Draft largest =
        new Draft(
            draft.signer(),
            draft.topic(),
            draft.author(),
            Kind.PROCESSED,
            first,
            ReceiptStatement.MAX_SEQUENCE,
            HASH,
            places,
            ForgedJws.NOW);
    String text = ReceiptStatement.sign(largest, SIGNER::sign).text();
    assertTrue(text.length() <= ReceiptStatement.MAX_LENGTH, text.length() + " characters");
  }

  @Test
  void roomOfAStatement_isFoundByItsNameAndSecret() {
    assertTrue(held().isOfRoom("orders", null));
    assertFalse(held().isOfRoom("invoices", null));
    assertFalse(held().isOfRoom("orders", "secret".toCharArray()));
  }

  @Test
  void statementOfAnotherKey_isNotSigned() {
    assertFalse(
        ReceiptStatement.sign(draft(Kind.HELD, List.of()), TestKey.of(803)::sign).isSigned());
  }

  @Test
  void sign_failsWithWhatIsOutOfBounds() {
    for (List<Place> places :
        List.of(
            List.<Place>of(),
            List.of(new Place(2, 0)),
            List.of(new Place(10, 0)),
            List.of(new Place(5, 1), new Place(5, 1)),
            List.of(new Place(5, 1), new Place(4, 1)),
            IntStream.rangeClosed(0, ReceiptStatement.MAX_MESSAGES)
                .mapToObj(i -> new Place(5, i))
                .toList())) {
      assertThrows(IllegalArgumentException.class, () -> processed(places), places::toString);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"held\"~\"kept\"",
        "\"held\"~\"processed\"",
        "\"held\"~\"held\",\"messages\":[\"3/0\"]",
        "\"first\":3~\"first\":10",
        "\"first\":3~\"first\":-3",
        "\"first\":3~\"first\":3.0",
        "\"first\":3~\"first\":\"3\"",
        "\"last\":9~\"last\":9007199254740992",
        "\"last\":9~\"last\":9,\"last\":9",
        "\"hash\":\"00~\"hash\":\"0",
        "\"hash\":\"00~\"hash\":\"AA",
        "\"iat\":~\"exp\":",
        "\"topic\"~\"subject\""
      })
  void parse_failsWithAnotherClaim(String replacement) {
    String[] parts = replacement.split("~", -1);
    String payload =
        "{\"iss\":\""
            + SIGNER.hex()
            + "\",\"iat\":1000,\"topic\":\""
            + AUTHOR.hex()
            + "\",\"author\":\""
            + AUTHOR.hex()
            + "\",\"kind\":\"held\",\"first\":3,\"last\":9,\"hash\":\""
            + "0".repeat(64)
            + "\"}";
    assertTrue(payload.contains(parts[0]), parts[0]);
    assertEquals(9, parsed(payload).last());
    assertThrows(IllegalStateException.class, () -> parsed(payload.replace(parts[0], parts[1])));
  }

  private static ReceiptStatement parsed(String payload) {
    String header = "{\"alg\":\"EdDSA\",\"typ\":\"" + ReceiptStatement.TYPE + "\"}";
    String input =
        ForgedJws.base64url(ForgedJws.utf8(header))
            + "."
            + ForgedJws.base64url(ForgedJws.utf8(payload));
    try {
      return ReceiptStatement.parse(
          input + "." + ForgedJws.base64url(SIGNER.sign(ForgedJws.utf8(input))));
    } catch (RefusedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void mutatedStatement_isNeverTaken() {
    List<String> good = new ArrayList<>();
    for (int number = 0; number < 4; number++) {
      good.add(
          ForgedJws.of(ReceiptStatement.TYPE, SIGNER, Map.of())
              .claim("iss", ForgedJws.quoted(SIGNER.hex()))
              .claim("iat", ForgedJws.NOW.getEpochSecond())
              .claim("topic", ForgedJws.quoted(AUTHOR.hex()))
              .claim("author", ForgedJws.quoted(AUTHOR.hex()))
              .claim("kind", ForgedJws.quoted("processed"))
              .claim("first", 1)
              .claim("last", 2 + number)
              .claim("hash", ForgedJws.quoted("5".repeat(64)))
              .claim("messages", "[\"1/0\",\"2/3\"]")
              .text());
    }
    ChainMutations mutations = new ChainMutations(new Random(20_260_301L), good);
    UnaryOperator<String> read =
        text -> {
          try {
            ReceiptStatement statement = ReceiptStatement.parse(text);
            boolean own = statement.signer().equals(ChainMutations.ATTACKER.verification());
            return own || !statement.isSigned() ? "" : statement.text();
          } catch (RefusedException e) {
            return "";
          }
        };
    good.forEach(text -> assertEquals(text, read.apply(text)));
    int refused = 0;
    for (int number = 0; number < 5_000; number++) {
      String text = new String(mutations.next(), java.nio.charset.StandardCharsets.UTF_8);
      String taken = read.apply(text);
      refused += taken.isEmpty() ? 1 : 0;
      assertTrue(taken.isEmpty() || good.contains(taken), () -> "was taken: " + text);
    }
    assertTrue(refused > 2_500, "only " + refused + " were refused");
  }
}
