package org.peerroom.internal.crypto;

/**
 * The seed of a long-term key, kept because it must be written to its file again. Any thread may
 * read; none may after {@link #destroy()}.
 */
public final class SecretSeed {

  private final KeyMaterial bytes;

  private SecretSeed(KeyMaterial bytes) {
    this.bytes = bytes;
  }

  /**
   * Takes a copy; the caller may wipe its own.
   *
   * @throws IllegalArgumentException if the seed is not 32 bytes long
   */
  public static SecretSeed copyOf(byte[] seed) {
    return new SecretSeed(KeyMaterial.copyOf("seed of a key", seed));
  }

  /**
   * A copy of the 32 bytes, to be wiped by the caller.
   *
   * @throws IllegalStateException if the seed was destroyed
   */
  public byte[] expose() {
    return bytes.expose();
  }

  /** Wipes the seed. Calling it again does nothing. */
  public void destroy() {
    bytes.destroy();
  }

  @Override
  public String toString() {
    return "SecretSeed[redacted]";
  }
}
