package org.peerroom.gateway.authority;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.peerroom.authority.AuthorityClient;
import org.peerroom.gateway.GatewayException;
import org.peerroom.identity.Identity;
import org.peerroom.identity.IdentityException;
import picocli.CommandLine.Option;

/** An identity in a file, and the authority that certifies it. */
final class ClientOptions {

  @Option(
      names = "--identity",
      required = true,
      paramLabel = "FILE",
      description = "The file of the identity; it is written anew with the certificate.")
  private Path identity = Path.of("");

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

  @Option(
      names = "--passphrase-file",
      paramLabel = "FILE",
      description = {
        "The passphrase of the identity: the one line of a file that only you can read.",
        "Without it: PEERROOM_PASSPHRASE from the environment, else the file's mode protects it alone."
      })
  private @Nullable Path passphraseFile;

  ClientOptions() {}

  boolean exists() {
    return Files.exists(identity);
  }

  Identity load() {
    return KeyOptions.load(identity, passphraseFile);
  }

  AuthorityClient client(@Nullable Identity of) {
    URI known = of == null ? null : of.authority().orElse(null);
    URI url = authority == null ? known : authority;
    if (url == null) {
      throw GatewayException.badInput("say where the authority is: --authority URL");
    }
    try {
      return ca == null ? AuthorityClient.of(url) : AuthorityClient.of(url, ca);
    } catch (IllegalArgumentException e) {
      throw GatewayException.badInput(String.valueOf(e.getMessage()), e);
    }
  }

  void save(Identity certified) {
    char[] passphrase = SecretText.read("--passphrase-file", passphraseFile, SecretText.PASSPHRASE);
    try {
      certified.save(identity, passphrase);
    } catch (IdentityException e) {
      throw GatewayException.badInput(String.valueOf(e.getMessage()), e);
    } finally {
      if (passphrase != null) {
        Arrays.fill(passphrase, '\0');
      }
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
