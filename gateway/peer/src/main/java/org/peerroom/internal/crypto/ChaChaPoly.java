package org.peerroom.internal.crypto;

import java.util.Arrays;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.modes.ChaCha20Poly1305;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * ChaCha20-Poly1305 (RFC 8439) of BouncyCastle: for small notes under ever other keys, where
 * AES-GCM spends most of its time on preparing the key. Like GCM it does not commit to its key, and
 * a nonce used twice under one key gives the plaintexts away: callers see to both.
 *
 * <p>One cipher object a thread. It keeps its last key until it is used again or {@link #forget()}.
 */
final class ChaChaPoly {

  static final int NONCE_SIZE = 12;
  static final int TAG_SIZE = 16;

  private static final ThreadLocal<ChaCha20Poly1305> CIPHER =
      ThreadLocal.withInitial(ChaCha20Poly1305::new);

  private ChaChaPoly() {}

  /** Writes ciphertext and tag into an array, from {@code at} on. */
  static void seal(
      KeyMaterial key, byte[] nonce, byte[] aad, byte[] plaintext, byte[] out, int at) {
    AEADParameters parameters = parameters(key, nonce, aad);
    ChaCha20Poly1305 cipher = CIPHER.get();
    try {
      cipher.init(true, parameters);
    } catch (IllegalArgumentException e) {
      // The cipher object refuses the key and nonce that it sealed with last. The key types guard
      // against reuse themselves, and a replayed simulation seals the same again.
      cipher = new ChaCha20Poly1305();
      CIPHER.set(cipher);
      cipher.init(true, parameters);
    }
    try {
      int written = cipher.processBytes(plaintext, 0, plaintext.length, out, at);
      cipher.doFinal(out, at + written);
    } catch (InvalidCipherTextException e) {
      throw new IllegalStateException("ChaCha20-Poly1305 refused to seal", e);
    }
  }

  static byte[] open(
      KeyMaterial key, byte[] nonce, byte[] aad, byte[] bytes, int offset, int length, String what)
      throws CryptoException {
    if (length < TAG_SIZE) {
      throw new CryptoException(
          what + " cannot be opened: " + length + " bytes are too few for an authentication tag");
    }
    ChaCha20Poly1305 cipher = CIPHER.get();
    byte[] plaintext = new byte[length - TAG_SIZE];
    cipher.init(false, parameters(key, nonce, aad));
    try {
      int written = cipher.processBytes(bytes, offset, length, plaintext, 0);
      cipher.doFinal(plaintext, written);
      return plaintext;
    } catch (InvalidCipherTextException e) {
      Arrays.fill(plaintext, (byte) 0);
      throw new CryptoException(
          what + " cannot be opened: it was altered, or sealed under another key or context", e);
    }
  }

  private static AEADParameters parameters(KeyMaterial key, byte[] nonce, byte[] aad) {
    KeyParameter[] copied = new KeyParameter[1];
    key.use(bytes -> copied[0] = new KeyParameter(bytes));
    return new AEADParameters(copied[0], 8 * TAG_SIZE, nonce, aad);
  }

  /** Lets this thread's cipher object go, with its last key. */
  static void forget() {
    CIPHER.remove();
  }
}
