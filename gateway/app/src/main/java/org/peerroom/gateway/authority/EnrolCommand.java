package org.peerroom.gateway.authority;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.peerroom.authority.AuthorityClient;
import org.peerroom.authority.AuthorityException;
import org.peerroom.gateway.ExitCode;
import org.peerroom.gateway.GatewayException;
import org.peerroom.identity.Identity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Has an identity certified. */
@Command(
    name = "enrol",
    description = {
      "Has the key of an identity certified by an authority, by a token or by a login.",
      "Makes the identity where the file does not exist."
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

  private static final int SHOWN_DIGITS = 16;

  @Mixin private ClientOptions options = new ClientOptions();

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = {
        "The token: the one line of a file that only you can read.",
        "Without it: PEERROOM_TOKEN from the environment."
      })
  private @Nullable Path tokenFile;

  @Option(names = "--login", description = "Log in with a browser instead.")
  private boolean login;

  EnrolCommand() {}

  @Override
  public Integer call() {
    char[] token = SecretText.read("--token-file", tokenFile, SecretText.TOKEN);
    if (!login && token == null) {
      throw GatewayException.badInput("give --token-file FILE, or --login");
    }
    Identity identity = options.exists() ? options.load() : Identity.generate("new");
    try {
      AuthorityClient client = options.client(identity);
      // A key that is lost after the token is used up would take a new token.
      options.save(identity);
      Identity certified =
          login || token == null
              ? client.enrolByLogin(identity, uri -> show(uri.toString(), identity)).block()
              : client.enrol(identity, new String(token)).block();
      if (certified == null) {
        throw new IllegalStateException("the authority client ended without an answer");
      }
      options.save(certified);
      System.out.println(options.done(certified));
      return ExitCode.OK.code();
    } catch (AuthorityException e) {
      throw new GatewayException(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
    } finally {
      identity.destroy();
      if (token != null) {
        Arrays.fill(token, '\0');
      }
    }
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
