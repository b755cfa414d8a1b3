package org.peerroom.gateway.key;

import static org.peerroom.gateway.GatewayException.badInput;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * A file that is replaced as a whole: whoever reads finds the old or the new one. Not for secrets.
 */
final class AtomicFile {

  private AtomicFile() {}

  /**
   * Replaces it, or makes it; what was allowed to whom stays as it was.
   *
   * @throws org.peerroom.gateway.GatewayException with one line if it can't be written; the old one
   *     is still there then
   */
  static void replace(Path file, String text) {
    try {
      // A link stays a link.
      Path real = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
      Path beside = real.resolveSibling("." + real.getFileName() + "." + UUID.randomUUID());
      try {
        write(beside, text);
        if (Files.exists(real) && Files.getFileStore(real).supportsFileAttributeView("posix")) {
          Files.setPosixFilePermissions(beside, Files.getPosixFilePermissions(real));
        }
        Files.move(
            beside, real, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(beside);
      }
    } catch (NoSuchFileException e) {
      throw badInput(file + " can't be written: there is no such folder", e);
    } catch (IOException e) {
      throw badInput(file + " can't be written; check the permissions of its folder", e);
    }
  }

  private static void write(Path file, String text) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.endsWith("\n") ? text : text + "\n");
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }
}
