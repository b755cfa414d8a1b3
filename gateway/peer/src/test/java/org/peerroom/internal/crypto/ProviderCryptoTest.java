package org.peerroom.internal.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.peerroom.CryptoProviderException;

class ProviderCryptoTest {

  @ParameterizedTest
  @CsvSource({
    "bouncycastle, BouncyCastle",
    "BouncyCastle, BouncyCastle",
    "jdk, JDK SunEC",
    "corretto, Corretto"
  })
  void create_takesTheProviderThatIsNamed(String name, String shown) {
    String description = Providers.crypto(name).description();
    assertTrue(
        description.matches(
            "Ed25519 "
                + shown
                + " \\d\\S*, X-Wing, X25519 and ChaCha20-Poly1305 BouncyCastle \\d\\S*, AES-GCM SunJCE"),
        description);
  }

  /** Never the JDK's, which is the slowest by far. */
  @Test
  void create_takesTheFastestThatIsThereByDefault() {
    String corretto = Providers.crypto("corretto").description();
    assertEquals(corretto, Providers.crypto("auto").description());
    String unset =
        with(
            "x",
            () -> {
              System.clearProperty(ProviderCrypto.PROVIDER_PROPERTY);
              return ProviderCrypto.create().description();
            });
    assertEquals(corretto, unset);
  }

  @ParameterizedTest
  @ValueSource(strings = {"openssl", "", " ", "auto,jdk"})
  void create_failsWithAnUnknownProvider(String name) {
    var refusal =
        with(name, () -> assertThrows(CryptoProviderException.class, ProviderCrypto::create));
    assertEquals(
        "peerroom.crypto.provider is auto, bouncycastle, corretto or jdk, not '" + name + "'",
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
