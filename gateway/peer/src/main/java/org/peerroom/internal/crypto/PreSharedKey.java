package org.peerroom.internal.crypto;

/**
 * The key that the members of a room with a secret share and mix into every pairwise key (HPKE's
 * PSK mode).
 */
public final class PreSharedKey {

  /**
   * The size of the key in bytes: HPKE asks for 32 or more with full entropy (RFC 9180, section
   * 5.1.2).
   */
  public static final int SIZE = KeyMaterial.SIZE;

  private final KeyMaterial key;

  private PreSharedKey(KeyMaterial key) {
    this.key = key;
  }

  /**
   * Takes a copy of the key; the caller may wipe its own.
   *
   * @throws IllegalArgumentException if it is not 32 bytes long
   */
  public static PreSharedKey of(byte[] key32) {
    return new PreSharedKey(KeyMaterial.copyOf("pre-shared key", key32));
  }

  /**
   * A copy of the key for an implementation of {@link PublicKeyCrypto}, which wipes it when done;
   * nothing else needs it.
   *
   * @throws IllegalStateException if the key was destroyed
   */
  public byte[] exposeForKeyAgreement() {
    return key.expose();
  }

  /** Wipes the key. Calling it again does nothing. */
  public void destroy() {
    key.destroy();
  }

  @Override
  public String toString() {
    return "PreSharedKey[redacted]";
  }
}
