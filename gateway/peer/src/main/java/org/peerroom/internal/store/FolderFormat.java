package org.peerroom.internal.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.peerroom.internal.crypto.Digests;
import org.peerroom.internal.crypto.StoreKey;

/** Which version wrote a folder, and under which key: refuses what it must not touch. */
final class FolderFormat {

  private static final int VERSION = 1;

  private final Path folder;
  private final TwinFile format;
  private final TwinFile keyFile;

  private FolderFormat(Path folder, TwinFile format, TwinFile keyFile) {
    this.folder = folder;
    this.format = format;
    this.keyFile = keyFile;
  }

  static FolderFormat of(Path folder) {
    return new FolderFormat(
        folder,
        new TwinFile(folder.resolve("FORMAT"), "peer-room-store"),
        new TwinFile(folder.resolve("store.key"), "peer-room-store-key"));
  }

  /** The key of the folder, which is marked as ours if it is new. */
  StoreKey openOrCreate(byte @Nullable [] identityKey32) throws StoreException {
    try {
      return format.exists() ? open(format.read(VERSION), identityKey32) : create(identityKey32);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** The key of a folder that exists; changes nothing. */
  StoreKey peek(byte @Nullable [] identityKey32) throws StoreException {
    try {
      if (!format.exists()) {
        throw new StoreException(
            folder + ": is no folder of a store; name the one that the peer was given");
      }
      return open(format.peek(VERSION), identityKey32);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private StoreException unreadable(IOException e) {
    return new StoreException(
        folder + ": cannot be read or written (" + e + "); see to the rights of its files", e);
  }

  private StoreKey open(byte @Nullable [] check, byte @Nullable [] identityKey32)
      throws IOException, StoreException {
    if (check == null) {
      if (format.claimedVersion() > VERSION) {
        throw new StoreException(
            folder
                + ": was written by a newer version (format "
                + format.claimedVersion()
                + ", this one knows "
                + VERSION
                + "); start that version or name another folder");
      }
      throw new StoreException(
          folder + ": FORMAT and its copy are damaged; take both from a backup, or another folder");
    }
    StoreKey key = identityKey32 == null ? fromFile() : StoreKey.of(identityKey32);
    if (!Digests.constantTimeEquals(check, key.check())) {
      key.destroy();
      throw new StoreException(
          folder
              + ": was written under another identity; start with that one or name another folder");
    }
    return key;
  }

  private StoreKey fromFile() throws IOException, StoreException {
    if (!keyFile.exists()) {
      throw new StoreException(
          folder
              + ": was written under an identity, and this peer has none; start with that identity"
              + " or name another folder");
    }
    byte[] secret = keyFile.peek(VERSION);
    if (secret == null || secret.length != StoreKey.SIZE) {
      throw new StoreException(
          folder + ": store.key and its copy are damaged; take both from a backup");
    }
    try {
      return StoreKey.of(secret);
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }

  private StoreKey create(byte @Nullable [] identityKey32) throws IOException, StoreException {
    List<String> own =
        List.of(
            "LOCK",
            "store.key",
            "store.key.copy",
            "store.key.part",
            "store.key.copy.part",
            "FORMAT.part",
            "FORMAT.copy.part");
    try (Stream<Path> files = Files.list(folder)) {
      if (!files.allMatch(file -> own.contains(file.getFileName().toString()))) {
        throw new StoreException(
            folder + ": is not empty and is no folder of a store; name an empty or a new one");
      }
    }
    byte[] secret = identityKey32 == null ? new byte[StoreKey.SIZE] : identityKey32.clone();
    if (identityKey32 == null) {
      new SecureRandom().nextBytes(secret);
      keyFile.write(VERSION, secret);
    }
    StoreKey key = StoreKey.of(secret);
    Arrays.fill(secret, (byte) 0);
    format.write(VERSION, key.check());
    return key;
  }
}
