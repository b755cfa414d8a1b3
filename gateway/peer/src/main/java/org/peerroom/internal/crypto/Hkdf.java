package org.peerroom.internal.crypto;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * HKDF with SHA-256 (RFC 5869) over the JDK's HMAC, which uses the processor's SHA instructions;
 * the JDK has no HKDF of its own before Java 25.
 */
final class Hkdf {

  static final int HASH_SIZE = 32;

  private static final int MAX_BLOCKS = 255;

  private static final ThreadLocal<Mac> HMAC = ThreadLocal.withInitial(Hkdf::newHmac);

  private Hkdf() {}

  /**
   * A pseudo-random key from any input (RFC 5869, section 2.2). The salt is not a secret here: it
   * is not wiped.
   */
  static byte[] extract(byte[] salt, byte[] inputKey) {
    // HMAC pads a short key with zeros, so that one zero byte stands for the empty salt, which the
    // JDK refuses.
    byte[] key = salt.length == 0 ? new byte[1] : salt;
    return hmac(new SecretKeySpec(key, "RAW")).doFinal(inputKey);
  }

  /**
   * As many bytes as asked for, from a pseudo-random key and what they are for (RFC 5869, section
   * 2.3).
   */
  static byte[] expand(SecretKey pseudoRandomKey, byte[] info, int length) {
    if (length < 0 || length > MAX_BLOCKS * HASH_SIZE) {
      throw new IllegalArgumentException("HKDF cannot give " + length + " bytes");
    }
    Mac mac = hmac(pseudoRandomKey);
    byte[] output = new byte[length];
    byte[] block = new byte[0];
    for (int i = 1, at = 0; at < length; i++) {
      mac.update(block);
      mac.update(info);
      mac.update((byte) i);
      Arrays.fill(block, (byte) 0);
      block = mac.doFinal();
      int taken = Math.min(block.length, length - at);
      System.arraycopy(block, 0, output, at, taken);
      at += taken;
    }
    Arrays.fill(block, (byte) 0);
    return output;
  }

  /**
   * Expands with a label, a zero byte and the context as info: no label is the beginning of another
   * label's info.
   */
  static byte[] expand(SecretKey pseudoRandomKey, String label, byte[] context, int length) {
    byte[] labelBytes = label.getBytes(StandardCharsets.UTF_8);
    byte[] info = Arrays.copyOf(labelBytes, labelBytes.length + 1 + context.length);
    System.arraycopy(context, 0, info, labelBytes.length + 1, context.length);
    return expand(pseudoRandomKey, info, length);
  }

  /** Lets this thread's HMAC object go, with its last key. */
  static void forget() {
    HMAC.remove();
  }

  private static Mac hmac(SecretKey key) {
    try {
      Mac mac = HMAC.get();
      mac.init(key);
      return mac;
    } catch (InvalidKeyException e) {
      throw new IllegalStateException("the JDK's HMAC refused a key", e);
    }
  }

  private static Mac newHmac() {
    Provider sunJce = Security.getProvider("SunJCE");
    try {
      return sunJce == null ? Mac.getInstance("HmacSHA256") : Mac.getInstance("HmacSHA256", sunJce);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime has no HmacSHA256", e);
    }
  }
}
