package org.peerroom.identity;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Text with one signed statement a line. */
final class Lines {

  private Lines() {}

  /**
   * The lines as a person or a file hands them over: one line feed at the end is passed over.
   *
   * @param what for messages, such as "a chain"
   */
  static String text(String text, String what) throws RefusedException {
    requireSize(text.length(), what);
    return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }

  /** The lines as they are sent, exactly. */
  static String text(byte[] encoded, String what) throws RefusedException {
    requireSize(encoded.length, what);
    try {
      return StandardCharsets.US_ASCII.newDecoder().decode(ByteBuffer.wrap(encoded)).toString();
    } catch (CharacterCodingException e) {
      throw new RefusedException(0, Refusal.Reason.MALFORMED, what + " is ASCII text");
    }
  }

  static void requireSize(int size, String what) throws RefusedException {
    if (size > CompactJws.MAX_LENGTH) {
      throw new RefusedException(
          0,
          Refusal.Reason.TOO_LARGE,
          what + " has at most " + CompactJws.MAX_LENGTH + " bytes, not " + size);
    }
  }

  /** What stands between line feeds, empty lines included; a carriage return is no line feed. */
  static List<String> split(String text) {
    List<String> lines = new ArrayList<>();
    int from = 0;
    for (int feed = text.indexOf('\n'); feed >= 0; feed = text.indexOf('\n', from)) {
      lines.add(text.substring(from, feed));
      from = feed + 1;
    }
    lines.add(text.substring(from));
    return lines;
  }
}
