package org.peerroom.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which provider makes and verifies signatures: picked, refused, seen and added as README says. */
class ProviderIT {

  private static final String[] RUN = {
    "--routes", "room.yaml", "--set", "camel.component.room.listen=127.0.0.1:0"
  };
  private static final Pattern SHOWN =
      Pattern.compile(
          "works with Ed25519 (.+), X-Wing, X25519 and ChaCha20-Poly1305 BouncyCastle \\S+, AES-GCM SunJCE$");
  private static final String UNKNOWN =
      "gateway: peerroom.crypto.provider is auto, bouncycastle, corretto or jdk, not 'nonsense'";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"auto, BouncyCastle 1.", "jdk, JDK SunEC"})
  void run_saysWhichProvidersWork(String name, String shown) throws Exception {
    String provider = shownBy(GatewayProcess.jar(), name);
    assertTrue(provider.startsWith(shown), provider);
  }

  /** The class path of the jar names a place for it, which is empty as shipped. */
  @Test
  @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
  void run_takesCorrettoWhenItIsPutIntoLib() throws Exception {
    Path installed = Files.createDirectory(folder.resolve("gateway"));
    Path lib = Files.createDirectory(installed.resolve("lib"));
    Path shipped = GatewayProcess.jar();
    Files.copy(shipped, installed.resolve("gateway.jar"));
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(shipped.resolveSibling("lib"))) {
      for (Path jar : jars) {
        Files.createSymbolicLink(lib.resolve(jar.getFileName()), jar);
      }
    }
    Files.copy(
        Path.of(System.getProperty("corretto.jar")),
        lib.resolve("AmazonCorrettoCryptoProvider.jar"));
    String provider = shownBy(installed.resolve("gateway.jar"), "auto");
    assertTrue(provider.startsWith("Corretto "), provider);
  }

  /** On the line that it logs at its start, after which it runs. */
  private String shownBy(Path gateway, String provider) throws Exception {
    writeRoutes();
    try (GatewayProcess process =
        GatewayProcess.start(gateway, option(provider), folder, Map.of(), RUN)) {
      String shown = process.await(SHOWN).group(1);
      process.awaitRoutes();
      return shown;
    }
  }

  @Test
  void run_refusesAnUnknownProvider() throws Exception {
    writeRoutes();
    assertEquals(UNKNOWN, refusalOf("nonsense", RUN));
  }

  @Test
  void run_refusesAProviderThatIsNotThere() throws Exception {
    writeRoutes();
    assertEquals(
        "gateway: peerroom.crypto.provider=corretto asks for the Amazon Corretto Crypto Provider, but it is"
            + " not on the class path; add software.amazon.cryptools:AmazonCorrettoCryptoProvider for this"
            + " machine, or take auto",
        refusalOf("corretto", RUN));
  }

  /** Not taken for a bad key, a bad signature or a bad name. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "key new b.key --name b --no-passphrase",
        "key request a.key",
        "key sign --key a.key b.request",
        "key trust trust.json --add B=b.request"
      })
  void key_refusesAnUnknownProvider(String command) throws Exception {
    done("key", "new", "a.key", "--name", "a", "--no-passphrase");
    done("key", "new", "c.key", "--name", "c", "--no-passphrase");
    done("key", "request", "c.key", "-o", "b.request");
    assertEquals(UNKNOWN, refusalOf("nonsense", command.split(" ")));
    assertFalse(Files.exists(folder.resolve("b.key")));
    assertFalse(Files.exists(folder.resolve("trust.json")));
  }

  private void done(String... arguments) throws Exception {
    try (GatewayProcess process = GatewayProcess.start(folder, arguments)) {
      assertEquals(ExitCode.OK.code(), process.exitCode(), () -> process.errors().toString());
    }
  }

  private String refusalOf(String provider, String... arguments) throws Exception {
    try (GatewayProcess process =
        GatewayProcess.start(GatewayProcess.jar(), option(provider), folder, Map.of(), arguments)) {
      assertEquals(ExitCode.BAD_INPUT.code(), process.exitCode());
      assertEquals(1, process.errors().size(), () -> process.errors().toString());
      assertEquals(List.of(), process.output());
      return process.errors().get(0);
    }
  }

  private void writeRoutes() throws Exception {
    Files.writeString(
        folder.resolve("room.yaml"),
        """
        - route:
            from:
              uri: room:orders
              steps:
                - log: heard
        """);
  }

  private static List<String> option(String provider) {
    return List.of("-Dpeerroom.crypto.provider=" + provider);
  }
}
