package org.peerroom.internal.crypto;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.Provider;
import java.security.Security;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-256-GCM with a 96-bit nonce and a 128-bit tag (NIST SP 800-38D) through the JDK's own cipher,
 * which compiles to the processor's AES instructions. GCM does not commit to its key, and a nonce
 * used twice under one key gives both plaintexts and the authentication key away: callers see to
 * both.
 *
 * <p>One cipher object a thread: making one costs as much as sealing a small message. It keeps its
 * last key until it is used again.
 */
final class AesGcm {

  static final int NONCE_SIZE = 12;
  static final int TAG_SIZE = 16;

  private static final String TRANSFORMATION = "AES/GCM/NoPadding";

  /**
   * Named, so that a slower provider that an application puts in front is not taken by accident.
   */
  private static final Provider PROVIDER = jdkProvider();

  private static final ThreadLocal<Cipher> CIPHER = ThreadLocal.withInitial(AesGcm::newCipher);

  private AesGcm() {}

  static String providerName() {
    return PROVIDER.getName();
  }

  /** Ciphertext followed by the tag. */
  static byte[] seal(
      KeyMaterial key, byte[] nonce, byte[] aad, byte[] plaintext, int offset, int length) {
    key.requireUsable();
    try {
      Cipher cipher = initForSealing(key, new GCMParameterSpec(8 * TAG_SIZE, nonce));
      cipher.updateAAD(aad);
      return cipher.doFinal(plaintext, offset, length);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK's AES-GCM refused to seal", e);
    }
  }

  static byte[] open(KeyMaterial key, byte[] nonce, byte[] aad, byte[] ciphertext, String what)
      throws CryptoException {
    return open(key, nonce, aad, ciphertext, 0, ciphertext.length, what);
  }

  static byte[] open(
      KeyMaterial key, byte[] nonce, byte[] aad, byte[] bytes, int offset, int length, String what)
      throws CryptoException {
    key.requireUsable();
    if (length < TAG_SIZE) {
      throw new CryptoException(
          what + " cannot be opened: " + length + " bytes are too few for an authentication tag");
    }
    try {
      Cipher cipher = CIPHER.get();
      cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(8 * TAG_SIZE, nonce));
      cipher.updateAAD(aad);
      return cipher.doFinal(bytes, offset, length);
    } catch (AEADBadTagException e) {
      throw new CryptoException(
          what + " cannot be opened: it was altered, or sealed under another key or context", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK's AES-GCM refused to open", e);
    }
  }

  /** Lets this thread's cipher object go, with its last key. */
  static void forget() {
    CIPHER.remove();
  }

  private static Cipher initForSealing(KeyMaterial key, GCMParameterSpec parameters)
      throws GeneralSecurityException {
    Cipher cipher = CIPHER.get();
    try {
      cipher.init(Cipher.ENCRYPT_MODE, key, parameters);
      return cipher;
    } catch (InvalidAlgorithmParameterException e) {
      // The cipher object refuses the key and nonce that it sealed with last. The key types guard
      // against reuse
      // themselves, and a replayed simulation seals the same again with keys of its own.
      Cipher fresh = newCipher();
      CIPHER.set(fresh);
      fresh.init(Cipher.ENCRYPT_MODE, key, parameters);
      return fresh;
    }
  }

  private static Cipher newCipher() {
    try {
      return Cipher.getInstance(TRANSFORMATION, PROVIDER);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(PROVIDER.getName() + " has no " + TRANSFORMATION, e);
    }
  }

  private static Provider jdkProvider() {
    Provider sunJce = Security.getProvider("SunJCE");
    if (sunJce != null) {
      return sunJce;
    }
    try {
      return Cipher.getInstance(TRANSFORMATION).getProvider();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime has no " + TRANSFORMATION, e);
    }
  }
}
