package org.peerroom.internal.crypto;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Labelled SHA-256 (FIPS 180-4), for ids and for what is signed. Any thread may call. */
public final class Digests {

  /** What every label of this version of the protocol starts with. */
  public static final String LABEL_PREFIX = "peerroom/1 ";

  private static final ThreadLocal<MessageDigest> SHA_256 =
      ThreadLocal.withInitial(Digests::newSha256);

  private Digests() {}

  /**
   * SHA-256 over the label in UTF-8, a zero byte, and each part after its length as 4 bytes,
   * big-endian.
   *
   * <p>Guarantees that different labels, or the same bytes cut into other parts, give different
   * hashes, as far as SHA-256 has no collisions.
   *
   * @throws IllegalArgumentException if the label does not start with {@link #LABEL_PREFIX} or
   *     contains a zero character
   */
  public static byte[] sha256(String label, byte[]... parts) {
    if (!label.startsWith(LABEL_PREFIX) || label.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "a label starts with \"" + LABEL_PREFIX + "\" and contains no zero: " + label);
    }
    MessageDigest digest = SHA_256.get();
    digest.reset();
    digest.update(label.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
    ByteBuffer length = ByteBuffer.allocate(Integer.BYTES);
    for (byte[] part : parts) {
      digest.update(length.putInt(0, part.length).array());
      digest.update(part);
    }
    return digest.digest();
  }

  /**
   * Whether both are the same bytes; the time taken says nothing about where they differ, only
   * about their lengths.
   */
  public static boolean constantTimeEquals(byte[] a, byte[] b) {
    return MessageDigest.isEqual(a, b);
  }

  private static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime has no SHA-256", e);
    }
  }
}
