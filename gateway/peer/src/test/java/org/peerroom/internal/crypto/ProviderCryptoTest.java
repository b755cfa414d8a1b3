package org.peerroom.internal.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ProviderCryptoTest {

  @Test
  void create_takesTheProviderThatIsNamed() {
    String description = with("bouncycastle", () -> ProviderCrypto.create().description());
    assertTrue(
        description.matches(
            "Ed25519 BouncyCastle \\d\\S*, .*X-Wing.* BouncyCastle \\d\\S*, AES-GCM \\w+"),
        description);
  }

  @Test
  void create_takesWhatIsThereByDefault() {
    PublicKeyCrypto crypto = with("auto", ProviderCrypto::create);
    SigningKey key = crypto.signingKey(new byte[32]);
    assertTrue(crypto.verify(key.publicKey(), new byte[3], key.sign(new byte[3])));
  }

  @Test
  void create_failsWithAnUnknownProvider() {
    var refusal =
        with("openssl", () -> assertThrows(IllegalArgumentException.class, ProviderCrypto::create));
    assertEquals(
        "peerroom.crypto.provider is auto, bouncycastle or corretto, not openssl",
        refusal.getMessage());
  }

  private static <T> T with(String provider, Supplier<T> action) {
    String before = System.getProperty(ProviderCrypto.PROVIDER_PROPERTY);
    System.setProperty(ProviderCrypto.PROVIDER_PROPERTY, provider);
    try {
      return action.get();
    } finally {
      if (before == null) {
        System.clearProperty(ProviderCrypto.PROVIDER_PROPERTY);
      } else {
        System.setProperty(ProviderCrypto.PROVIDER_PROPERTY, before);
      }
    }
  }
}
