package org.peerroom.internal.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.peerroom.internal.crypto.Digests;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A few bytes that must outlive a damaged disk block: one line of text with a checksum, in two
 * files. The one that is whole counts.
 */
final class TwinFile {

  private static final Logger LOG = LoggerFactory.getLogger(TwinFile.class);
  private static final String LABEL = Digests.LABEL_PREFIX + "twin file";
  private static final int MAX_BYTES = 4096;

  private final Path first;
  private final Path second;
  private final String kind;

  /**
   * @param kind the first word of the line
   */
  TwinFile(Path first, String kind) {
    this.first = first;
    this.second = first.resolveSibling(first.getFileName() + ".copy");
    this.kind = kind;
  }

  boolean exists() {
    return Files.exists(first) || Files.exists(second);
  }

  /** Writes both, readable for the owner alone. */
  void write(int version, byte[] value) throws IOException {
    String line = kind + " " + version + " " + HexFormat.of().formatHex(value);
    byte[] sum = checksum(line);
    byte[] bytes =
        (line + " " + HexFormat.of().formatHex(sum) + "\n").getBytes(StandardCharsets.US_ASCII);
    write(first, bytes);
    write(second, bytes);
    syncFolder(first);
    Arrays.fill(bytes, (byte) 0);
  }

  /**
   * The value, or null if neither file is whole; writes the damaged one again.
   *
   * @throws IOException if they cannot be read
   */
  byte @Nullable [] read(int version) throws IOException {
    byte[] one = parse(readSmall(first), version);
    byte[] other = parse(readSmall(second), version);
    if (one != null && other == null) {
      write(version, one);
    } else if (one == null && other != null) {
      write(version, other);
    }
    return one != null ? one : other;
  }

  /** As {@link #read}, and leaves both files alone. */
  byte @Nullable [] peek(int version) throws IOException {
    byte[] one = parse(readSmall(first), version);
    return one != null ? one : parse(readSmall(second), version);
  }

  /** The version that a file claims which is not whole here; 0 if it claims none. */
  int claimedVersion() throws IOException {
    return Math.max(claimedVersion(readSmall(first)), claimedVersion(readSmall(second)));
  }

  private int claimedVersion(String text) {
    String[] words = text.split(" ", 3);
    if (words.length < 2 || !words[0].equals(kind) || !words[1].matches("[0-9]{1,6}")) {
      return 0;
    }
    return Integer.parseInt(words[1]);
  }

  private byte @Nullable [] parse(String text, int version) {
    String[] words = text.split(" ", -1);
    if (words.length != 4 || !words[3].endsWith("\n")) {
      return null;
    }
    String line = words[0] + " " + words[1] + " " + words[2];
    try {
      byte[] sum = HexFormat.of().parseHex(words[3].strip());
      if (!Digests.constantTimeEquals(sum, checksum(line))
          || !words[0].equals(kind)
          || !words[1].equals(Integer.toString(version))) {
        return null;
      }
      return HexFormat.of().parseHex(words[2]);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static byte[] checksum(String line) {
    return Arrays.copyOf(Digests.sha256(LABEL, line.getBytes(StandardCharsets.UTF_8)), 8);
  }

  private static String readSmall(Path file) throws IOException {
    if (!Files.isRegularFile(file) || Files.size(file) > MAX_BYTES) {
      return "";
    }
    return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
  }

  /** Through another file, so that a crash leaves the old one or the new one. */
  private static void write(Path file, byte[] bytes) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    Files.deleteIfExists(part);
    FileAttribute<?>[] ownerOnly =
        isPosix(file)
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    Files.createFile(part, ownerOnly);
    try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** So that the names survive a loss of power too; not every system can. */
  private static void syncFolder(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      LOG.debug("{} cannot be synced as a folder: {}", folder, e.toString());
    }
  }

  static boolean isPosix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}
