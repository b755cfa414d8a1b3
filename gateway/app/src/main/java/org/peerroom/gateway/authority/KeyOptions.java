package org.peerroom.gateway.authority;

import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.peerroom.gateway.GatewayException;
import org.peerroom.identity.Identity;
import org.peerroom.identity.IdentityException;
import picocli.CommandLine.Option;

/** The authority's own key. */
final class KeyOptions {

  @Option(
      names = "--key",
      required = true,
      paramLabel = "FILE",
      description = "The key file of the authority.")
  private Path key = Path.of("");

  @Option(
      names = "--passphrase-file",
      paramLabel = "FILE",
      description = {
        "The passphrase of the key file: the one line of a file that only you can read.",
        "Without it: PEERROOM_PASSPHRASE from the environment."
      })
  private @Nullable Path passphraseFile;

  KeyOptions() {}

  /**
   * Reads the key.
   *
   * @throws GatewayException with one line if that does not work
   */
  Identity load() {
    return load(key, passphraseFile);
  }

  static Identity load(Path file, @Nullable Path passphraseFile) {
    char[] passphrase = SecretText.read("--passphrase-file", passphraseFile, SecretText.PASSPHRASE);
    try {
      return Identity.load(file, passphrase);
    } catch (IdentityException e) {
      throw GatewayException.badInput(String.valueOf(e.getMessage()), e);
    } finally {
      if (passphrase != null) {
        Arrays.fill(passphrase, '\0');
      }
    }
  }
}
