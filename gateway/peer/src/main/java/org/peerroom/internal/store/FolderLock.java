package org.peerroom.internal.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps other processes, and other peers of this one, out of a folder while it is open. The system
 * takes the lock back when the process ends, however it ends.
 */
final class FolderLock implements AutoCloseable {

  private static final int MAX_PID = 20;

  /**
   * The folders that this process has open. Asked first: closing any second channel to the lock
   * file would give up the lock of the first one (POSIX record locks).
   */
  private static final Set<Path> HERE = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final FileChannel channel;

  private FolderLock(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  static FolderLock take(Path folder) throws StoreException {
    Path real;
    try {
      real = folder.toRealPath();
    } catch (IOException e) {
      throw new StoreException(folder + ": the folder cannot be read (" + e + ")", e);
    }
    if (!HERE.add(real)) {
      throw new StoreException(
          folder + ": is in use by another peer of this process; give each peer its own folder");
    }
    FileChannel channel = null;
    boolean taken = false;
    try {
      channel =
          FileChannel.open(
              folder.resolve("LOCK"),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw new StoreException(
            folder
                + ": is in use by another process"
                + holder(channel)
                + "; stop that one or name another folder");
      }
      String pid = ProcessHandle.current().pid() + "\n";
      channel.truncate(0).write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)));
      taken = true;
      return new FolderLock(real, channel);
    } catch (IOException e) {
      throw new StoreException(
          folder + ": cannot be locked (" + e + "); name a folder that this user may write to", e);
    } finally {
      if (!taken) {
        closeQuietly(channel);
        HERE.remove(real);
      }
    }
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(MAX_PID);
    channel.read(text, 0);
    String pid = new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII).strip();
    return pid.matches("[0-9]+") ? " (number " + pid + ")" : "";
  }

  private static void closeQuietly(@Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // Nothing was locked, nothing is lost.
      return;
    }
  }

  /** Lets others in. Calling it again does nothing. */
  @Override
  public void close() {
    if (channel.isOpen()) {
      closeQuietly(channel);
      HERE.remove(folder);
    }
  }
}
