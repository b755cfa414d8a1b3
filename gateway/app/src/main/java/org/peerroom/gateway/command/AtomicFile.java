package org.peerroom.gateway.command;

import static org.peerroom.gateway.GatewayException.badInput;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;

/**
 * A file that is written as a whole: whoever reads finds the old or the new one, also after a loss
 * of power where the system can promise that. Until it has its name it is called {@code .*.part}.
 */
public final class AtomicFile {

  private AtomicFile() {}

  /**
   * Replaces a file that a person named, or makes it; what was allowed to whom stays as it was. Not
   * for secrets. Ends the text with a line end.
   *
   * @throws org.peerroom.gateway.GatewayException with one line if it can't be written; the old one
   *     is still there then
   */
  public static void replace(Path file, String text) {
    String ended = text.endsWith("\n") ? text : text + "\n";
    try {
      // A link stays a link.
      Path real = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
      FileAttribute<?>[] nothing = new FileAttribute<?>[0];
      write(real, ended.getBytes(StandardCharsets.UTF_8), Files.exists(real), nothing);
    } catch (NoSuchFileException e) {
      throw badInput(file + " can't be written: there is no such folder", e);
    } catch (IOException e) {
      throw badInput(file + " can't be written; check the permissions of its folder", e);
    }
  }

  /** Writes a file that only its owner can read; it is on the disk when this returns. */
  public static void writeForOwner(Path file, byte[] content) throws IOException {
    write(file.toAbsolutePath(), content, false, forOwner("rw-------"));
  }

  private static void write(
      Path file, byte[] content, boolean asBefore, FileAttribute<?>[] permissions)
      throws IOException {
    Path part = file.resolveSibling("." + UUID.randomUUID() + ".part");
    Set<StandardOpenOption> fresh =
        EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try {
      try (FileChannel channel = FileChannel.open(part, fresh, permissions)) {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      if (asBefore && isPosix()) {
        Files.setPosixFilePermissions(part, Files.getPosixFilePermissions(file));
      }
      move(part, file);
    } finally {
      Files.deleteIfExists(part);
    }
    sync(file.resolveSibling("."));
  }

  /** Renames; of several that move the same file only one succeeds. */
  public static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("the file system of " + to + " can't rename atomically", e);
    }
  }

  /** Makes a rename in this folder outlast a loss of power, where the system can. */
  public static void sync(Path folder) throws IOException {
    if (isPosix()) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  /**
   * For a file or folder that is to be made for its owner alone; nothing where the system has no
   * such permissions.
   *
   * @param permissions as {@code rw-------}
   */
  public static FileAttribute<?>[] forOwner(String permissions) {
    return isPosix()
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  private static boolean isPosix() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
  }
}
