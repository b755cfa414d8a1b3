package org.peerroom.gateway.authority;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jwt.JWTClaimsSet;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.peerroom.authority.AuthorityException;
import org.peerroom.authority.AuthorityException.Reason;
import org.peerroom.gateway.authority.TestOpenIdProvider.Signing;
import org.peerroom.identity.Identity;
import org.peerroom.identity.Scope;

/** Logins with a real provider and a browser that follows links; and what an attacker may try. */
class OpenIdLoginTest {

  private static final Pattern SECRET = Pattern.compile("name=\"secret\" value=\"([^\"]+)\"");

  @TempDir Path folder;

  private TestOpenIdProvider provider;
  private RunningAuthority authority;
  private final Identity alice = Identity.generate("whoever");

  @BeforeEach
  void start() throws Exception {
    provider = new TestOpenIdProvider();
    authority = RunningAuthority.withProvider(folder.resolve("data"), provider.settings("email"));
  }

  @AfterEach
  void stop() throws IOException {
    authority.close();
    provider.close();
  }

  /** A login that was begun: where to go, and what will come of it. */
  private record Begun(URI login, CompletableFuture<Identity> outcome) {}

  private Begun begin(Identity identity) throws Exception {
    CompletableFuture<URI> login = new CompletableFuture<>();
    CompletableFuture<Identity> outcome =
        authority.client().enrolByLogin(identity, login::complete).toFuture();
    outcome.whenComplete((any, failure) -> login.completeExceptionally(new IOException(failure)));
    return new Begun(login.get(30, TimeUnit.SECONDS), outcome);
  }

  private HttpResponse<String> open(URI uri) throws Exception {
    return authority.send(HttpRequest.newBuilder(uri).build());
  }

  /** Where the provider sends the browser. */
  private URI loggedIn(URI login) throws Exception {
    HttpResponse<String> answer = open(login);
    assertEquals(302, answer.statusCode(), answer.body());
    return URI.create(answer.headers().firstValue("Location").orElseThrow());
  }

  private static String secret(HttpResponse<String> page) {
    assertEquals(200, page.statusCode(), page.body());
    Matcher matcher = SECRET.matcher(page.body());
    assertTrue(matcher.find(), page.body());
    return matcher.group(1);
  }

  private HttpResponse<String> confirm(String secret, String answer) throws Exception {
    return authority.post(
        "/v1/login/confirm", BodyPublishers.ofString("secret=" + secret + "&answer=" + answer));
  }

  private static String query(URI uri, String name) {
    Matcher matcher = Pattern.compile("[?&]" + name + "=([^&]*)").matcher(uri.toString());
    assertTrue(matcher.find(), uri.toString());
    return matcher.group(1);
  }

  private static AuthorityException failure(Begun begun) {
    ExecutionException failed =
        assertThrows(ExecutionException.class, () -> begun.outcome().get(30, TimeUnit.SECONDS));
    return (AuthorityException) failed.getCause();
  }

  @ParameterizedTest
  @EnumSource(
      value = Signing.class,
      names = {"RS256", "ES256"})
  void login_certifiesWhomTheProviderNames(Signing signing) throws Exception {
    provider.signing = signing;
    Begun begun = begin(alice);
    HttpResponse<String> page = open(loggedIn(begun.login()));
    assertTrue(page.body().contains("alice@acme.example"), page.body());
    assertTrue(page.body().contains(alice.key().hex().substring(0, 16)), page.body());
    assertFalse(begun.outcome().isDone(), "not before it is confirmed");
    HttpResponse<String> done = confirm(secret(page), "yes");
    assertEquals(200, done.statusCode(), done.body());
    Identity certified = begun.outcome().get(30, TimeUnit.SECONDS);
    assertEquals("alice@acme.example", certified.name());
    assertEquals(
        Map.of("org", "Acme", "email", "alice@acme.example"),
        certified.certificates().get(0).scope().attributes());
    assertEquals("alice@acme.example", authority.client().renew(certified).block().name());
  }

  static Stream<Arguments> lies() {
    Instant past = Instant.now().minus(Duration.ofMinutes(5));
    return Stream.of(
        lie("another nonce", claims -> claims.claim("nonce", "AAAAAAAAAAAAAAAAAAAAAA")),
        lie("no nonce", claims -> claims.claim("nonce", null)),
        lie("another audience", claims -> claims.audience("someone else")),
        lie("no audience", claims -> claims.audience((String) null)),
        lie(
            "one audience too many",
            claims -> claims.audience(List.of(TestOpenIdProvider.CLIENT, "someone else"))),
        lie("another party", claims -> claims.claim("azp", "someone else")),
        lie("another issuer", claims -> claims.issuer("https://accounts.example")),
        lie("expired", claims -> claims.expirationTime(Date.from(past))),
        lie("without end", claims -> claims.expirationTime(null)),
        lie("without subject", claims -> claims.subject(null)),
        lie("unverified address", claims -> claims.claim("email_verified", false)),
        lie("address verified as text", claims -> claims.claim("email_verified", "true")),
        lie("no address", claims -> claims.claim("email", null)),
        lie("a name with a line break", claims -> claims.claim("email", "alice\nroot")));
  }

  private static Arguments lie(String name, UnaryOperator<JWTClaimsSet.Builder> lie) {
    return Arguments.of(name, lie);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lies")
  void login_failsForTokenWith(String name, UnaryOperator<JWTClaimsSet.Builder> lie)
      throws Exception {
    provider.claims = lie;
    Begun begun = begin(alice);
    HttpResponse<String> page = open(loggedIn(begun.login()));
    assertEquals(403, page.statusCode(), page.body());
    assertFalse(page.body().contains("name=\"secret\""), page.body());
    assertEquals(Reason.REFUSED, failure(begun).reason());
  }

  @ParameterizedTest
  @EnumSource(
      value = Signing.class,
      names = {"NONE", "HS256_WITH_PUBLIC_KEY", "UNPUBLISHED_KEY"})
  void login_failsForTokenSignedWith(Signing signing) throws Exception {
    provider.signing = signing;
    Begun begun = begin(alice);
    assertEquals(403, open(loggedIn(begun.login())).statusCode());
    assertEquals(Reason.REFUSED, failure(begun).reason());
  }

  @Test
  void state_worksOnce() throws Exception {
    Begun begun = begin(alice);
    URI callback = loggedIn(begun.login());
    String secret = secret(open(callback));
    HttpResponse<String> again = open(callback);
    assertEquals(403, again.statusCode());
    assertTrue(again.body().contains("this login is over"), again.body());
    // What came first still counts.
    assertEquals(200, confirm(secret, "yes").statusCode());
    begun.outcome().get(30, TimeUnit.SECONDS);
    assertEquals(403, confirm(secret, "yes").statusCode());
    assertEquals(403, open(callback).statusCode());
  }

  @Test
  void state_mustBeOneThatWasGivenOut() throws Exception {
    Begun begun = begin(alice);
    URI callback = loggedIn(begun.login());
    String state = query(callback, "state");
    URI forged = URI.create(callback.toString().replace(state, "AAAAAAAAAAAAAAAAAAAAAA"));
    assertEquals(403, open(forged).statusCode());
    assertEquals(200, open(callback).statusCode());
  }

  @Test
  void code_ofAnotherLoginIsRefusedByTheProvider() throws Exception {
    codeOfAnotherLoginIsRefused();
  }

  @Test
  void code_ofAnotherLoginIsRefusedByTheNonceToo() throws Exception {
    provider.checksCodes = false;
    codeOfAnotherLoginIsRefused();
  }

  /** Mallory logs in and slips the code into Alice's login. */
  private void codeOfAnotherLoginIsRefused() throws Exception {
    Begun mallory = begin(Identity.generate("mallory"));
    String code = query(loggedIn(mallory.login()), "code");
    Begun victim = begin(alice);
    URI callback = loggedIn(victim.login());
    URI mixed = URI.create(callback.toString().replace(query(callback, "code"), code));
    assertEquals(403, open(mixed).statusCode());
    assertEquals(Reason.REFUSED, failure(victim).reason());
    mallory.outcome().cancel(true);
  }

  @Test
  void login_endsWhenThePersonSaysNo() throws Exception {
    Begun begun = begin(alice);
    String secret = secret(open(loggedIn(begun.login())));
    assertEquals(403, confirm(secret, "no").statusCode());
    assertTrue(failure(begun).getMessage().contains("did not confirm"));
    assertEquals(403, confirm(secret, "yes").statusCode());
  }

  @Test
  void login_endsWhenTheProviderSaysNo() throws Exception {
    Begun begun = begin(alice);
    String state = query(begun.login(), "state");
    HttpResponse<String> page =
        authority.get("/v1/login/callback?error=access_denied%3Cscript%3E&state=" + state);
    assertEquals(403, page.statusCode());
    assertTrue(page.body().contains("access_denied&lt;script&gt;"), page.body());
    assertTrue(failure(begun).getMessage().contains("access_denied"));
  }

  @Test
  void confirm_failsForAGuess() throws Exception {
    begin(alice).outcome().cancel(true);
    assertEquals(403, confirm("AAAAAAAAAAAAAAAAAAAAAA", "yes").statusCode());
    assertEquals(403, confirm("", "yes").statusCode());
  }

  @Test
  void page_showsNamesAsText() throws Exception {
    authority.close();
    authority =
        RunningAuthority.withProvider(
            folder.resolve("names"), provider.settings("preferred_username"));
    Begun begun = begin(alice);
    HttpResponse<String> page = open(loggedIn(begun.login()));
    assertTrue(page.body().contains("&lt;b&gt;alice&lt;/b&gt;"), page.body());
    assertEquals(200, confirm(secret(page), "yes").statusCode());
    assertEquals("<b>alice</b>", begun.outcome().get(30, TimeUnit.SECONDS).name());
  }

  @Test
  void keys_mayChange() throws Exception {
    Begun first = begin(alice);
    secret(open(loggedIn(first.login())));
    provider.rotateKeys();
    Begun second = begin(Identity.generate("other"));
    assertEquals(200, confirm(secret(open(loggedIn(second.login()))), "yes").statusCode());
    second.outcome().get(30, TimeUnit.SECONDS);
    first.outcome().cancel(true);
  }

  @Test
  void login_isBusyWhileTheProviderIsDown_andTokensWork() throws Exception {
    provider.close();
    AuthorityException failure =
        assertThrows(
            AuthorityException.class,
            () -> authority.client().enrolByLogin(alice, uri -> {}).block());
    assertEquals(Reason.BUSY, failure.reason());
    Certification certification = new Certification("bob", Scope.ALL);
    Identity bob =
        authority.client().enrol(Identity.generate("x"), authority.token(certification)).block();
    assertEquals("bob", bob.name());
  }
}
