package org.peerroom.gateway.authority;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.peerroom.authority.AuthorityClient;
import org.peerroom.authority.AuthorityException;
import org.peerroom.authority.AuthorityException.Reason;
import org.peerroom.gateway.GatewayProcess;
import org.peerroom.gateway.command.PassphraseOptions;
import org.peerroom.identity.Certificate;
import org.peerroom.identity.ChainVerifier;
import org.peerroom.identity.Identity;
import org.peerroom.identity.Purpose;
import org.peerroom.identity.Refusal;
import org.peerroom.identity.Revocation;
import org.peerroom.identity.RevocationList;
import org.peerroom.identity.Role;
import org.peerroom.identity.Scope;
import org.peerroom.identity.SignatureChain;
import org.peerroom.identity.TrustedAuthorities;
import org.peerroom.identity.TrustedAuthority;
import org.peerroom.identity.Verification;
import org.peerroom.identity.VerificationKey;
import org.peerroom.identity.VerifiedIdentity;
import reactor.core.publisher.Mono;

/** The authority as a person runs it: processes of the packaged jar, and files. */
class AuthorityIT {

  private static final String PASSPHRASE = "correct horse battery";
  private static final Map<String, String> SECRETS = Map.of(PassphraseOptions.VARIABLE, PASSPHRASE);
  private static final Pattern SERVED =
      Pattern.compile("the authority Acme with key ([0-9a-f]{64}) is served at (http\\S+)");

  @TempDir Path folder;

  @BeforeEach
  void makeKey() {
    Identity key = Identity.generate("Acme");
    key.save(folder.resolve("acme.key"), PASSPHRASE.toCharArray());
    key.destroy();
  }

  private GatewayProcess run(String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "authority",
                "run",
                "--key",
                "acme.key",
                "--data",
                "acme",
                "--listen",
                "127.0.0.1:0"));
    arguments.addAll(List.of(more));
    return GatewayProcess.start(folder, SECRETS, arguments.toArray(new String[0]));
  }

  private static URI url(GatewayProcess authority) {
    return URI.create(authority.await(SERVED).group(2));
  }

  private static TrustedAuthorities trusted(GatewayProcess authority) {
    VerificationKey key = new VerificationKey(authority.await(SERVED).group(1));
    return TrustedAuthorities.of(List.of(new TrustedAuthority("Acme", key, null)));
  }

  private List<String> command(Map<String, String> environment, String... arguments)
      throws Exception {
    try (GatewayProcess process = GatewayProcess.start(folder, environment, arguments)) {
      assertEquals(0, process.exitCode(), () -> String.join("\n", process.errors()));
      return process.output();
    }
  }

  private String token(String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("authority", "token", "--data", "acme", "--name", "alice"));
    arguments.addAll(List.of(more));
    List<String> output = command(Map.of(), arguments.toArray(new String[0]));
    assertEquals(1, output.size());
    return output.get(0);
  }

  private static Reason reason(Mono<Identity> answer) {
    return assertThrows(AuthorityException.class, answer::block).reason();
  }

  @Test
  void authority_enrolsRenewsRevokesAndRemembers() throws Exception {
    Identity alice;
    TrustedAuthorities trusted;
    String token;
    try (GatewayProcess process = run()) {
      trusted = trusted(process);
      AuthorityClient client = AuthorityClient.of(url(process));
      token =
          token(
              "--org",
              "Acme",
              "--attribute",
              "email=alice@acme.example",
              "--rooms",
              "orders,stock*",
              "--roles",
              "publish,subscribe");
      alice = client.enrol(Identity.generate("whoever"), token).block();
      assertEquals(Reason.REFUSED, reason(client.enrol(Identity.generate("again"), token)));
      assertEquals(0, process.stop(), () -> String.join("\n", process.errors()));
      assertFalse(String.join("\n", process.errors()).contains(token));
      assertFalse(String.join("\n", process.errors()).contains(PASSPHRASE));
    }
    // With the authority gone, the chain is verified.
    VerifiedIdentity verified =
        assertInstanceOf(VerifiedIdentity.class, verify(alice, trusted, RevocationList.none()));
    assertEquals("alice", verified.name());
    assertEquals(Map.of("org", "Acme", "email", "alice@acme.example"), verified.attributes());
    Scope scope = alice.certificates().get(0).scope();
    assertEquals(
        Scope.ALL.withRooms("orders", "stock*").withRoles(Role.PUBLISH, Role.SUBSCRIBE).rooms(),
        scope.rooms());

    try (GatewayProcess process = run()) {
      AuthorityClient client = AuthorityClient.of(url(process));
      assertEquals(
          Reason.REFUSED,
          reason(client.enrol(Identity.generate("again"), token)),
          "a token is still used after a restart");
      Identity renewed = client.renew(alice).block();
      assertNotEquals(alice.certificates(), renewed.certificates());
      assertEquals(scope, renewed.certificates().get(0).scope());
      assertListed("valid  ", 2);

      revoke("--name", "alice", "--reason", "key lost");
      RevocationList revoked = served(url(process), trusted);
      for (Identity old : List.of(alice, renewed)) {
        assertEquals(
            Refusal.Reason.REVOKED,
            assertInstanceOf(Refusal.class, verify(old, trusted, revoked)).reason());
        assertEquals(Reason.REFUSED, reason(client.renew(old)));
      }
      assertListed("revoked", 2);
      Identity bob = client.enrol(Identity.generate("x"), token()).block();
      assertInstanceOf(VerifiedIdentity.class, verify(bob, trusted, revoked));
      assertListed("revoked", 2);
      assertListed("valid  ", 1);
    }
  }

  private static Verification verify(
      Identity identity, TrustedAuthorities trusted, RevocationList revoked) throws Exception {
    return ChainVerifier.create()
        .verify(
            SignatureChain.of(identity.certificates()),
            trusted,
            revoked,
            Instant.now(),
            Purpose.IDENTIFY,
            null);
  }

  private void revoke(String... what) throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("authority", "revoke", "--data", "acme", "--key", "acme.key"));
    arguments.addAll(List.of(what));
    List<String> output = command(SECRETS, arguments.toArray(new String[0]));
    assertEquals(2, output.size(), () -> String.join("\n", output));
    assertEquals(output.get(1), Files.readString(folder.resolve(output.get(0))));
    assertEquals("key lost", Revocation.parse(output.get(1)).reason().orElseThrow());
  }

  private static RevocationList served(URI url, TrustedAuthorities trusted) throws Exception {
    String body =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(url.resolve("/v1/revocations")).build(),
                BodyHandlers.ofString())
            .body();
    RevocationList list = RevocationList.create();
    for (String text :
        Json.texts(Json.parse(body.getBytes(StandardCharsets.UTF_8)), "revocations")) {
      list.add(Revocation.parse(text), trusted, Instant.now(), ChainVerifier.create());
    }
    assertEquals(1, list.size());
    return list;
  }

  private void assertListed(String state, int count) throws Exception {
    List<String> lines = command(Map.of(), "authority", "list", "--data", "acme");
    assertEquals(
        count,
        lines.stream().filter(line -> line.startsWith(state + "  ")).count(),
        () -> String.join("\n", lines));
  }

  @Test
  void authority_refusesAnExpiredToken() throws Exception {
    try (GatewayProcess process = run()) {
      AuthorityClient client = AuthorityClient.of(url(process));
      String token = token("--ttl", "1s");
      Instant made = Instant.now();
      Awaitility.await().until(() -> Instant.now().isAfter(made.plusSeconds(1)));
      AuthorityException refused =
          assertThrows(
              AuthorityException.class, () -> client.enrol(Identity.generate("x"), token).block());
      assertTrue(refused.getMessage().contains("the token has expired"), refused.getMessage());
    }
  }

  @Test
  void authority_honoursATokenOnceInTwoProcesses() throws Exception {
    try (GatewayProcess first = run();
        GatewayProcess second = run()) {
      List<AuthorityClient> clients =
          List.of(AuthorityClient.of(url(first)), AuthorityClient.of(url(second)));
      AuthorityFolder data = AuthorityFolder.existing(folder.resolve("acme"));
      TokenStore tokens = new TokenStore(data);
      for (int round = 0; round < 10; round++) {
        Instant now = Instant.now();
        String token =
            tokens.create(
                new Certification("alice", Scope.ALL), now, now.plus(Duration.ofHours(1)));
        List<Mono<Boolean>> races = new ArrayList<>();
        for (AuthorityClient client : clients) {
          races.add(
              client
                  .enrol(Identity.generate("racer"), token)
                  .map(any -> true)
                  .onErrorResume(
                      AuthorityException.class,
                      e -> e.reason() == Reason.REFUSED ? Mono.just(false) : Mono.error(e)));
        }
        List<Object> results = Mono.zip(races, List::of).block();
        assertEquals(1, results.stream().filter(Boolean.TRUE::equals).count(), results.toString());
      }
      assertEquals(10, Files.readAllLines(data.issued()).size());
      // What one process issued, the other renews.
      Identity alice = clients.get(0).enrol(Identity.generate("x"), token()).block();
      assertEquals("alice", clients.get(1).renew(alice).block().name());
    }
  }

  @Test
  void authority_losesNothingWhenItIsKilled() throws Exception {
    Identity alice;
    try (GatewayProcess process = run()) {
      alice = AuthorityClient.of(url(process)).enrol(Identity.generate("x"), token()).block();
      process.kill();
    }
    assertListed("valid  ", 1);
    try (GatewayProcess process = run()) {
      assertEquals("alice", AuthorityClient.of(url(process)).renew(alice).block().name());
    }
  }

  @Test
  void enrolCommand_makesAnIdentityThatIsRenewed() throws Exception {
    TlsFiles tls = TlsFiles.make(folder);
    try (GatewayProcess process = run("--tls-cert", "tls.crt", "--tls-key", "tls.key")) {
      Path token =
          Files.createFile(
              folder.resolve("alice.token"),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(token, token() + "\n");
      String ca = tls.certificate().toString();
      List<String> said =
          command(
              SECRETS,
              "authority",
              "enrol",
              "--authority",
              url(process).toString(),
              "--ca",
              ca,
              "--identity",
              "alice.json",
              "--token-file",
              "alice.token");
      assertTrue(said.get(0).startsWith("alice.json: alice, key "), said.get(0));
      Identity alice = Identity.load(folder.resolve("alice.json"), PASSPHRASE.toCharArray());
      assertInstanceOf(
          VerifiedIdentity.class, verify(alice, trusted(process), RevocationList.none()));
      command(SECRETS, "authority", "renew", "--identity", "alice.json", "--ca", ca);
      Identity renewed = Identity.load(folder.resolve("alice.json"), PASSPHRASE.toCharArray());
      assertEquals(alice.key(), renewed.key());
      Certificate last = renewed.certificates().get(0);
      assertNotEquals(alice.certificates().get(0).id(), last.id());
    }
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        mistake(2, "say what to do: authority run, token, list", "authority"),
        mistake(2, "Missing required option: '--name=NAME'", "authority token --data acme"),
        mistake(2, "--ttl takes a number", "authority token --data acme --name a --ttl 5x"),
        mistake(2, "a role is", "authority token --data acme --name a --roles publish,admin"),
        mistake(2, "a room pattern", "authority token --data acme --name a --rooms a*b"),
        mistake(
            2,
            "the attribute org is given twice; give it once",
            "authority token --data acme --name a --org A --attribute org=B"),
        mistake(
            2,
            "--attribute takes NAME=VALUE, not 'org'",
            "authority token --data acme --name a --attribute org"),
        mistake(
            2,
            "the token file none does not exist; check --token-file",
            "authority enrol --authority x --identity a.json --token-file none"),
        mistake(
            2,
            "standard input can't be both the passphrase and the token; name a file",
            "authority enrol --authority x --identity a.json --token-file - --passphrase-file -"),
        mistake(
            2,
            "give --token-file FILE or --login, not both",
            "authority enrol --authority x --identity a.json --token-file a --login"),
        mistake(
            2,
            "--no-passphrase is for a file that is made",
            "authority enrol --authority x --identity acme.key --login --no-passphrase"),
        mistake(
            2,
            "--subject: a public key has 64 hex digits, this has 40",
            "authority revoke --data acme --key acme.key --subject "
                + "0123456789012345678901234567890123456789"),
        mistake(2, "there is no authority's data in none", "authority list --data none"),
        mistake(2, "none.key", "authority run --key none.key --data acme --listen 127.0.0.1:0"),
        mistake(
            2, "expected HOST:PORT", "authority run --key acme.key --data acme --listen nowhere"),
        mistake(
            2,
            "--tls-cert and --tls-key go together",
            "authority run --key acme.key --data acme --listen 127.0.0.1:0 --tls-cert x"),
        mistake(
            2,
            "need --oidc-issuer",
            "authority run --key acme.key --data acme --listen 127.0.0.1:0 --oidc-client-id x"),
        mistake(
            2,
            "--oidc-issuer takes https://",
            "authority run --key acme.key --data acme --listen 127.0.0.1:0 --oidc-client-id x"
                + " --oidc-issuer http://accounts.example"),
        mistake(
            2,
            "is not encrypted; use https",
            "authority enrol --authority http://authority.example --identity a.json --login"),
        mistake(2, "give --token-file FILE", "authority enrol --authority x --identity a.json"),
        mistake(
            1,
            "can't be reached",
            "authority enrol --authority http://127.0.0.1:1 --identity a.json --login"));
  }

  private static Arguments mistake(int code, String expected, String arguments) {
    return Arguments.of(code, expected, arguments);
  }

  @ParameterizedTest(name = "{2}")
  @MethodSource("mistakes")
  void command_failsWithOneLine(int code, String expected, String arguments) throws Exception {
    if (arguments.contains("revoke")) {
      token();
    }
    assertFails(code, expected, SECRETS, arguments.split(" "));
  }

  @Test
  void run_failsForAWrongPassphrase() throws Exception {
    String[] arguments = "authority run --key acme.key --data acme --listen 127.0.0.1:0".split(" ");
    assertFails(2, "acme.key", Map.of(PassphraseOptions.VARIABLE, "do-not-print-me"), arguments);
  }

  @Test
  void run_failsForAPortInUse() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + taken.getLocalPort();
      assertFails(
          3,
          "cannot listen on " + address + ": the port is in use",
          SECRETS,
          "authority",
          "run",
          "--key",
          "acme.key",
          "--data",
          "acme",
          "--listen",
          address);
    }
  }

  @Test
  void run_failsWhereNobodyCanBeAskedForThePassphrase() throws Exception {
    String[] arguments = "authority run --key acme.key --data acme --listen 127.0.0.1:0".split(" ");
    assertFails(
        2, "acme.key is protected by a passphrase: give --passphrase-file", Map.of(), arguments);
  }

  @Test
  void enrol_failsWithoutAPassphraseAndLeavesNothing() throws Exception {
    String enrol = "authority enrol --authority http://127.0.0.1:1 --identity a.json --login";
    assertFails(2, "there is no passphrase for a.json", Map.of(), enrol.split(" "));
    assertFalse(Files.exists(folder.resolve("a.json")));
  }

  @Test
  void revoke_failsForWhatIsNotThere() throws Exception {
    token();
    assertFails(
        2,
        "no certificate that is still valid is meant",
        SECRETS,
        "authority",
        "revoke",
        "--data",
        "acme",
        "--key",
        "acme.key",
        "--name",
        "nobody");
  }

  private void assertFails(
      int code, String expected, Map<String, String> environment, String... arguments)
      throws Exception {
    try (GatewayProcess process = GatewayProcess.start(folder, environment, arguments)) {
      int ended = process.exitCode();
      String all = String.join("\n", process.errors());
      assertEquals(code, ended, all);
      assertEquals(List.of(), process.output());
      assertEquals(1, process.errors().size(), all);
      assertTrue(all.startsWith("gateway: "), all);
      assertTrue(all.contains(expected), all);
      assertFalse(all.contains("Exception"), all);
      assertFalse(all.contains("do-not-print-me"), all);
    }
  }
}
