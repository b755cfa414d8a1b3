package org.peerroom.gateway.authority;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerAddress;
import org.peerroom.gateway.ExitCode;
import org.peerroom.gateway.GatewayException;
import org.peerroom.gateway.Lifetime;
import org.peerroom.gateway.LogOptions;
import org.peerroom.gateway.StopSignal;
import org.peerroom.gateway.command.PassphraseOptions;
import org.peerroom.gateway.key.KeyFile;
import org.peerroom.gateway.log.StderrLogging;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the service until the process is told to stop. */
@Command(
    name = "run",
    description = "Certifies identities over HTTP until it is told to stop (SIGTERM or Ctrl-C).",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 110,
    footerHeading = "%nExamples:%n",
    footer = {
      "  java -jar gateway.jar authority run --key acme.key --data acme --listen 127.0.0.1:7410",
      "  java -jar gateway.jar authority run --key acme.key --data acme --listen 0.0.0.0:7410 \\",
      "    --tls-cert cert.pem --tls-key key.pem"
    })
final class AuthorityRunCommand implements Callable<Integer> {

  private static final Logger LOG = LoggerFactory.getLogger(AuthorityRunCommand.class);
  private static final Duration LONGEST_STOP = Duration.ofSeconds(15);
  private static final Duration SHORTEST_LIFE = Duration.ofSeconds(10);

  @Option(
      names = "--key",
      paramLabel = "FILE",
      required = true,
      description = "The key file of the authority.")
  private String key = "";

  @Mixin private PassphraseOptions passphrases = new PassphraseOptions();

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "The folder with tokens, the list of what was issued, and revocations.")
  private Path data = Path.of("");

  @Option(
      names = "--listen",
      required = true,
      paramLabel = "HOST:PORT",
      description = "Where to listen; port 0 takes a free one, which is logged.")
  private String listen = "";

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "The certificate chain for TLS, in PEM form. Without it: plain HTTP.")
  private @Nullable Path tlsCertificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "Its private key, PKCS#8 in PEM form, without a passphrase.")
  private @Nullable Path tlsKey;

  @Option(
      names = "--public-url",
      paramLabel = "URL",
      description = "How browsers reach this service, if not where it listens.")
  private @Nullable URI publicUrl;

  @Option(
      names = "--identity-life",
      paramLabel = "TIME",
      defaultValue = "30d",
      description = "How long a certificate lives, as 12h or 30d (default: ${DEFAULT-VALUE}).")
  private String life = "30d";

  @Mixin private OpenIdOptions openId = new OpenIdOptions();
  @Mixin private LogOptions log = new LogOptions();

  AuthorityRunCommand() {}

  @Override
  public Integer call() throws IOException {
    StderrLogging.setVerbosity(log.verbosity());
    ServerSettings settings = settings();
    Duration identityLife = Lifetime.parse("--identity-life", life);
    if (identityLife.compareTo(SHORTEST_LIFE) < 0) {
      throw GatewayException.badInput("--identity-life takes at least 10s");
    }
    OpenIdSettings provider = openId.settings();
    if (provider != null && publicUrl == null && isEverywhere(settings.host())) {
      throw GatewayException.badInput(
          "--oidc-issuer needs --public-url, because no browser can go to " + settings.host());
    }
    CountDownLatch stop = new CountDownLatch(1);
    try (KeyFile authority = KeyFile.open(key, passphrases);
        StopSignal signal = StopSignal.install(stop::countDown, () -> LONGEST_STOP);
        AuthorityService service =
            AuthorityService.start(
                authority.identity(),
                AuthorityFolder.open(data),
                identityLife,
                settings,
                provider,
                InstantSource.system())) {
      LOG.info(
          "the authority {} with key {} is served at {}",
          authority.identity().name(),
          service.key(),
          service.url());
      if (!settings.tls() && !isLoopback(settings.host())) {
        LOG.warn(
            "without TLS tokens can be read on the way; use --tls-cert, or a proxy that does TLS");
      }
      stop.await();
      service.close();
      signal.finished(ExitCode.OK);
      return ExitCode.OK.code();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.FAILED.code();
    }
  }

  private ServerSettings settings() {
    PeerAddress address;
    try {
      address = PeerAddress.parse(listen);
    } catch (IllegalArgumentException e) {
      throw GatewayException.badInput("--listen: " + e.getMessage(), e);
    }
    if (address.peer() != null) {
      throw GatewayException.badInput("--listen takes HOST:PORT, not '" + listen + "'");
    }
    if ((tlsCertificate == null) != (tlsKey == null)) {
      throw GatewayException.badInput("--tls-cert and --tls-key go together; give both or none");
    }
    if (publicUrl != null && !OpenIdSettings.isSafe(publicUrl)) {
      throw GatewayException.badInput("--public-url takes https://HOST, not '" + publicUrl + "'");
    }
    return new ServerSettings(address.host(), address.port(), tlsCertificate, tlsKey, publicUrl);
  }

  private static boolean isEverywhere(String host) {
    return host.equals("0.0.0.0") || host.equals("::");
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost") || host.equals("::1") || host.startsWith("127.");
  }
}
