package org.peerroom.internal.crypto;

/**
 * Lets go of the calling thread's cipher objects and with them of the keys that they were used with
 * last, which they would keep until they are used again: wiping a key does not reach them.
 */
public final class LastKeys {

  private LastKeys() {}

  /** What comes next makes new ones, in some microseconds. */
  public static void forget() {
    AesGcm.forget();
    ChaChaPoly.forget();
    Hkdf.forget();
  }
}
