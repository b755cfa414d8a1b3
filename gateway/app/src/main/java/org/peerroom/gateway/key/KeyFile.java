package org.peerroom.gateway.key;

import static org.peerroom.gateway.GatewayException.badInput;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.peerroom.gateway.command.PassphraseOptions;
import org.peerroom.gateway.command.Secret;
import org.peerroom.gateway.command.TextSource;
import org.peerroom.identity.Identity;
import org.peerroom.identity.IdentityException;

/**
 * A file with a private key that has been opened; forgets key and passphrase when it is closed.
 * What goes wrong is a {@link org.peerroom.gateway.GatewayException} with one line.
 */
public final class KeyFile implements AutoCloseable {

  private static final String WHAT = "the key file";

  private final Path path;
  private final Identity identity;
  private final Secret passphrase;

  private KeyFile(Path path, Identity identity, Secret passphrase) {
    this.path = path;
    this.identity = identity;
    this.passphrase = passphrase;
  }

  /** Whether there is something of this name. */
  public static boolean exists(String name) {
    return Files.exists(TextSource.path(WHAT, name));
  }

  /**
   * Opens it, with a passphrase only if it is protected by one.
   *
   * @param name as a person wrote it
   */
  public static KeyFile open(String name, PassphraseOptions options) {
    TextSource source = new TextSource(WHAT, name);
    if (source.isStandardInput()) {
      throw badInput("a key file is a file of its own, not standard input; name it");
    }
    KeySummary summary = Document.read(source).keyFile();
    Path path = TextSource.path(WHAT, name);
    Secret passphrase = summary.needsPassphrase() ? options.forExisting(name) : Secret.none();
    try {
      return new KeyFile(path, Identity.load(path, passphrase.chars()), passphrase);
    } catch (IdentityException e) {
      passphrase.close();
      throw badInput(String.valueOf(e.getMessage()), e);
    } catch (RuntimeException e) {
      passphrase.close();
      throw e;
    }
  }

  /**
   * Makes a file that does not exist; of two that make the same only one succeeds. Owns the
   * identity from now on, also when it fails.
   *
   * @param name as a person wrote it
   * @param none whether it is to have no passphrase
   */
  public static KeyFile create(
      String name, Identity identity, PassphraseOptions options, boolean none) {
    try {
      if (name.equals(TextSource.STANDARD)) {
        throw badInput("a private key is not written to standard output; name a file");
      }
      Path path = TextSource.path(WHAT, name);
      if (Files.exists(path)) {
        throw present(name);
      }
      Secret passphrase = options.forNew(name, none);
      try {
        save(name, identity, path, passphrase);
        return new KeyFile(path, identity, passphrase);
      } catch (RuntimeException e) {
        passphrase.close();
        throw e;
      }
    } catch (RuntimeException e) {
      identity.destroy();
      throw e;
    }
  }

  /** Takes the name before the file is written over it. */
  private static void save(String name, Identity identity, Path path, Secret passphrase) {
    try {
      Files.createFile(path);
    } catch (FileAlreadyExistsException e) {
      throw present(name);
    } catch (NoSuchFileException e) {
      throw badInput(name + " can't be written: there is no such folder", e);
    } catch (IOException e) {
      throw badInput(name + " can't be written; check the permissions of its folder", e);
    }
    try {
      identity.save(path, passphrase.chars());
    } catch (IdentityException e) {
      giveBack(path);
      throw badInput(String.valueOf(e.getMessage()), e);
    }
  }

  private static void giveBack(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // What is left is empty; the failure that is reported says more.
    }
  }

  private static RuntimeException present(String name) {
    return badInput(name + " exists already and is not overwritten; name another file");
  }

  /** Who it is for; forgotten when the file is closed. */
  public Identity identity() {
    return identity;
  }

  /** Writes what replaces its contents, protected as before. */
  public void replace(Identity changed) {
    try {
      changed.save(path, passphrase.chars());
    } catch (IdentityException e) {
      throw badInput(String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public void close() {
    identity.destroy();
    passphrase.close();
  }
}
