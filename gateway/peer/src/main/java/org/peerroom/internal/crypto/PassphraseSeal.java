package org.peerroom.internal.crypto;

import java.util.Arrays;

/**
 * A secret sealed with a passphrase: Argon2id (RFC 9106; version 1.3, 64 MiB, 3 passes, 1 lane) to
 * a key, AES-256-GCM with it.
 *
 * <p>Guarantees that nobody without the passphrase reads or alters the secret, or passes it off in
 * another context. Does not make a guessable passphrase strong: whoever has the sealed bytes can
 * try one at the cost of one Argon2id.
 */
public final class PassphraseSeal {

  /** The size of the salt in bytes. */
  public static final int SALT_SIZE = 16;

  private static final int MEMORY_KIB = 64 * 1024;
  private static final int PASSES = 3;

  /** Enough, because a salt and so a key is used once. */
  private static final byte[] ONLY_NONCE = new byte[AesGcm.NONCE_SIZE];

  private PassphraseSeal() {}

  /**
   * The sealed secret, 16 bytes longer than the secret. Takes 64 MiB and some tenths of a second.
   *
   * @param salt {@value #SALT_SIZE} random bytes that were never used before
   * @param context what must be the same to open it
   * @throws IllegalArgumentException if the passphrase is empty or contains half of a surrogate
   *     pair, or the salt has another size
   */
  public static byte[] seal(byte[] secret, char[] passphrase, byte[] salt, byte[] context) {
    KeyMaterial key = key(passphrase, salt);
    try {
      return AesGcm.seal(key, ONLY_NONCE, context, secret, 0, secret.length);
    } finally {
      key.destroy();
    }
  }

  /**
   * The secret, to be wiped by the caller.
   *
   * @throws CryptoException if the passphrase, the salt or the context is another, or the bytes
   *     were altered; which of them cannot be told
   * @throws IllegalArgumentException as {@link #seal} does
   */
  public static byte[] open(byte[] sealed, char[] passphrase, byte[] salt, byte[] context)
      throws CryptoException {
    KeyMaterial key = key(passphrase, salt);
    try {
      return AesGcm.open(key, ONLY_NONCE, context, sealed, "what the passphrase sealed");
    } finally {
      key.destroy();
    }
  }

  private static KeyMaterial key(char[] passphrase, byte[] salt) {
    if (salt.length != SALT_SIZE) {
      throw new IllegalArgumentException("a salt has " + SALT_SIZE + " bytes, not " + salt.length);
    }
    byte[] stretched = Argon2id.stretch(passphrase, "passphrase", salt, MEMORY_KIB, PASSES);
    try {
      return KeyMaterial.copyOf("key of a passphrase", stretched);
    } finally {
      Arrays.fill(stretched, (byte) 0);
    }
  }
}
