package org.peerroom.identity;

import java.security.SecureRandom;
import java.util.Base64;
import org.peerroom.internal.crypto.ProviderCrypto;
import org.peerroom.internal.crypto.PublicKeyCrypto;

/** The one provider and the one random source of this package, made when first needed. */
final class SharedCrypto {

  private static final int ID_BYTES = 16;

  private SharedCrypto() {}

  static PublicKeyCrypto get() {
    return Provider.INSTANCE;
  }

  static byte[] randomBytes(int count) {
    byte[] bytes = new byte[count];
    Randomness.SOURCE.nextBytes(bytes);
    return bytes;
  }

  /** An id that nothing else has: 128 random bits. */
  static String newId() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(randomBytes(ID_BYTES));
  }

  private static final class Provider {
    static final PublicKeyCrypto INSTANCE = ProviderCrypto.create();
  }

  private static final class Randomness {
    static final SecureRandom SOURCE = new SecureRandom();
  }
}
