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
    MessageDigest digest = begun(label);
    for (byte[] part : parts) {
      digest.update(lengthOf(part.length));
      digest.update(part);
    }
    return digest.digest();
  }

  /**
   * As {@link #sha256}, of consecutive parts of one array, which are not copied.
   *
   * @param ends where each part ends; the first begins with the array, each other where the one
   *     before it ends
   */
  public static byte[] sha256OfParts(String label, byte[] bytes, int... ends) {
    MessageDigest digest = begun(label);
    int from = 0;
    for (int end : ends) {
      digest.update(lengthOf(end - from));
      digest.update(bytes, from, end - from);
      from = end;
    }
    return digest.digest();
  }

  private static MessageDigest begun(String label) {
    if (!label.startsWith(LABEL_PREFIX) || label.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "a label starts with \"" + LABEL_PREFIX + "\" and contains no zero: " + label);
    }
    MessageDigest digest = SHA_256.get();
    digest.reset();
    digest.update(label.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
    return digest;
  }

  private static byte[] lengthOf(int length) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(length).array();
  }

  /**
   * Whether both are the same bytes; the time taken says nothing about where they differ, only
   * about their lengths.
   */
  public static boolean constantTimeEquals(byte[] a, byte[] b) {
    return MessageDigest.isEqual(a, b);
  }

  static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime has no SHA-256", e);
    }
  }
}
