package org.peerroom.identity;

import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** base64url without padding (RFC 7515, appendix C), in its one canonical form. */
final class CanonicalBase64 {

  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
  private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

  private CanonicalBase64() {}

  static String encode(byte[] bytes) {
    return ENCODER.encodeToString(bytes);
  }

  /**
   * The bytes, or null if the text is not what {@link #encode} would make of them: the JDK's
   * decoder lets padding and set bits beyond the last byte pass, and a second spelling of the same
   * bytes would give one certificate two digests.
   */
  static byte @Nullable [] decode(String text) {
    byte[] bytes;
    try {
      bytes = DECODER.decode(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
    return encode(bytes).equals(text) ? bytes : null;
  }
}
