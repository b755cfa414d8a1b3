package org.peerroom.gateway.authority;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.peerroom.gateway.GatewayProcess;
import org.peerroom.gateway.command.PassphraseOptions;
import org.peerroom.identity.Identity;

/** An authority takes a certificate back, and the gateways expel its holder, as processes. */
class RevocationIT {

  private static final Map<String, String> SECRETS =
      Map.of(PassphraseOptions.VARIABLE, "correct horse battery");
  private static final Pattern SERVED =
      Pattern.compile("the authority Acme with key ([0-9a-f]{64}) is served at (http\\S+)");
  private static final String ROUTE =
      """
      - route:
          from:
            uri: room:orders?admission=certified
            steps:
              - to: log:orders
      """;

  private final List<GatewayProcess> processes = new ArrayList<>();

  @TempDir Path folder;

  @AfterEach
  void end() throws Exception {
    for (GatewayProcess process : processes) {
      process.close();
    }
  }

  private GatewayProcess start(String... arguments) throws Exception {
    GatewayProcess process = GatewayProcess.start(folder, SECRETS, arguments);
    processes.add(process);
    return process;
  }

  private List<String> command(String... arguments) throws Exception {
    GatewayProcess process = start(arguments);
    assertEquals(0, process.exitCode(), () -> String.join("\n", process.errors()));
    return process.output();
  }

  private void enrol(String name, String url) throws Exception {
    List<String> token = command("authority", "token", "--data", "acme", "--name", name);
    Path file = Files.writeString(folder.resolve(name + ".token"), token.get(0));
    file.toFile().setReadable(false, false);
    file.toFile().setReadable(true, true);
    command(
        "authority",
        "enrol",
        "--authority",
        url,
        "--identity",
        name + ".key",
        "--no-passphrase",
        "--token-file",
        name + ".token");
  }

  private GatewayProcess gateway(String name, String where) throws Exception {
    return start(
            "--routes",
            "room.yaml",
            "--set",
            "camel.component.room.identity=" + name + ".key",
            "--set",
            "camel.component.room.trust=trust.json",
            "--set",
            "camel.component.room.authorityPoll=1s",
            "--set",
            "camel.component.room." + where)
        .awaitRoutes();
  }

  @Test
  void authority_thatRevokesHasTheGatewaysExpelWhoHasTheKey() throws Exception {
    Files.writeString(folder.resolve("room.yaml"), ROUTE);
    command("key", "new", "acme.key", "--name", "Acme");
    GatewayProcess authority =
        start("authority", "run", "--key", "acme.key", "--data", "acme", "--listen", "127.0.0.1:0");
    String url = authority.await(SERVED).group(2);
    command("key", "trust", "trust.json", "--add", "Acme=" + authority.await(SERVED).group(1));
    enrol("alice", url);
    enrol("bob", url);
    GatewayProcess a = gateway("alice", "listen=127.0.0.1:0");
    gateway("bob", "bootstrap=" + a.roomAddress());
    a.await(Pattern.compile("room 'orders': .*bob"));

    command(
        "authority",
        "revoke",
        "--data",
        "acme",
        "--key",
        "acme.key",
        "--subject",
        "bob.key",
        "--reason",
        "key lost");
    String bob = Identity.load(folder.resolve("bob.key"), null).key().shortHex();
    a.await(Pattern.compile("revoked until .*every certificate of key " + bob + ".*key lost"));
    a.await(Pattern.compile("room 'orders': expelled peer [0-9a-f]{8}, bob.*revoked"));
    assertEquals(0, a.stop(), () -> String.join("\n", a.errors()));
  }
}
