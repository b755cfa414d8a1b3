package org.peerroom.gateway.key;

import java.nio.file.Path;
import org.peerroom.gateway.GatewayException;
import org.peerroom.identity.Identity;

/** A file with a private key that has been opened; forgets key and passphrase when it is closed. */
final class KeyFile implements AutoCloseable {

  private static final String WHAT = "the key file";

  private final Path path;
  private final Identity identity;
  private final Passphrase passphrase;

  private KeyFile(Path path, Identity identity, Passphrase passphrase) {
    this.path = path;
    this.identity = identity;
    this.passphrase = passphrase;
  }

  /**
   * Opens it, with a passphrase only if it is protected by one.
   *
   * @param name as a person wrote it
   */
  static KeyFile open(String name, PassphraseOptions options) {
    TextSource source = new TextSource(WHAT, name);
    if (source.isStandardInput()) {
      throw GatewayException.badInput(
          "a key file is a file of its own, not standard input; name it");
    }
    KeySummary summary = Document.read(source).keyFile();
    Path path = TextSource.path(WHAT, name);
    Passphrase passphrase =
        summary.needsPassphrase() ? options.forExisting(name) : Passphrase.none();
    try {
      return new KeyFile(path, Identity.load(path, passphrase.chars()), passphrase);
    } catch (RuntimeException e) {
      passphrase.close();
      throw e;
    }
  }

  Identity identity() {
    return identity;
  }

  /** Writes what replaces its contents, protected as before. */
  void replace(Identity changed) {
    changed.save(path, passphrase.chars());
  }

  @Override
  public void close() {
    identity.destroy();
    passphrase.close();
  }
}
