package org.peerroom.gateway.command;

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
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A passphrase or another secret in memory, wiped when it is closed. It is never part of a message,
 * and never an argument: every user of a machine can see the arguments of its processes.
 */
public final class Secret implements AutoCloseable {

  private static final int MAX_BYTES = 4096;
  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);

  private final char @Nullable [] chars;

  private Secret(char @Nullable [] chars) {
    this.chars = chars;
  }

  /** There is none. */
  public static Secret none() {
    return new Secret(null);
  }

  /**
   * Takes over what was typed or set.
   *
   * @param title what it is and where it comes from, for messages: "the token in alice.token"
   * @throws org.peerroom.gateway.GatewayException with one line if it is empty
   */
  static Secret of(char[] chars, String title) {
    if (chars.length == 0) {
      throw badInput(title + " is empty");
    }
    return new Secret(chars);
  }

  /**
   * The one line of a file, else the variable of the environment, else null.
   *
   * @param what what it is, for messages: "token"
   * @param option the option that names the file, for messages
   * @param file a file that others can't read, or {@code -} for standard input; null for none
   * @throws org.peerroom.gateway.GatewayException with one line if it is empty, or the file can't
   *     be used
   */
  public static @Nullable Secret given(
      String what, String option, @Nullable String file, String variable) {
    return given(what, option, file, variable, System.getenv());
  }

  static @Nullable Secret given(
      String what,
      String option,
      @Nullable String file,
      String variable,
      Map<String, String> environment) {
    if (file != null) {
      return read("the " + what, option, file);
    }
    String value = environment.get(variable);
    return value == null
        ? null
        : of(value.toCharArray(), "the " + what + " in the variable " + variable);
  }

  private static Secret read(String what, String option, String name) {
    boolean standardInput = name.equals(TextSource.STANDARD);
    String title = what + (standardInput ? " on standard input" : " in " + name);
    byte[] bytes =
        standardInput ? bytes(System.in, title) : bytesOfFile(what + " file " + name, option, name);
    CharBuffer decoded = null;
    try {
      if (bytes.length > MAX_BYTES) {
        throw badInput(title + " is longer than " + MAX_BYTES + " bytes");
      }
      decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return of(line(decoded, title), title);
    } catch (CharacterCodingException e) {
      throw badInput(title + " is not text in UTF-8");
    } finally {
      Arrays.fill(bytes, (byte) 0);
      if (decoded != null) {
        Arrays.fill(decoded.array(), '\0');
      }
    }
  }

  private static char[] line(CharBuffer text, String title) {
    int end = text.length();
    if (end > 0 && text.charAt(end - 1) == '\n') {
      end--;
    }
    if (end > 0 && text.charAt(end - 1) == '\r') {
      end--;
    }
    char[] line = new char[end];
    text.get(line);
    for (char c : line) {
      if (Character.isISOControl(c)) {
        Arrays.fill(line, '\0');
        throw badInput(title + " has more than one line; it takes just one");
      }
    }
    return line;
  }

  private static byte[] bytesOfFile(String title, String option, String name) {
    Path file = TextSource.path(option, name);
    if (!Files.exists(file)) {
      throw badInput(title + " does not exist; check " + option);
    }
    if (Files.isDirectory(file)) {
      throw badInput(title + " is a directory; name a file");
    }
    try {
      // A pipe of the shell has no mode worth asking for.
      if (Files.isRegularFile(file)
          && Files.getFileStore(file).supportsFileAttributeView("posix")
          && Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
        throw badInput(title + " can be read by others; do chmod 600 " + name);
      }
      try (InputStream in = Files.newInputStream(file)) {
        return bytes(in, title);
      }
    } catch (IOException e) {
      throw badInput(title + " can't be read; check its permissions", e);
    }
  }

  private static byte[] bytes(InputStream in, String title) {
    try {
      return in.readNBytes(MAX_BYTES + 1);
    } catch (IOException e) {
      throw badInput(title + " can't be read", e);
    }
  }

  /** Null if there is none. Belongs to this object, which wipes it. */
  public char @Nullable [] chars() {
    return chars;
  }

  boolean sameAs(Secret other) {
    return Arrays.equals(chars, other.chars);
  }

  @Override
  public void close() {
    if (chars != null) {
      Arrays.fill(chars, '\0');
    }
  }
}
