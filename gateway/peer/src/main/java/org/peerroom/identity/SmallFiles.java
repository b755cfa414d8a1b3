package org.peerroom.identity;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/** Reading files that are only trusted to be small once that was checked. */
final class SmallFiles {

  private SmallFiles() {}

  static byte[] read(Path file, int max, String what) {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(max + 1);
    } catch (NoSuchFileException e) {
      throw new IdentityException(file + ": there is no such file with " + what, e);
    } catch (IOException e) {
      throw new IdentityException(file + ": " + what + " cannot be read: " + reason(e), e);
    }
    if (bytes.length > max) {
      Arrays.fill(bytes, (byte) 0);
      throw new IdentityException(file + ": " + what + " has at most " + max + " bytes");
    }
    return bytes;
  }

  static String readText(Path file, int max, String what) {
    byte[] bytes = read(file, max, what);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IdentityException(file + ": " + what + " is not UTF-8", e);
    }
  }

  static String reason(IOException e) {
    String message = e.getMessage();
    return e.getClass().getSimpleName() + (message == null ? "" : " " + Texts.shown(message));
  }
}
