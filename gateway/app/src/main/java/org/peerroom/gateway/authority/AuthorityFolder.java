package org.peerroom.gateway.authority;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.peerroom.gateway.GatewayException;
import org.peerroom.gateway.command.AtomicFile;

/**
 * Where an authority keeps what it must not forget: tokens, the list of what it issued, and
 * revocations. Several processes may use the folder at the same time. Only its owner can read it.
 */
record AuthorityFolder(Path root) {

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
          Files.createDirectories(folder, AtomicFile.forOwner("rwx------"));
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
}
