package org.peerroom.internal.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RoomKeysTest {

  /**
   * Peers of every later version must come to the same topic. Computed with Python's hmac and
   * argon2-cffi.
   */
  @Test
  void derive_givesTheTopicsThatItAlwaysGave() {
    assertEquals(
        "472d6aeb22686d4a5982d023eb2c66ae13e42f57493ba48a15fdeeebb06ed7dd",
        HexFormat.of().formatHex(RoomKeys.derive("orders", null).topic()));
    assertEquals(
        "803ea93f6aad2906fb7e15e90830a72dc64450e957e2e6989b64e3c538bcf843",
        HexFormat.of().formatHex(topic("orders", "correct horse")));
  }

  @Test
  void derive_givesNoSharedKeyWithoutASecret() {
    assertNull(RoomKeys.derive("orders", null).preSharedKey());
  }

  @Test
  void derive_givesTheSameKeysForTheSameNameAndSecret() {
    assertArrayEquals(psk("orders", "correct horse"), psk("orders", "correct horse"));
    assertArrayEquals(topic("orders", "correct horse"), topic("orders", "correct horse"));
  }

  @Test
  void derive_takesEveryDifferenceIntoAccount() {
    assertFalse(Arrays.equals(topic("orders", null), topic("order", null)));
    assertFalse(Arrays.equals(topic("orders", null), topic("orders", "a")));
    assertFalse(Arrays.equals(topic("orders", "a"), topic("orders", "b")));
    assertFalse(Arrays.equals(psk("orders", "a"), psk("orders", "b")));
    assertFalse(Arrays.equals(psk("orders", "a"), psk("order", "a")));
    assertFalse(Arrays.equals(psk("orders", "a"), topic("orders", "a")));
  }

  /**
   * The first is typed as one character on one keyboard, the second as a letter and a combining
   * accent on another.
   */
  @Test
  void derive_isTheSameHoweverAccentsAreComposed() {
    assertArrayEquals(topic("caf\u00e9", null), topic("cafe\u0301", null));
    assertArrayEquals(psk("caf\u00e9", "na\u00efve"), psk("cafe\u0301", "nai\u0308ve"));
  }

  @Test
  void derive_takesAnyScript() {
    assertEquals(RoomKeys.TOPIC_SIZE, topic("заказы 注文 🧾", "пароль 🔑").length);
  }

  @Test
  void derive_leavesTheCallersSecretAlone() {
    char[] secret = "correct horse".toCharArray();
    RoomKeys.derive("orders", secret);
    assertArrayEquals("correct horse".toCharArray(), secret);
  }

  @Test
  void derive_failsWithNothingOrHalfACharacter() {
    assertThrows(IllegalArgumentException.class, () -> RoomKeys.derive("", null));
    assertThrows(IllegalArgumentException.class, () -> RoomKeys.derive("orders", new char[0]));
    assertThrows(IllegalArgumentException.class, () -> RoomKeys.derive("a\ud800", null));
    assertThrows(
        IllegalArgumentException.class,
        () -> RoomKeys.derive("orders", new char[] {'a', '\udc00'}));
  }

  @Test
  void destroy_wipesTheSharedKeyAndKeepsTheTopic() {
    RoomKeys keys = RoomKeys.derive("orders", "a".toCharArray());
    PreSharedKey psk = keys.preSharedKey();
    keys.destroy();
    assertNotNull(psk);
    assertThrows(IllegalStateException.class, psk::exposeForKeyAgreement);
    assertArrayEquals(topic("orders", "a"), keys.topic());
    RoomKeys.derive("orders", null).destroy();
  }

  @Test
  void toString_printsNothing() {
    assertEquals("RoomKeys[redacted]", RoomKeys.derive("orders", null).toString());
  }

  private static byte[] topic(String name, @Nullable String secret) {
    return RoomKeys.derive(name, secret == null ? null : secret.toCharArray()).topic();
  }

  private static byte[] psk(String name, String secret) {
    PreSharedKey psk = RoomKeys.derive(name, secret.toCharArray()).preSharedKey();
    assertNotNull(psk);
    return psk.exposeForKeyAgreement();
  }
}
