package org.peerroom.gateway.room;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.peerroom.Acks;
import org.peerroom.Admission;
import org.peerroom.OutgoingMessage;
import org.peerroom.Peer;
import org.peerroom.PeerId;
import org.peerroom.Receipt;
import org.peerroom.Room;
import org.peerroom.RoomConfig;
import org.peerroom.RoomPolicy;
import org.peerroom.RoomSecret;
import org.peerroom.SignedReceipt;
import org.peerroom.gateway.ExitCode;
import org.peerroom.gateway.GatewayCall;
import org.peerroom.gateway.GatewayProcess;
import org.peerroom.identity.Identity;
import org.peerroom.identity.Scope;
import org.peerroom.identity.TrustedAuthorities;
import org.peerroom.identity.TrustedAuthority;
import reactor.core.publisher.Flux;

/** Receipts out of the folder of a peer that runs, and what a third party makes of them. */
class ReceiptsIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Instant FROM = Instant.now().minus(Duration.ofHours(1));
  private static final Instant UNTIL = Instant.now().plus(Duration.ofHours(23));
  private static final String SECRET = "a secret among us";

  @TempDir private Path folder;

  private final Identity acme = Identity.generate("Acme");
  private final TrustedAuthorities trusted =
      TrustedAuthorities.of(List.of(TrustedAuthority.of("Acme", acme.key())));
  private final List<Peer> peers = new ArrayList<>();
  private Room desk;
  private PeerId deskId;

  private Identity identity(String name) {
    Identity fresh = Identity.generate(name);
    return fresh.withCertificates(
        List.of(acme.certify(fresh.request(FROM), name, Scope.ALL, FROM, UNTIL)));
  }

  private static RoomConfig orders(Identity acme) {
    return RoomConfig.of("orders")
        .withSecret(RoomSecret.of(SECRET.toCharArray()))
        .withPolicy(RoomPolicy.DEFAULT.withAdmission(Admission.certifiedBy(List.of(acme.key()))));
  }

  @BeforeEach
  void meet() throws IOException {
    Identity desks = identity("desk");
    desks.save(folder.resolve("desk.key"), null);
    Peer first =
        start(
            Peer.builder()
                .identity(desks)
                .trust(trusted)
                .data(folder.resolve("data"))
                .listen("127.0.0.1:0"));
    Peer second =
        start(
            Peer.builder()
                .identity(identity("stock"))
                .trust(trusted)
                .bootstrap(first.listenAddress().orElseThrow().toString()));
    deskId = first.id();
    desk = first.join(orders(acme)).block(LIMIT);
    second.join(orders(acme)).block(LIMIT);
    Room room = desk;
    Awaitility.await().atMost(LIMIT).until(() -> room.members().size() == 1);
    String trust = folder.resolve("trust.json").toString();
    GatewayCall.of("key", "trust", trust, "--add", "Acme=" + acme.key().hex()).printed();
    Files.writeString(folder.resolve("secret"), SECRET);
    assertTrue(
        folder.resolve("secret").toFile().setReadable(false, false)
            && folder.resolve("secret").toFile().setReadable(true, true));
  }

  private Peer start(org.peerroom.PeerBuilder builder) {
    Peer peer = builder.start().block(LIMIT);
    peers.add(peer);
    return peer;
  }

  @AfterEach
  void close() {
    Flux.fromIterable(peers).flatMap(Peer::close).blockLast(LIMIT);
  }

  private Receipt publish(String text) {
    return desk.publish(OutgoingMessage.of(text), Acks.replicated(1)).block(LIMIT);
  }

  private String path(String file) {
    return folder.resolve(file).toString();
  }

  private GatewayCall export(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("room", "receipts", "--data", path("data"), "--identity", path("desk.key")));
    arguments.addAll(Arrays.asList(more));
    return GatewayCall.of(arguments.toArray(String[]::new));
  }

  private GatewayCall verify(String file, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("room", "receipts", "verify", file, "--trust", path("trust.json")));
    arguments.addAll(Arrays.asList(more));
    return GatewayCall.of(arguments.toArray(String[]::new));
  }

  @Test
  void receipts_areExportedWhileThePeerRuns_andVerifiedByAThirdParty() throws Exception {
    Receipt receipt = publish("one espresso");
    assertEquals(1, receipt.signed().size());
    SignedReceipt signed = receipt.signed().get(0);
    assertEquals("stock", signed.verify(trusted, Instant.now()).orElseThrow().name());
    assertTrue(signed.covers(receipt.id()));
    // What is kept may be synced a moment after it counts.
    Awaitility.await().atMost(LIMIT).until(() -> !export().output().isBlank());

    try (GatewayProcess process =
        GatewayProcess.start(
            folder,
            "room",
            "receipts",
            "--data",
            "data",
            "--identity",
            "desk.key",
            "--room",
            "orders",
            "--secret-file",
            "secret",
            "--message",
            receipt.id().toString(),
            "-o",
            "receipts.jsonl")) {
      assertEquals(ExitCode.OK.code(), process.exitCode(), process.errors()::toString);
    }
    String exported = Files.readString(folder.resolve("receipts.jsonl"));
    assertTrue(exported.contains(signed.compact()), exported);
    assertTrue(exported.contains("\"identity\":\"stock\""), exported);
    assertFalse(exported.contains("orders") || exported.contains("espresso"), exported);

    String said =
        verify(path("receipts.jsonl"), "--room", "orders", "--secret-file", path("secret"))
            .printed();
    assertTrue(said.contains("stock (Acme)"), said);
    assertTrue(said.contains("held segments 0 to 0 of " + deskId.hex()), said);
    assertTrue(verify(path("receipts.jsonl")).printed().contains("stock (Acme)"));
  }

  @Test
  void verify_failsWithForgedReceipts_andSaysWhich() throws Exception {
    SignedReceipt good = publish("one").signed().get(0);
    String bare = good.statement().text();
    String altered =
        bare.substring(0, bare.lastIndexOf('.') + 1)
            + publish("two").signed().get(0).statement().text().replaceAll(".*\\.", "");
    Files.writeString(
        folder.resolve("mixed"),
        String.join(
            "\n",
            good.compact(),
            bare,
            good.compact().replace(bare, altered),
            "{\"kind\":\"held\"}",
            ""),
        StandardCharsets.UTF_8);
    GatewayCall call = verify(path("mixed"));
    assertEquals(ExitCode.FAILED.code(), call.code(), call.errors());
    List<String> lines = call.output().lines().toList();
    assertEquals(4, lines.size(), call.output());
    assertTrue(lines.get(0).contains("stock (Acme)"), lines.get(0));
    assertTrue(lines.get(1).startsWith("line 2: not valid: nothing vouches"), lines.get(1));
    assertTrue(lines.get(2).contains("is not signed by the peer"), lines.get(2));
    assertTrue(lines.get(3).startsWith("line 4: not valid"), lines.get(3));

    Files.writeString(folder.resolve("good"), good.compact());
    GatewayCall otherRoom = verify(path("good"), "--room", "orders");
    assertEquals(ExitCode.FAILED.code(), otherRoom.code());
    assertTrue(otherRoom.output().contains("another room"), otherRoom.output());
  }

  @Test
  void badInput_isOneLine() throws Exception {
    publish("one");
    assertTrue(
        GatewayCall.of("room", "receipts").refusedWith(ExitCode.BAD_INPUT).contains("--data"));
    assertTrue(
        GatewayCall.of("room", "receipts", "--data", path("nowhere"))
            .refusedWith(ExitCode.BAD_INPUT)
            .contains("does not exist"));
    assertTrue(
        GatewayCall.of("room", "receipts", "--data", path("data"))
            .refusedWith(ExitCode.BAD_INPUT)
            .contains("identity"));
    assertTrue(
        export("--message", "5").refusedWith(ExitCode.BAD_INPUT).contains("AUTHOR/SEQUENCE/INDEX"));
    assertTrue(verify(path("none")).refusedWith(ExitCode.BAD_INPUT).contains("do not exist"));
    assertTrue(
        export("--secret-file", path("secret"))
            .refusedWith(ExitCode.BAD_INPUT)
            .contains("name it with --room"));
  }
}
