package org.peerroom.gateway.command;

import static org.peerroom.gateway.GatewayException.badInput;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Text that a person names: a file, or {@code -} for standard input. Of a key file only what
 * everyone may see is used.
 *
 * @param what what it should be, for messages: "the request"
 * @param name as a person wrote it
 */
public record TextSource(String what, String name) {

  /** More than any file of this kind needs; nobody makes the process read without end. */
  private static final int MAX_BYTES = 1 << 20;

  /** How standard input is named. */
  public static final String STANDARD = "-";

  /** Whether it is standard input. */
  public boolean isStandardInput() {
    return name.equals(STANDARD);
  }

  /** For messages: {@code the request alice.request}. */
  public String title() {
    return isStandardInput() ? what + " on standard input" : what + " " + name;
  }

  /**
   * Reads it all.
   *
   * @return without white space around it, its lines ended by line feeds, not empty
   * @throws org.peerroom.gateway.GatewayException with one line if it can't be read, is empty, no
   *     UTF-8 or longer than 1 MiB
   */
  public String read() {
    byte[] bytes = isStandardInput() ? bytes(System.in) : bytesOfFile();
    if (bytes.length > MAX_BYTES) {
      throw badInput(title() + " is longer than 1 MiB; it is something else");
    }
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw badInput(title() + " is not text in UTF-8", e);
    }
    if (text.isBlank()) {
      throw badInput(title() + " is empty; did the command that should have made it fail?");
    }
    // What went through mail or an editor elsewhere may have other line ends.
    return text.replace("\r\n", "\n").strip();
  }

  private byte[] bytesOfFile() {
    Path path = path(what, name);
    if (Files.isDirectory(path)) {
      throw badInput(title() + " is a directory; name a file, or - for standard input");
    }
    if (!Files.exists(path)) {
      throw badInput(title() + " does not exist; check the path");
    }
    try (InputStream in = Files.newInputStream(path)) {
      return bytes(in);
    } catch (IOException e) {
      throw badInput(title() + " can't be read; check its permissions", e);
    }
  }

  private byte[] bytes(InputStream in) {
    try {
      return in.readNBytes(MAX_BYTES + 1);
    } catch (IOException e) {
      throw badInput(title() + " can't be read; check its permissions", e);
    }
  }

  /**
   * A path as a person wrote it.
   *
   * @param what what it should be, or the option, for messages
   */
  public static Path path(String what, String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw badInput(what + ": '" + name + "' is not a path", e);
    }
  }
}
