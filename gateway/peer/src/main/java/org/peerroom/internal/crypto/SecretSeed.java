package org.peerroom.internal.crypto;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The seed of a long-term key, kept because it must be written to its file again. Any thread may
 * read; none may after {@link #destroy()}.
 */
public final class SecretSeed {

  private static final byte[] NO_CONTEXT = {};

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

  /**
   * The seed of another key, which says nothing about this one nor about those of other labels
   * (HKDF with SHA-256, RFC 5869: the label is the salt, and with a zero byte behind it the info).
   *
   * @param label what the other key is for
   * @return 32 bytes, the same each time, to be wiped by the caller
   * @throws IllegalStateException if the seed was destroyed
   */
  public byte[] derive(String label) {
    byte[] input = bytes.expose();
    byte[] extracted = Hkdf.extract(label.getBytes(StandardCharsets.UTF_8), input);
    KeyMaterial root = KeyMaterial.copyOf("root of a key", extracted);
    Arrays.fill(input, (byte) 0);
    Arrays.fill(extracted, (byte) 0);
    try {
      return Hkdf.expand(root, label, NO_CONTEXT, PublicKeyCrypto.SEED_SIZE);
    } finally {
      root.destroy();
    }
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
