package org.peerroom.authority;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.peerroom.authority.AuthorityException.Reason;
import org.peerroom.identity.Certificate;
import org.peerroom.identity.Identity;
import org.peerroom.identity.Revocation;
import org.peerroom.identity.RevocationList;
import org.peerroom.identity.Scope;
import reactor.core.publisher.Mono;

/** What the client makes of servers that are not what they should be. */
class AuthorityClientTest {

  private static final String TOKEN = "0123456789abcdef0123456789abcdef";

  @TempDir Path folder;

  private final Identity alice = Identity.generate("alice");
  private final Identity authority = Identity.generate("Acme");
  private HttpServer server;
  private volatile Function<HttpExchange, String> answers = exchange -> "200 {}";

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    String answer = answers.apply(exchange);
    byte[] body = answer.substring(4).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(Integer.parseInt(answer.substring(0, 3)), body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private AuthorityException failure(Mono<?> answer) {
    AuthorityException failure = assertThrows(AuthorityException.class, answer::block);
    assertFalse(failure.getMessage().contains(TOKEN), failure.getMessage());
    assertFalse(failure.getMessage().contains("\n"), failure.getMessage());
    assertTrue(failure.getMessage().contains(url().toString()), failure.getMessage());
    return failure;
  }

  private AuthorityException enrolFails() {
    return failure(AuthorityClient.of(url()).enrol(alice, TOKEN));
  }

  private String certificate(Identity of, String name, Duration life) {
    Instant now = Instant.now();
    Certificate certificate =
        authority.certify(of.request(now), name, Scope.ALL, now, now.plus(life));
    return certificate.text();
  }

  private void answersCertificate(String text) {
    answers =
        exchange ->
            exchange.getRequestMethod().equals("POST") && !isRenewal(exchange)
                ? "202 {\"id\":\"abc\"}"
                : "200 {\"certificates\":[\"" + text + "\"]}";
  }

  private static boolean isRenewal(HttpExchange exchange) {
    return exchange.getRequestURI().getPath().equals("/v1/renewals");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "authority.example",
        "ftp://authority.example",
        "http://authority.example",
        "http://127.0.0.1.example",
        "http://localhost.example",
        "http://user@127.0.0.1",
        "https://authority.example/?x=y",
        "https:///path"
      })
  void of_refusesWhatIsNotEncryptedOrNoAddress(String base) {
    URI uri = URI.create(base);
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> AuthorityClient.of(uri));
    assertTrue(refused.getMessage().contains("https"), refused.getMessage());
  }

  @Test
  void of_takesThisMachineAndTls() {
    for (String base :
        List.of(
            "http://127.0.0.1:7410",
            "http://127.1.2.3",
            "http://localhost:1",
            "http://[::1]:1",
            "https://authority.example/path/")) {
      AuthorityClient.of(URI.create(base));
    }
  }

  @Test
  void of_refusesAFileWithoutCertificate() throws Exception {
    Path empty = Files.createFile(folder.resolve("empty.pem"));
    Path junk = Files.writeString(folder.resolve("junk.pem"), "junk");
    URI base = URI.create("https://authority.example");
    for (Path file : List.of(empty, junk, folder.resolve("none.pem"))) {
      IllegalArgumentException refused =
          assertThrows(IllegalArgumentException.class, () -> AuthorityClient.of(base, file));
      assertTrue(refused.getMessage().contains(file.toString()), refused.getMessage());
    }
  }

  @Test
  void enrol_isLazyAndSendsWhatIsDocumented() {
    AtomicInteger requests = new AtomicInteger();
    answersCertificate(certificate(alice, "alice", Duration.ofDays(1)));
    Function<HttpExchange, String> honest = answers;
    answers =
        exchange -> {
          requests.incrementAndGet();
          return honest.apply(exchange);
        };
    Mono<Identity> enrolment = AuthorityClient.of(url()).enrol(alice, TOKEN);
    assertEquals(0, requests.get());
    Identity certified = enrolment.block();
    assertEquals(2, requests.get());
    assertEquals(1, certified.certificates().size());
    assertEquals(url(), certified.authority().orElseThrow());
  }

  @Test
  void enrol_waitsThroughAnswersThatAreNotYetThere() {
    String text = certificate(alice, "alice", Duration.ofDays(1));
    AtomicInteger polls = new AtomicInteger();
    answers =
        exchange ->
            exchange.getRequestMethod().equals("POST")
                ? "202 {\"id\":\"abc\"}"
                : switch (polls.incrementAndGet()) {
                  case 1 -> "202 {\"id\":\"abc\"}";
                  case 2 -> "503 {\"error\":\"busy\"}";
                  default -> "200 {\"certificates\":[\"" + text + "\"]}";
                };
    assertEquals("alice", AuthorityClient.of(url()).enrol(alice, TOKEN).block().name());
    assertEquals(3, polls.get());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "200 <html>",
        "200 []",
        "200 {}",
        "202 {\"id\":\"../x\"}",
        "202 {\"id\":\"a\",\"id\":\"b\"}",
        "302 {}",
        "400 {\"error\":\"malformed\"}",
        "401 {}"
      })
  void enrol_failsForWhatIsNoAuthority(String answer) {
    answers = exchange -> answer;
    assertEquals(Reason.UNEXPECTED, enrolFails().reason());
  }

  @Test
  void enrol_tellsRefusalsFromWhatPasses() {
    answers = exchange -> "403 {\"error\":\"no\\nreally\\u001b[31m\"}";
    AuthorityException refused = enrolFails();
    assertEquals(Reason.REFUSED, refused.reason());
    assertTrue(refused.getMessage().endsWith("refuses: no really [31m"), refused.getMessage());
    assertFalse(refused.mayPass());
    for (String busy : List.of("503 <html>", "429 {}", "500 {\"error\":\"x\"}", "502 ")) {
      answers = exchange -> busy;
      AuthorityException later = enrolFails();
      assertEquals(Reason.BUSY, later.reason());
      assertTrue(later.mayPass());
    }
  }

  private Revocation revocation(Identity of) {
    Instant now = Instant.now();
    return authority.revoke(
        new Revocation.Target.Key(of.key()), now, now.plus(Duration.ofHours(1)), "left us");
  }

  private static String revocations(List<String> texts) {
    return texts.stream().collect(Collectors.joining("\",\"", "200 {\"revocations\":[\"", "\"]}"));
  }

  @Test
  void revocations_isLazyAndGivesWhatIsServed() {
    List<Revocation> served = List.of(revocation(alice), revocation(Identity.generate("bob")));
    List<String> asked = new CopyOnWriteArrayList<>();
    answers =
        exchange -> {
          asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          return revocations(served.stream().map(Revocation::text).toList());
        };
    Mono<List<Revocation>> revocations = AuthorityClient.of(url()).revocations();
    assertEquals(List.of(), asked);
    assertEquals(served, revocations.block());
    assertEquals(List.of("GET /v1/revocations"), asked);
    answers = exchange -> "200 {\"revocations\":[]}";
    assertEquals(List.of(), revocations.block());
  }

  @Test
  void revocations_takesAsManyAsAnAuthorityMayHave() {
    Instant now = Instant.now();
    Instant end = now.plus(Duration.ofHours(1));
    List<String> most = new ArrayList<>();
    for (int i = 0; i < RevocationList.MAX_PER_AUTHORITY; i++) {
      Revocation.Target target = new Revocation.Target.CertificateId("certificate-" + i);
      most.add(authority.revoke(target, now, end, "x".repeat(256)).text());
    }
    answers = exchange -> revocations(most);
    assertEquals(most.size(), AuthorityClient.of(url()).revocations().block().size());
    most.add(revocation(alice).text());
    AuthorityException failure = failure(AuthorityClient.of(url()).revocations());
    assertEquals(Reason.UNEXPECTED, failure.reason());
    assertTrue(failure.getMessage().contains("it has 1025 revocations"), failure.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "200 {}",
        "200 {\"revocations\":\"x\"}",
        "200 {\"revocations\":[1]}",
        "200 {\"revocations\":[\"x.y.z\"]}",
        "200 {\"revocations\":[[]]}"
      })
  void revocations_failsForWhatIsNoAuthority(String answer) {
    answers = exchange -> answer;
    AuthorityException failure = failure(AuthorityClient.of(url()).revocations());
    assertEquals(Reason.UNEXPECTED, failure.reason());
  }

  @Test
  void revocations_failsForOneAmongGoodOnesThatCantBeUsed() {
    String good = revocation(alice).text();
    answers = exchange -> revocations(List.of(good, good.substring(0, good.length() - 20)));
    AuthorityException failure = failure(AuthorityClient.of(url()).revocations());
    assertEquals(Reason.UNEXPECTED, failure.reason());
    assertTrue(failure.getMessage().contains("a revocation can't be used"), failure.getMessage());
  }

  @Test
  void revocations_readsNoMoreThanItNeeds() {
    answers = exchange -> revocations(List.of("x".repeat(AuthorityClient.MAX_REVOCATIONS_ANSWER)));
    AuthorityException failure = failure(AuthorityClient.of(url()).revocations());
    assertEquals(Reason.UNEXPECTED, failure.reason());
    assertTrue(failure.getMessage().contains("longer than"), failure.getMessage());
  }

  @Test
  void enrol_readsNoMoreThanItNeeds() {
    answers = exchange -> "200 {\"id\":\"" + "x".repeat(AuthorityHttp.MAX_ANSWER) + "\"}";
    AuthorityException failure = enrolFails();
    assertEquals(Reason.UNEXPECTED, failure.reason());
    assertTrue(failure.getMessage().contains("longer than"), failure.getMessage());
  }

  @Test
  void enrol_failsWhenNobodyAnswers() {
    URI gone = url();
    server.stop(0);
    AuthorityException failure =
        assertThrows(
            AuthorityException.class, () -> AuthorityClient.of(gone).enrol(alice, TOKEN).block());
    assertEquals(Reason.UNREACHABLE, failure.reason());
  }

  @Test
  void enrol_failsForACertificateOfAnotherKey() {
    answersCertificate(certificate(Identity.generate("mallory"), "alice", Duration.ofDays(1)));
    AuthorityException failure = enrolFails();
    assertEquals(Reason.UNEXPECTED, failure.reason());
    assertTrue(failure.getMessage().contains("for another key"), failure.getMessage());
  }

  @Test
  void enrol_failsForACertificateThatIsNone() {
    for (String text : List.of("", "a.b.c", alice.request(Instant.now()).text())) {
      answersCertificate(text);
      assertEquals(Reason.UNEXPECTED, enrolFails().reason());
    }
  }

  @Test
  void enrolByLogin_failsWithoutAnAddressToOpen() {
    for (String login : List.of("", ",\"login\":\"javascript:alert(1)\"", ",\"login\":1")) {
      answers = exchange -> "202 {\"id\":\"abc\"" + login + "}";
      AuthorityException failure =
          failure(AuthorityClient.of(url()).enrolByLogin(alice, uri -> {}));
      assertEquals(Reason.UNEXPECTED, failure.reason());
    }
  }

  @Test
  void renew_failsForAnotherNameOrAuthority() throws Exception {
    Identity certified =
        alice.withCertificates(
            List.of(Certificate.parse(certificate(alice, "alice", Duration.ofDays(1)))));
    answersCertificate(certificate(alice, "bob", Duration.ofDays(1)));
    assertEquals(Reason.UNEXPECTED, failure(AuthorityClient.of(url()).renew(certified)).reason());

    Instant now = Instant.now();
    Certificate stranger =
        Identity.generate("other")
            .certify(alice.request(now), "alice", Scope.ALL, now, now.plusSeconds(600));
    answersCertificate(stranger.text());
    assertEquals(Reason.UNEXPECTED, failure(AuthorityClient.of(url()).renew(certified)).reason());
  }

  @Test
  void renew_failsForAnIdentityWithoutCertificate() {
    AuthorityException failure =
        assertThrows(
            AuthorityException.class, () -> AuthorityClient.of(url()).renew(alice).block());
    assertTrue(failure.getMessage().contains("enrol it first"), failure.getMessage());
    assertThrows(
        AuthorityException.class, () -> AuthorityClient.of(url()).keepRenewed(alice).blockFirst());
  }
}
