package org.peerroom.identity;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Collections;
import java.util.Set;

/** Reading files that are only trusted to be small once that was checked. */
final class SmallFiles {

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> FOR_OTHERS =
      PosixFilePermissions.fromString("---rw-rw-");

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

  /**
   * Refuses a file that its group or others may read or write. Where the file system knows no such
   * modes there is nothing to look at.
   */
  static void requireOwnerOnly(Path file) {
    Set<PosixFilePermission> mode;
    try {
      mode = Files.getPosixFilePermissions(file);
    } catch (UnsupportedOperationException e) {
      return;
    } catch (IOException e) {
      throw new IdentityException(file + ": its mode cannot be read: " + reason(e), e);
    }
    if (!Collections.disjoint(mode, FOR_OTHERS)) {
      throw new IdentityException(
          file
              + ": others may read or change this private key (mode "
              + PosixFilePermissions.toString(mode)
              + "); run: chmod 600 "
              + file);
    }
  }

  /** Writes a file beside it first, so that the file is there in full or as it was before. */
  static void writeOwnerOnly(Path file, byte[] bytes, String what) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || file.getFileName() == null) {
      throw new IdentityException(file + ": this is no name of a file");
    }
    try {
      Path draft = newDraft(folder);
      try {
        writeThrough(draft, bytes);
        Files.move(
            draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(draft);
      }
    } catch (NoSuchFileException e) {
      throw new IdentityException(file + ": there is no folder " + folder + ": make it first", e);
    } catch (IOException e) {
      throw new IdentityException(file + ": " + what + " cannot be written: " + reason(e), e);
    }
  }

  private static Path newDraft(Path folder) throws IOException {
    boolean hasModes = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
    return hasModes
        ? Files.createTempFile(
            folder, ".identity", ".tmp", PosixFilePermissions.asFileAttribute(OWNER_ONLY))
        : Files.createTempFile(folder, ".identity", ".tmp");
  }

  private static void writeThrough(Path draft, byte[] bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
  }
}
