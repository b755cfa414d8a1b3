package org.peerroom.gateway.authority;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.peerroom.identity.Role;
import org.peerroom.identity.Scope;

/** Tokens work once, whoever tries, and their files give nothing away. */
class TokenStoreTest {

  private static final Certification ALICE =
      new Certification(
          "alice",
          Scope.ALL
              .withRooms("orders", "stock*")
              .withRoles(Role.PUBLISH)
              .withAttribute("org", "Acme"));

  @TempDir Path folder;

  private final Instant now = Instant.parse("2027-01-01T00:00:00Z");
  private AuthorityFolder data;
  private TokenStore tokens;

  @BeforeEach
  void open() {
    data = AuthorityFolder.open(folder.resolve("data"));
    tokens = new TokenStore(data);
  }

  private String create() throws IOException {
    return tokens.create(ALICE, now, now.plus(Duration.ofHours(1)));
  }

  @Test
  void redeem_givesWhatTheTokenWasMadeFor() throws Exception {
    TokenStore.Redeemed redeemed = tokens.redeem(create(), now);
    assertEquals(ALICE, redeemed.certification());
  }

  @Test
  void create_storesTheHashAlone() throws Exception {
    String token = create();
    assertTrue(token.matches("[0-9a-f]{32}"), token);
    try (Stream<Path> files = Files.walk(data.root())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertFalse(file.toString().contains(token), file.toString());
        assertFalse(Files.readString(file).contains(token), file.toString());
        assertEquals(
            "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
      }
    }
    assertEquals(
        "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(data.tokens())));
  }

  @Test
  void redeem_failsForUsedToken() throws Exception {
    String token = create();
    tokens.redeem(token, now);
    RequestException refused =
        assertThrows(RequestException.class, () -> new TokenStore(data).redeem(token, now));
    assertEquals(403, refused.status());
    assertTrue(refused.getMessage().contains("used already"), refused.getMessage());
  }

  @Test
  void redeem_failsForExpiredToken() throws Exception {
    String token = create();
    RequestException refused =
        assertThrows(
            RequestException.class, () -> tokens.redeem(token, now.plus(Duration.ofHours(1))));
    assertTrue(refused.getMessage().contains("expired"), refused.getMessage());
  }

  @Test
  void redeem_failsForUnknownToken() throws Exception {
    create();
    for (String unknown : List.of("", "../used/x", "0".repeat(32), "\u0000")) {
      RequestException refused =
          assertThrows(RequestException.class, () -> tokens.redeem(unknown, now));
      assertTrue(refused.getMessage().contains("no such token"), refused.getMessage());
    }
  }

  @Test
  void redeem_isWonByOneOfMany() throws Exception {
    int racers = 8;
    ExecutorService threads = Executors.newFixedThreadPool(racers);
    try {
      for (int round = 0; round < 50; round++) {
        String token = create();
        CyclicBarrier start = new CyclicBarrier(racers);
        List<Future<Boolean>> results = new ArrayList<>();
        for (int i = 0; i < racers; i++) {
          // Each with a store of its own, as in several processes.
          TokenStore own = new TokenStore(data);
          Callable<Boolean> race =
              () -> {
                start.await();
                try {
                  own.redeem(token, now);
                  return true;
                } catch (RequestException e) {
                  return false;
                }
              };
          results.add(threads.submit(race));
        }
        int won = 0;
        for (Future<Boolean> result : results) {
          won += result.get() ? 1 : 0;
        }
        assertEquals(1, won);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void giveBack_makesTheTokenUsableAgain() throws Exception {
    String token = create();
    tokens.giveBack(tokens.redeem(token, now));
    assertEquals(ALICE, tokens.redeem(token, now).certification());
  }

  @Test
  void redeem_failsForDamagedFile() throws Exception {
    String token = create();
    Path file = data.tokens().resolve(TokenStore.hash(token) + ".json");
    Files.writeString(file, Files.readString(file).replace("alice", "alice\\u0000"));
    IOException failure = assertThrows(IOException.class, () -> tokens.redeem(token, now));
    assertTrue(failure.getMessage().contains("is damaged"), failure.getMessage());
  }

  @Test
  void sweep_forgetsWhatExpiredLongAgo() throws Exception {
    String used = create();
    tokens.redeem(used, now);
    create();
    tokens.sweep(now.plus(TokenStore.MEMORY));
    assertEquals(2, count());
    tokens.sweep(now.plus(TokenStore.MEMORY).plus(Duration.ofHours(2)));
    assertEquals(0, count());
  }

  private long count() throws IOException {
    try (Stream<Path> files = Files.walk(data.tokens())) {
      return files.filter(Files::isRegularFile).count();
    }
  }
}
