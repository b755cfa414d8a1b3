package org.peerroom.gateway.authority;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import org.peerroom.gateway.ExitCode;
import org.peerroom.gateway.GatewayException;
import org.peerroom.gateway.Lifetime;
import org.peerroom.gateway.command.ScopeOptions;
import org.peerroom.identity.Scope;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes a one-time token. */
@Command(
    name = "token",
    description = {
      "Makes a token with which one key is certified once, and prints it. Whoever has it becomes NAME:",
      "hand it over where no one else reads. Works while the service runs, and without it."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 110,
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -jar gateway.jar authority token --data acme --name alice --org Acme --ttl 24h",
      "  java -jar gateway.jar authority token --data acme --name sensor-7 --rooms 'sensors*' --roles publish"
    })
final class TokenCommand implements Callable<Integer> {

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "The folder of the authority; made where there is none.")
  private Path data = Path.of("");

  @Option(
      names = "--name",
      required = true,
      paramLabel = "NAME",
      description = "Who will be certified.")
  private String name = "";

  @Mixin private ScopeOptions scope = new ScopeOptions();

  @Option(
      names = "--ttl",
      paramLabel = "TIME",
      defaultValue = "24h",
      description = "How long the token can be used (default: ${DEFAULT-VALUE}).")
  private String ttl = "24h";

  TokenCommand() {}

  @Override
  public Integer call() throws IOException {
    Duration life = Lifetime.parse("--ttl", ttl);
    Scope wanted = scope.scope();
    Certification certification;
    try {
      certification = new Certification(name, wanted);
    } catch (IllegalArgumentException e) {
      throw GatewayException.badInput("--name: " + e.getMessage(), e);
    }
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    String token =
        new TokenStore(AuthorityFolder.open(data)).create(certification, now, now.plus(life));
    System.out.println(token);
    return ExitCode.OK.code();
  }
}
