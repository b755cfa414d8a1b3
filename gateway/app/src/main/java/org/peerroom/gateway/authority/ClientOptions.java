package org.peerroom.gateway.authority;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.peerroom.authority.AuthorityClient;
import org.peerroom.gateway.GatewayException;
import org.peerroom.gateway.command.PassphraseOptions;
import org.peerroom.gateway.key.KeyFile;
import org.peerroom.identity.Identity;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** An identity in a file, and the authority that certifies it. */
final class ClientOptions {

  @Option(
      names = "--identity",
      required = true,
      paramLabel = "FILE",
      description = "The file of the identity; it is written anew with the certificate.")
  private String identity = "";

  @Mixin private PassphraseOptions passphrases = new PassphraseOptions();

  @Option(
      names = "--authority",
      paramLabel = "URL",
      description = "Where the authority is. Without it: where the identity was certified before.")
  private @Nullable URI authority;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description =
          "Trust this certificate for TLS, in PEM form, instead of those that Java knows.")
  private @Nullable Path ca;

  ClientOptions() {}

  boolean exists() {
    return KeyFile.exists(identity);
  }

  PassphraseOptions passphrases() {
    return passphrases;
  }

  KeyFile open() {
    return KeyFile.open(identity, passphrases);
  }

  /**
   * Makes the file, with a new key.
   *
   * @param noPassphrase whether its mode is to protect it alone
   */
  KeyFile create(boolean noPassphrase) {
    return KeyFile.create(identity, Identity.generate("new"), passphrases, noPassphrase);
  }

  /**
   * Asks where the option says.
   *
   * @param known where to ask without it
   */
  AuthorityClient client(Optional<URI> known) {
    URI url = authority == null ? known.orElse(null) : authority;
    if (url == null) {
      throw GatewayException.badInput("say where the authority is: --authority URL");
    }
    try {
      return ca == null ? AuthorityClient.of(url) : AuthorityClient.of(url, ca);
    } catch (IllegalArgumentException e) {
      throw GatewayException.badInput(String.valueOf(e.getMessage()), e);
    }
  }

  /** One line for people, once it is saved. */
  String done(Identity certified) {
    var last = certified.certificates().get(certified.certificates().size() - 1);
    return identity
        + ": "
        + certified.name()
        + ", key "
        + certified.key()
        + ", certified until "
        + last.expiresAt();
  }
}
