package org.peerroom.identity;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

final class IdentityFile {
  private IdentityFile() {}

  static Identity load(Path file, char @Nullable [] passphrase) {
    throw new IdentityException(file + ": identity files cannot be read yet");
  }

  static void save(Identity identity, Path file, char @Nullable [] passphrase) {
    throw new IdentityException(file + ": identity files cannot be written yet");
  }
}
