package org.peerroom.gateway.key;

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

/** A passphrase in memory, wiped when it is closed. It is never part of a message. */
final class Passphrase implements AutoCloseable {

  /** No fewer characters for a new file; those of files that exist are taken as they are. */
  static final int MIN_CHARS = 8;

  private static final int MAX_BYTES = 1024;
  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);

  private final char @Nullable [] chars;

  private Passphrase(char @Nullable [] chars) {
    this.chars = chars;
  }

  /** The file is not protected by one. */
  static Passphrase none() {
    return new Passphrase(null);
  }

  /**
   * Takes over what was typed or set.
   *
   * @param from where it comes from, for messages
   * @throws org.peerroom.gateway.GatewayException with one line if it is empty
   */
  static Passphrase of(char[] chars, String from) {
    if (chars.length == 0) {
      throw badInput("the passphrase " + from + " is empty");
    }
    return new Passphrase(chars);
  }

  /**
   * Reads the one line of a file that others can't read, or of standard input.
   *
   * @throws org.peerroom.gateway.GatewayException with one line if it is something else
   */
  static Passphrase read(String name) {
    boolean standardInput = name.equals(TextSource.STANDARD);
    String title = standardInput ? "on standard input" : "in " + name;
    byte[] bytes = standardInput ? bytes(System.in, title) : bytesOfFile(name, title);
    CharBuffer decoded = null;
    try {
      if (bytes.length > MAX_BYTES) {
        throw badInput("the passphrase " + title + " is longer than " + MAX_BYTES + " bytes");
      }
      decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return of(line(decoded, title), title);
    } catch (CharacterCodingException e) {
      throw badInput("the passphrase " + title + " is not text in UTF-8");
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
        throw badInput("the passphrase " + title + " has more than one line; it takes just one");
      }
    }
    return line;
  }

  private static byte[] bytesOfFile(String name, String title) {
    Path file = TextSource.path("--passphrase-file", name);
    if (!Files.exists(file)) {
      throw badInput("the passphrase file " + name + " does not exist; check --passphrase-file");
    }
    if (Files.isDirectory(file)) {
      throw badInput("the passphrase file " + name + " is a directory; name a file");
    }
    try {
      // A pipe of the shell has no mode worth asking for.
      if (Files.isRegularFile(file)
          && Files.getFileStore(file).supportsFileAttributeView("posix")
          && Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
        throw badInput(
            "the passphrase file " + name + " can be read by others; do chmod 600 " + name);
      }
      try (InputStream in = Files.newInputStream(file)) {
        return bytes(in, title);
      }
    } catch (IOException e) {
      throw badInput("the passphrase file " + name + " can't be read; check its permissions", e);
    }
  }

  private static byte[] bytes(InputStream in, String title) {
    try {
      return in.readNBytes(MAX_BYTES + 1);
    } catch (IOException e) {
      throw badInput("the passphrase " + title + " can't be read", e);
    }
  }

  /** Null if there is none. Belongs to this object, which wipes it. */
  char @Nullable [] chars() {
    return chars;
  }

  /**
   * For a file that is being made.
   *
   * @throws org.peerroom.gateway.GatewayException with one line if it is too short
   */
  Passphrase longEnough() {
    if (chars != null && chars.length < MIN_CHARS) {
      close();
      throw badInput("the passphrase is too short; take at least " + MIN_CHARS + " characters");
    }
    return this;
  }

  boolean sameAs(Passphrase other) {
    return Arrays.equals(chars, other.chars);
  }

  @Override
  public void close() {
    if (chars != null) {
      Arrays.fill(chars, '\0');
    }
  }
}
