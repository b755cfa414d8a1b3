package org.peerroom.gateway.authority;

import static org.peerroom.gateway.GatewayException.badInput;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A secret from a file that others can't read, or from the environment; never from an argument:
 * every user of a machine can see the arguments of its processes.
 */
final class SecretText {

  static final String PASSPHRASE = "PEERROOM_PASSPHRASE";
  static final String TOKEN = "PEERROOM_TOKEN";
  static final String CLIENT_SECRET = "PEERROOM_OIDC_CLIENT_SECRET";

  private static final int MAX_BYTES = 4096;
  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);

  private SecretText() {}

  /**
   * The one line of the file, else the variable, else null.
   *
   * @param option the option that names the file, for messages
   * @throws org.peerroom.gateway.GatewayException with one line if the file can't be used
   */
  static char @Nullable [] read(String option, @Nullable Path file, String variable) {
    if (file != null) {
      return line(bytes(option, file), option, file);
    }
    String value = System.getenv(variable);
    return value == null ? null : value.toCharArray();
  }

  private static byte[] bytes(String option, Path file) {
    try {
      // A pipe of the shell has no mode worth asking for.
      if (Files.isRegularFile(file)
          && Files.getFileStore(file).supportsFileAttributeView("posix")
          && Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
        throw badInput(
            "the file " + file + " of " + option + " can be read by others; do chmod 600 " + file);
      }
      try (InputStream in = Files.newInputStream(file)) {
        return in.readNBytes(MAX_BYTES + 1);
      }
    } catch (IOException e) {
      throw badInput(
          "the file " + file + " of " + option + " can't be read; does it exist, and is it yours?",
          e);
    }
  }

  private static char[] line(byte[] bytes, String option, Path file) {
    CharBuffer text = null;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      int end = text.length();
      while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
        end--;
      }
      char[] line = new char[end];
      text.get(line);
      boolean odd = false;
      for (char c : line) {
        odd |= Character.isISOControl(c);
      }
      if (end == 0 || odd || bytes.length > MAX_BYTES) {
        throw badInput("the file " + file + " of " + option + " is to hold one line, the secret");
      }
      return line;
    } catch (CharacterCodingException e) {
      throw badInput("the file " + file + " of " + option + " is not text in UTF-8");
    } finally {
      Arrays.fill(bytes, (byte) 0);
      if (text != null) {
        Arrays.fill(text.array(), '\0');
      }
    }
  }
}
