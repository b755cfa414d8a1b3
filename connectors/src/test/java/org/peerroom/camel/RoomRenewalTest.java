package org.peerroom.camel;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.peerroom.identity.CertificateRequest;
import org.peerroom.identity.Identity;
import org.peerroom.identity.RefusedException;
import org.peerroom.identity.Scope;

/** An identity whose time is nearly over is renewed by its authority while its peer runs. */
@Timeout(180)
class RoomRenewalTest {

  private static final Pattern REQUEST = Pattern.compile("\"request\"\\s*:\\s*\"([^\"]+)\"");
  private static final char[] PASSPHRASE = "correct horse battery".toCharArray();

  private final Authority authority = new Authority("Market");
  private final Side side = Side.alone();
  private HttpServer server;

  @TempDir Path folder;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/renewals", this::renew);
    server.start();
  }

  @AfterEach
  void stop() {
    side.close();
    server.stop(0);
  }

  private void renew(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Matcher request = REQUEST.matcher(body);
    byte[] answer;
    try {
      assertTrue(request.find(), body);
      CertificateRequest asked = CertificateRequest.parse(request.group(1));
      answer =
          ("{\"certificates\":[\""
                  + authority.certify(asked, Scope.ALL, Duration.ofDays(1)).text()
                  + "\"]}")
              .getBytes(StandardCharsets.UTF_8);
    } catch (RefusedException e) {
      throw new IOException(e);
    }
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  @Test
  void identity_isRenewedUsedAndSavedAsItWasProtected() {
    Path file = folder.resolve("alice.key");
    // 60 of its 61 minutes are over: it should have been renewed after two thirds of them.
    authority.certify("alice", Scope.ALL, Duration.ofMinutes(1)).save(file, PASSPHRASE);
    side.component().setIdentity(file.toString());
    side.component().setIdentityPassphrase(new String(PASSPHRASE));
    side.component().setAuthority("http://127.0.0.1:" + server.getAddress().getPort());
    side.component().start();
    Instant tomorrow = Instant.now().plus(Duration.ofHours(12));
    await()
        .atMost(Side.PATIENCE)
        .until(() -> side.component().identityExpiry().orElseThrow().isAfter(tomorrow));
    await()
        .atMost(Side.PATIENCE)
        .ignoreExceptions()
        .until(
            () ->
                Identity.load(file, PASSPHRASE)
                    .certificates()
                    .get(0)
                    .expiresAt()
                    .isAfter(tomorrow));
    assertEquals("alice", Identity.load(file, PASSPHRASE).name());
  }
}
