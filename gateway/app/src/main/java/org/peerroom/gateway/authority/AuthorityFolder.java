package org.peerroom.gateway.authority;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.peerroom.gateway.GatewayException;

/**
 * Where an authority keeps what it must not forget: tokens, the list of what it issued, and
 * revocations. Several processes may use the folder at the same time. Only its owner can read it.
 */
record AuthorityFolder(Path root) {

  private static final SecureRandom RANDOM = new SecureRandom();

  /**
   * Opens the folder; makes it where there is none.
   *
   * @throws GatewayException with one line if it can't be used
   */
  static AuthorityFolder open(Path root) {
    try {
      for (String part : new String[] {"", "tokens", "tokens/used", "revocations"}) {
        Path folder = root.resolve(part);
        if (!Files.isDirectory(folder)) {
          Files.createDirectories(folder, owner("rwx------"));
        }
      }
      if (!Files.isWritable(root)) {
        throw new IOException("not writable");
      }
    } catch (IOException e) {
      throw GatewayException.badInput(
          "the data folder " + root + " can't be made or written; check --data and its permissions",
          e);
    }
    return new AuthorityFolder(root);
  }

  /**
   * Opens a folder that must exist.
   *
   * @throws GatewayException with one line if it does not
   */
  static AuthorityFolder existing(Path root) {
    if (!Files.isDirectory(root.resolve("tokens"))) {
      throw GatewayException.badInput("there is no authority's data in " + root + "; check --data");
    }
    return new AuthorityFolder(root);
  }

  Path tokens() {
    return root.resolve("tokens");
  }

  Path usedTokens() {
    return root.resolve("tokens").resolve("used");
  }

  Path issued() {
    return root.resolve("issued.jsonl");
  }

  Path revocations() {
    return root.resolve("revocations");
  }

  /** Writes a new file as a whole or not at all; it is on the disk when this returns. */
  static Path write(Path folder, String name, byte[] content) throws IOException {
    Path file = folder.resolve(name);
    byte[] random = new byte[8];
    RANDOM.nextBytes(random);
    Path part = folder.resolve("." + HexFormat.of().formatHex(random) + ".part");
    Files.createFile(part, owner("rw-------"));
    try {
      try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
        ByteBuffer buffer = ByteBuffer.wrap(content);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
        channel.force(true);
      }
      move(part, file);
    } finally {
      Files.deleteIfExists(part);
    }
    sync(folder);
    return file;
  }

  /** Of several that move the same file only one succeeds. */
  static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("this file system can't rename atomically; use another for --data", e);
    }
  }

  /** Makes a rename outlast a failure of power, where the system can. */
  static void sync(Path folder) throws IOException {
    if (isPosix()) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  static FileAttribute<?>[] owner(String permissions) {
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
