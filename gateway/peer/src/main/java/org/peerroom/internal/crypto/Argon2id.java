package org.peerroom.internal.crypto;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * A passphrase stretched to a key (Argon2id, RFC 9106), the same however its accents are composed
 * (Unicode NFC).
 */
final class Argon2id {

  private static final int LANES = 1;
  private static final int MAX_UTF8_BYTES_A_CHAR = 3;
  private static final int FIRST_COMBINING_MARK = 0x300;

  private Argon2id() {}

  /**
   * 32 bytes, to be wiped by the caller, who also wipes the passphrase.
   *
   * @param what how a message calls the passphrase
   * @throws IllegalArgumentException if the passphrase is empty or contains half of a surrogate
   *     pair
   */
  static byte[] stretch(char[] passphrase, String what, byte[] salt, int memoryKib, int passes) {
    byte[] normalized = normalizedUtf8(CharBuffer.wrap(passphrase), what);
    Argon2Parameters parameters =
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(memoryKib)
            .withIterations(passes)
            .withParallelism(LANES)
            .withSalt(salt)
            .build();
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(parameters);
    byte[] key = new byte[KeyMaterial.SIZE];
    generator.generateBytes(normalized, key);
    Arrays.fill(normalized, (byte) 0);
    return key;
  }

  static byte[] normalizedUtf8(CharBuffer text, String what) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("the " + what + " is empty");
    }
    CharBuffer normalized =
        isPlain(text) ? text : CharBuffer.wrap(Normalizer.normalize(text, Normalizer.Form.NFC));
    ByteBuffer encoded = ByteBuffer.allocate(MAX_UTF8_BYTES_A_CHAR * normalized.remaining());
    CharsetEncoder encoder =
        StandardCharsets.UTF_8.newEncoder().onMalformedInput(CodingErrorAction.REPORT);
    CoderResult result = encoder.encode(normalized, encoded, true);
    byte[] bytes = Arrays.copyOf(encoded.array(), encoded.position());
    Arrays.fill(encoded.array(), (byte) 0);
    if (result.isError()) {
      throw new IllegalArgumentException("the " + what + " contains half of a surrogate pair");
    }
    return bytes;
  }

  /**
   * Whether every character is below the first combining mark: such text is in NFC, and needs no
   * String, unwipeable.
   */
  private static boolean isPlain(CharBuffer text) {
    return text.chars().allMatch(c -> c < FIRST_COMBINING_MARK);
  }
}
