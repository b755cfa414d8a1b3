package org.peerroom.internal.crypto;

/**
 * Lets the calling thread's cipher objects forget the keys that they were used with last, which
 * they would keep until they are used again: wiping a key does not reach them.
 */
public final class LastKeys {

  private static final byte[] NOTHING = {};

  private LastKeys() {}

  /** Takes some microseconds. */
  public static void forget() {
    KeyMaterial zeros = KeyMaterial.copyOf("no key", new byte[KeyMaterial.SIZE]);
    AesGcm.seal(zeros, new byte[AesGcm.NONCE_SIZE], NOTHING, NOTHING, 0, 0);
    Hkdf.expand(zeros, NOTHING, 1);
    ChaChaPoly.forget();
  }
}
