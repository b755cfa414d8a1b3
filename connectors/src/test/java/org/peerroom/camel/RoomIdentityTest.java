package org.peerroom.camel;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.peerroom.identity.Identity;
import org.peerroom.identity.Role;
import org.peerroom.identity.Scope;

/** Two sides that show who they are, over the loopback interface. */
@Timeout(180)
class RoomIdentityTest {

  private static final String CERTIFIED = "room:orders?echo=false&admission=certified";

  private final Authority authority = new Authority("Market");

  @TempDir Path folder;
  private Path trust;

  @BeforeEach
  void trust() throws IOException {
    trust = Authority.trust(folder, authority);
  }

  private Side side(Side side, String who, String org) {
    RoomComponent component = side.component();
    component.setIdentity(authority.identity(folder, who, org).toString());
    component.setTrust(trust.toString());
    return side;
  }

  private static Side route(Side side, String uri) throws Exception {
    return side.with(
        new RouteBuilder() {
          @Override
          public void configure() {
            from(uri).to("mock:orders");
            from("direct:orders").to(uri);
          }
        });
  }

  private static Message receive(Side from, Side to, String body) throws Exception {
    MockEndpoint mock = to.mock("orders");
    mock.reset();
    mock.setResultWaitTime(Side.PATIENCE.toMillis());
    mock.expectedBodiesReceived(body);
    from.template().sendBody("direct:orders", body);
    mock.assertIsSatisfied();
    return mock.getExchanges().get(0).getMessage();
  }

  @Test
  void headers_sayWhoWroteAMessage() throws Exception {
    try (Side a = route(side(Side.listening(), "alice", "Acme"), CERTIFIED).start();
        Side b = route(side(Side.dialling(a), "bob", "Globex"), CERTIFIED).start()) {
      Message message = receive(a, b, "one espresso");
      assertEquals(a.peer().id().hex(), message.getHeader(RoomConstants.AUTHOR));
      assertEquals("alice", message.getHeader(RoomConstants.IDENTITY));
      assertEquals("Market", message.getHeader(RoomConstants.AUTHORITY));
      assertEquals(Map.of("org", "Acme"), message.getHeader(RoomConstants.ATTRIBUTES));
      Map<?, ?> attributes = message.getHeader(RoomConstants.ATTRIBUTES, Map.class);
      assertThrows(UnsupportedOperationException.class, attributes::clear);
      String org =
          b.context()
              .resolveLanguage("simple")
              .createExpression("${header.CamelRoomAttributes[org]}")
              .evaluate(message.getExchange(), String.class);
      assertEquals("Acme", org);
    }
  }

  @Test
  void headers_areAbsentForWhoIsAnonymous() throws Exception {
    try (Side a =
            route(side(Side.listening(), "alice", "Acme"), "room:orders?echo=false&anonymous=true")
                .start();
        Side b = route(side(Side.dialling(a), "bob", "Globex"), "room:orders?echo=false").start()) {
      Message message = receive(a, b, "one espresso");
      assertEquals(a.peer().id().hex(), message.getHeader(RoomConstants.AUTHOR));
      assertFalse(message.getHeaders().containsKey(RoomConstants.IDENTITY));
      assertFalse(message.getHeaders().containsKey(RoomConstants.AUTHORITY));
      assertFalse(message.getHeaders().containsKey(RoomConstants.ATTRIBUTES));
      assertEquals("bob", receive(b, a, "two").getHeader(RoomConstants.IDENTITY));
    }
  }

  /** Only a side that may not read is there all the time. */
  @Test
  void durableRecipient_readsWhatWasSentWhileItWasAway() throws Exception {
    Path file = folder.resolve("away.txt");
    Identity away = authority.certify("away", Scope.ALL);
    away.save(folder.resolve("away.key"), null);
    Files.writeString(file, away.recipient(Instant.now()).text() + "\n");
    authority
        .certify("keeper", Scope.ALL.withRoles(Role.RELAY))
        .save(folder.resolve("keeper.key"), null);
    String uri = CERTIFIED + "&history=none&acks=replicated:1&durable=" + file;
    try (Side keeper = route(as(Side.listening(), "keeper"), uri).start()) {
      try (Side author = route(side(Side.dialling(keeper), "author", "Acme"), uri).start()) {
        author.template().sendBody("direct:orders", "while you were away");
      }
      Side back = route(as(Side.dialling(keeper), "away"), uri);
      back.mock("orders").expectedBodiesReceived("while you were away");
      try (Side started = back.start()) {
        MockEndpoint mock = started.mock("orders");
        mock.setResultWaitTime(Side.PATIENCE.toMillis());
        mock.assertIsSatisfied();
        Message message = mock.getExchanges().get(0).getMessage();
        assertEquals("author", message.getHeader(RoomConstants.IDENTITY));
      }
      assertEquals(0, keeper.mock("orders").getReceivedCounter());
    }
  }

  /** The side of an identity whose file is there already. */
  private Side as(Side side, String who) {
    side.component().setIdentity(folder.resolve(who + ".key").toString());
    side.component().setTrust(trust.toString());
    return side;
  }

  @Test
  void identity_isProtectedByItsPassphrase() throws Exception {
    Path file = folder.resolve("carol.key");
    authority.certify("carol", Scope.ALL).save(file, "correct horse battery".toCharArray());
    Side listening = Side.listening();
    listening.component().setIdentity(file.toString());
    listening.component().setIdentityPassphrase("correct horse battery");
    listening.component().setTrust(trust.toString());
    try (Logged log = Logged.byAll();
        Side a = route(listening, CERTIFIED).start();
        Side b = route(side(Side.dialling(a), "bob", "Globex"), CERTIFIED).start()) {
      assertEquals("carol", receive(a, b, "one").getHeader(RoomConstants.IDENTITY));
      assertTrue(log.lines().stream().noneMatch(line -> line.contains("correct horse")));
    }
  }

  @Test
  void start_failsInACertifiedRoomWithoutAnIdentity() throws Exception {
    Side bare = Side.listening();
    bare.component().setTrust(trust.toString());
    try (Side a = route(bare, CERTIFIED)) {
      RuntimeException e = assertThrows(RuntimeException.class, a::start);
      assertTrue(lines(e).contains("orders"), lines(e));
      assertTrue(lines(e).contains("NotAdmittedException"), lines(e));
    }
  }

  private static String lines(Throwable failure) {
    StringBuilder lines = new StringBuilder();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      lines.append(cause).append('\n');
    }
    return lines.toString();
  }

  @Test
  void attributes_keepOutWhoHasOthers() throws Exception {
    String uri = CERTIFIED + "&attributes=org=Acme|Globex";
    try (Side a = route(side(Side.listening(), "alice", "Acme"), uri).start();
        Side b = route(side(Side.dialling(a), "bob", "Globex"), uri).start();
        Side c = route(side(Side.dialling(a), "carol", "Initech"), uri)) {
      receive(a, b, "one espresso");
      RuntimeException e = assertThrows(RuntimeException.class, c::start);
      assertTrue(lines(e).contains("NotAdmittedException"), lines(e));
    }
  }

  @Test
  void policies_thatDifferAreToldOnBothSidesAndByTheHealthCheck() throws Exception {
    try (Logged log = Logged.byComponent();
        Side a = route(side(Side.listening(), "alice", "Acme"), CERTIFIED).start();
        Side b = route(side(Side.dialling(a), "bob", "Globex"), "room:orders?echo=false").start()) {
      for (Side other : new Side[] {a, b}) {
        String line =
            "room 'orders': nothing is exchanged with peer "
                + other.peer().id().shortHex()
                + ", which has another policy: ";
        await()
            .atMost(Side.PATIENCE)
            .until(() -> log.lines(Level.ERROR).stream().anyMatch(said -> said.startsWith(line)));
      }
      RoomEndpoint endpoint = a.context().getEndpoint(CERTIFIED, RoomEndpoint.class);
      assertTrue(endpoint.dispute(a.peer().linkedPeers()).isPresent());
      b.template().sendBody("direct:orders", "nobody reads this");
      assertEquals(0, a.mock("orders").getReceivedCounter());
    }
  }

  @Test
  void revocation_thatAppearsInTheFolderExpelsAtOnce() throws Exception {
    Path revocations = Files.createDirectory(folder.resolve("revoked"));
    Side listening = side(Side.listening(), "alice", "Acme");
    listening.component().setRevocations(revocations.toString());
    try (Logged log = Logged.byComponent();
        Side a = route(listening, CERTIFIED).start();
        Side b = route(side(Side.dialling(a), "bob", "Globex"), CERTIFIED).start()) {
      receive(b, a, "one espresso");
      Identity bob = Identity.load(folder.resolve("bob.key"), null);
      authority.revoke(bob.key(), revocations.resolve("bob.revocation"));
      await()
          .atMost(Side.PATIENCE)
          .untilAsserted(
              () -> {
                List<String> lines = log.lines(Level.WARN);
                String all = String.join("\n", log.lines());
                assertTrue(
                    lines.stream().anyMatch(l -> l.startsWith("room 'orders': expelled peer ")),
                    all);
                assertTrue(
                    lines.stream()
                        .anyMatch(
                            line ->
                                line.startsWith("revoked until ")
                                    && line.contains(
                                        "every certificate of key " + bob.key().shortHex())
                                    && line.contains("(left us)")),
                    all);
              });
    }
  }

  @Test
  void identityFile_thatChangesIsUsedFromThenOn() throws Exception {
    try (Logged log = Logged.byComponent();
        Side a = route(side(Side.listening(), "alice", "Acme"), CERTIFIED).start();
        Side b = route(side(Side.dialling(a), "bob", "Globex"), CERTIFIED).start()) {
      assertEquals("alice", receive(a, b, "one").getHeader(RoomConstants.IDENTITY));
      authority
          .certify("alicia", Scope.ALL.withAttribute("org", "Acme"), Duration.ofHours(2))
          .save(folder.resolve("alice.key"), null);
      await()
          .atMost(Side.PATIENCE)
          .until(
              () ->
                  log.lines(Level.INFO).stream()
                      .anyMatch(line -> line.startsWith("the identity alicia was read anew")));
      await()
          .atMost(Side.PATIENCE)
          .until(() -> "alicia".equals(receive(a, b, "two").getHeader(RoomConstants.IDENTITY)));
    }
  }

  @Test
  void consumer_getsNothingWithoutTheRoleSubscribeAndSaysSo() throws Exception {
    Path file = folder.resolve("writer.key");
    authority.certify("writer", Scope.ALL.withRoles(Role.PUBLISH)).save(file, null);
    Side reading = Side.listening();
    reading.component().setIdentity(file.toString());
    reading.component().setTrust(trust.toString());
    try (Logged log = Logged.byAll();
        Side a = route(reading, CERTIFIED).start()) {
      await()
          .atMost(Side.PATIENCE)
          .until(
              () ->
                  log.lines(Level.ERROR).stream()
                      .anyMatch(line -> line.contains("room 'orders' can't be read")));
      a.template().sendBody("direct:orders", "writing works");
      assertEquals(0, a.mock("orders").getReceivedCounter());
    }
  }
}
