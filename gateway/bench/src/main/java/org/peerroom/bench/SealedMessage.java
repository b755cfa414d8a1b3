package org.peerroom.bench;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * One message sealed by hand: nonce (12 bytes), AES-256-GCM ciphertext with its tag, an Ed25519
 * signature over both.
 */
final class SealedMessage {

  private static final int NONCE_SIZE = 12;
  private static final int TAG_SIZE = 16;

  private SealedMessage() {}

  private static Cipher cipher() throws GeneralSecurityException {
    return Cipher.getInstance("AES/GCM/NoPadding");
  }

  /** Seals and signs, one thread. */
  static final class Sealer {
    private final Cipher cipher = cipher();
    private final SecureRandom random = new SecureRandom();
    private final SecretKeySpec key;
    private final Signatures.Signer signer;

    Sealer(SharedKeys keys, Signatures signatures) throws GeneralSecurityException {
      key = new SecretKeySpec(keys.contentKey(), "AES");
      signer = signatures.signer(keys);
    }

    byte[] seal(byte[] plaintext) {
      try {
        byte[] nonce = new byte[NONCE_SIZE];
        random.nextBytes(nonce);
        cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(8 * TAG_SIZE, nonce));
        int signed = NONCE_SIZE + plaintext.length + TAG_SIZE;
        byte[] sealed = Arrays.copyOf(nonce, signed + Signatures.SIZE);
        cipher.doFinal(plaintext, 0, plaintext.length, sealed, NONCE_SIZE);
        System.arraycopy(signer.sign(sealed, signed), 0, sealed, signed, Signatures.SIZE);
        return sealed;
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("a message could not be sealed", e);
      }
    }
  }

  /** Verifies and opens, one thread. */
  static final class Opener {
    private final Cipher cipher = cipher();
    private final SecretKeySpec key;
    private final Signatures.Verifier verifier;

    Opener(SharedKeys keys, Signatures signatures) throws GeneralSecurityException {
      key = new SecretKeySpec(keys.contentKey(), "AES");
      verifier = signatures.verifier(keys);
    }

    /**
     * @throws IllegalStateException if the signature is wrong or it was altered
     */
    byte[] open(byte[] sealed) {
      try {
        int signed = sealed.length - Signatures.SIZE;
        if (!verifier.verify(sealed, signed, Arrays.copyOfRange(sealed, signed, sealed.length))) {
          throw new IllegalStateException("a message's signature is wrong");
        }
        cipher.init(
            Cipher.DECRYPT_MODE, key, new GCMParameterSpec(8 * TAG_SIZE, sealed, 0, NONCE_SIZE));
        return cipher.doFinal(sealed, NONCE_SIZE, signed - NONCE_SIZE);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("a message could not be opened", e);
      }
    }
  }
}
