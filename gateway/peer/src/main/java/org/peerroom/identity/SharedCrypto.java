package org.peerroom.identity;

import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.peerroom.internal.crypto.ProviderCrypto;
import org.peerroom.internal.crypto.PublicKeyCrypto;

/** The one provider and the one random source of this package, made when first needed. */
final class SharedCrypto {

  private static final int ID_BYTES = 16;

  private static volatile @Nullable PublicKeyCrypto crypto;

  private SharedCrypto() {}

  /**
   * Not made by a class initialiser: what is wrong with the setting must come out as it was said.
   *
   * @throws org.peerroom.CryptoProviderException as {@link ProviderCrypto#create()} says it
   */
  static PublicKeyCrypto get() {
    PublicKeyCrypto made = crypto;
    if (made == null) {
      // Made twice by two threads at once, both are as good.
      made = ProviderCrypto.create();
      crypto = made;
    }
    return made;
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

  private static final class Randomness {
    static final SecureRandom SOURCE = new SecureRandom();
  }
}
