package org.peerroom.identity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys, roles, rooms and scopes: what they take and what they refuse. */
class ValuesTest {

  private static final String HEX = "00ff".repeat(16);

  @Test
  void key_isItsBytes() {
    VerificationKey key = new VerificationKey(HEX);
    assertEquals(key, VerificationKey.of(key.bytes()));
    assertArrayEquals(new byte[] {0, -1}, Arrays.copyOf(key.bytes(), 2));
    assertEquals("00ff00ff", key.shortHex());
    assertEquals(HEX, key.toString());
  }

  @Test
  void key_failsWithOtherText() {
    assertThrows(IllegalArgumentException.class, () -> new VerificationKey(HEX.substring(1)));
    assertThrows(
        IllegalArgumentException.class, () -> new VerificationKey("FF" + HEX.substring(2)));
    assertThrows(IllegalArgumentException.class, () -> VerificationKey.of(new byte[31]));
  }

  @Test
  void role_isItsClaim() {
    for (Role role : Role.values()) {
      assertEquals(role, Role.parse(role.claim()));
    }
    assertThrows(IllegalArgumentException.class, () -> Role.parse("PUBLISH"));
  }

  @ParameterizedTest
  @CsvSource({
    "orders, orders, true",
    "orders, orders2, false",
    "orders, Orders, false",
    "orders-*, orders-eu, true",
    "orders-*, orders-, true",
    "orders-*, orders, false",
    "*, anything, true",
  })
  void pattern_matches(String pattern, String room, boolean matches) {
    assertEquals(matches, new RoomPattern(pattern).matches(room));
  }

  @ParameterizedTest
  @CsvSource({
    "orders, orders, true",
    "orders, orders*, false",
    "orders*, orders, true",
    "orders*, orders*, true",
    "orders*, orders-eu*, true",
    "orders-eu*, orders*, false",
    "orders*, invoices, false",
    "*, orders*, true",
    "orders*, *, false",
  })
  void pattern_covers(String wider, String narrower, boolean covers) {
    assertEquals(covers, new RoomPattern(wider).covers(new RoomPattern(narrower)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "*a", "a*b", "a**", "a\nb", "\u202eb", "\ud800"})
  void pattern_failsWithOtherText(String text) {
    assertThrows(IllegalArgumentException.class, () -> new RoomPattern(text));
  }

  @Test
  void pattern_failsWithTooLongText() {
    assertEquals(128, new RoomPattern("r".repeat(128)).text().length());
    assertThrows(IllegalArgumentException.class, () -> new RoomPattern("r".repeat(129)));
  }

  @Test
  void scope_narrowsWhatItIsTold() {
    Scope scope =
        Scope.ALL.withRooms("orders").withRoles(Role.PUBLISH).withAttribute("org", "Acme");
    assertEquals(Set.of(new RoomPattern("orders")), scope.rooms());
    assertEquals(Set.of(Role.PUBLISH), scope.roles());
    assertEquals(Map.of("org", "Acme"), scope.attributes());
    assertNull(Scope.ALL.rooms());
    assertNull(Scope.ALL.roles());
  }

  @Test
  void scope_failsBeyondItsBounds() {
    String[] rooms = IntStream.range(0, 17).mapToObj(i -> "r" + i).toArray(String[]::new);
    assertThrows(IllegalArgumentException.class, () -> Scope.ALL.withRooms(rooms));
    Map<String, String> many = new HashMap<>();
    IntStream.range(0, 17).forEach(i -> many.put("a" + i, "v"));
    assertThrows(IllegalArgumentException.class, () -> Scope.ALL.withAttributes(many));
    assertThrows(IllegalArgumentException.class, () -> Scope.ALL.withAttribute("Org", "v"));
    assertThrows(IllegalArgumentException.class, () -> Scope.ALL.withAttribute("", "v"));
    assertThrows(IllegalArgumentException.class, () -> Scope.ALL.withAttribute("org", ""));
    assertThrows(IllegalArgumentException.class, () -> Scope.ALL.withAttribute("org", "a\u0000b"));
    assertThrows(
        IllegalArgumentException.class, () -> Scope.ALL.withAttribute("org", "v".repeat(257)));
  }

  @Test
  void verifiedIdentity_showsNameAndAuthority() {
    VerificationKey key = new VerificationKey(HEX);
    VerifiedIdentity ann =
        new VerifiedIdentity("Ann", key, "Acme", key, Map.of(), Set.of(), Instant.EPOCH);
    assertEquals("Ann (Acme)", ann.toString());
  }

  @Test
  void shown_isOneShortLine() {
    assertEquals("a?b", Texts.shown("a\nb"));
    assertEquals("x".repeat(64) + "...", Texts.shown("x".repeat(1000)));
    assertFalse(Texts.shown("\u202e\u0007\ud800").matches(".*[\u202e\u0007\ud800].*"));
    assertTrue(Texts.isPlain("J\u00fcrgen \ud83d\ude00", Texts.MAX_NAME));
  }
}
