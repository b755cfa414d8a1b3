package org.peerroom.gateway.authority;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.peerroom.authority.AuthorityClient;
import org.peerroom.authority.AuthorityException;
import org.peerroom.gateway.ExitCode;
import org.peerroom.gateway.GatewayException;
import org.peerroom.gateway.command.Secret;
import org.peerroom.gateway.command.TextSource;
import org.peerroom.gateway.key.KeyFile;
import org.peerroom.identity.Identity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Has an identity certified. */
@Command(
    name = "enrol",
    description = {
      "Has the key of an identity certified by an authority, by a token or by a login.",
      "Makes the identity where the file does not exist, with a passphrase that is given or asked for."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 110,
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -jar gateway.jar authority enrol --authority https://authority.example --identity alice.key \\",
      "    --token-file alice.token",
      "  java -jar gateway.jar authority enrol --authority https://authority.example --identity alice.key --login"
    })
final class EnrolCommand implements Callable<Integer> {

  private static final String VARIABLE = "PEERROOM_TOKEN";
  private static final int SHOWN_DIGITS = 16;

  @Mixin private ClientOptions options = new ClientOptions();

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = {
        "The token: the one line of a file that only you can read, or - for standard input.",
        "Without it: PEERROOM_TOKEN from the environment."
      })
  private @Nullable String tokenFile;

  @Option(names = "--login", description = "Log in with a browser instead.")
  private boolean login;

  @Option(
      names = "--no-passphrase",
      description = "No passphrase for a new file: whoever can read it can speak in this name.")
  private boolean none;

  EnrolCommand() {}

  @Override
  public Integer call() {
    try (Secret token = token();
        KeyFile file = file()) {
      Identity identity = file.identity();
      AuthorityClient client = options.client(identity.authority());
      char[] chars = token == null ? null : token.chars();
      Identity certified =
          chars == null
              ? client.enrolByLogin(identity, uri -> show(uri.toString(), identity)).block()
              : client.enrol(identity, new String(chars)).block();
      if (certified == null) {
        throw new IllegalStateException("the authority client ended without an answer");
      }
      file.replace(certified);
      System.out.println(options.done(certified));
      return ExitCode.OK.code();
    } catch (AuthorityException e) {
      throw new GatewayException(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
    }
  }

  /** Null where a login takes its place. */
  private @Nullable Secret token() {
    if (login) {
      if (tokenFile != null) {
        throw GatewayException.badInput("give --token-file FILE or --login, not both");
      }
      return null;
    }
    if (tokenFile != null) {
      options.passphrases().notBoth(new TextSource("the token", tokenFile));
    }
    Secret token = Secret.given("token", "--token-file", tokenFile, VARIABLE);
    if (token == null) {
      throw GatewayException.badInput("give --token-file FILE, or --login");
    }
    return token;
  }

  /** A key that is lost after the token is used up would take a new token: it is written first. */
  private KeyFile file() {
    if (options.exists()) {
      if (none) {
        throw GatewayException.badInput(
            "--no-passphrase is for a file that is made; this one exists, and stays as it is");
      }
      return options.open();
    }
    // Nothing is made for an address that can't be one.
    options.client(Optional.empty());
    return options.create(none);
  }

  private static void show(String uri, Identity identity) {
    System.err.println("Open this in a browser and log in:");
    System.err.println(uri);
    System.err.println(
        "Confirm there only if it shows the key "
            + identity.key().hex().substring(0, SHOWN_DIGITS)
            + "…");
  }
}
