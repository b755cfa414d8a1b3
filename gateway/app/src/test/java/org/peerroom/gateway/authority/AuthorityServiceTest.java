package org.peerroom.gateway.authority;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.peerroom.authority.AuthorityException;
import org.peerroom.authority.AuthorityException.Reason;
import org.peerroom.identity.Certificate;
import org.peerroom.identity.Identity;
import org.peerroom.identity.Purpose;
import org.peerroom.identity.Revocation;
import org.peerroom.identity.Scope;
import org.peerroom.identity.SignatureChain;
import org.peerroom.identity.VerifiedIdentity;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The service over HTTP, asked by the client and by hand. */
class AuthorityServiceTest {

  private static final Certification ALICE =
      new Certification("alice", Scope.ALL.withAttribute("org", "Acme"));

  @TempDir Path folder;

  private static AuthorityException refused(Mono<Identity> answer) {
    return assertThrows(AuthorityException.class, answer::block);
  }

  @Test
  void client_enrolsAndRenews() throws Exception {
    try (RunningAuthority authority = RunningAuthority.start(folder.resolve("data"))) {
      Identity alice =
          authority.client().enrol(Identity.generate("x"), authority.token(ALICE)).block();
      assertEquals("alice", alice.name());
      assertEquals(authority.url(), alice.authority().orElseThrow());
      VerifiedIdentity verified =
          assertInstanceOf(
              VerifiedIdentity.class,
              authority
                  .trusted()
                  .verify(
                      SignatureChain.of(alice.certificates()),
                      Instant.now(),
                      Purpose.IDENTIFY,
                      null));
      assertEquals("alice", verified.name());
      assertEquals("Acme", verified.attributes().get("org"));

      Identity renewed = authority.client().renew(alice).block();
      assertNotEquals(alice.certificates(), renewed.certificates());
      assertEquals(alice.key(), renewed.key());
      assertEquals("alice", renewed.name());
    }
  }

  @Test
  void client_keepsAnIdentityRenewed() throws Exception {
    try (RunningAuthority authority =
        RunningAuthority.withLife(folder.resolve("data"), Duration.ofSeconds(10))) {
      Identity alice =
          authority.client().enrol(Identity.generate("x"), authority.token(ALICE)).block();
      StepVerifier.create(authority.client().keepRenewed(alice).take(1))
          .assertNext(
              renewed ->
                  assertTrue(
                      renewed
                          .certificates()
                          .get(0)
                          .expiresAt()
                          .isAfter(alice.certificates().get(0).expiresAt())))
          .expectComplete()
          .verify(Duration.ofSeconds(30));
    }
  }

  @Test
  void client_endsRenewalsWhenRevoked() throws Exception {
    try (RunningAuthority authority =
        RunningAuthority.withLife(folder.resolve("data"), Duration.ofSeconds(10))) {
      Identity alice =
          authority.client().enrol(Identity.generate("x"), authority.token(ALICE)).block();
      Instant now = Instant.now();
      new Revocations(authority.folder, authority.trusted())
          .add(
              authority.key.revoke(
                  new Revocation.Target.Key(alice.key()), now, now.plusSeconds(600), "lost"));
      StepVerifier.create(authority.client().keepRenewed(alice))
          .expectErrorSatisfies(
              e -> assertEquals(Reason.REFUSED, ((AuthorityException) e).reason()))
          .verify(Duration.ofSeconds(30));
      HttpResponse<String> revocations = authority.get("/v1/revocations");
      Revocation served =
          Revocation.parse(
              Json.texts(
                      Json.parse(revocations.body().getBytes(StandardCharsets.UTF_8)),
                      "revocations")
                  .get(0));
      assertEquals(new Revocation.Target.Key(alice.key()), served.target());
      assertEquals("lost", served.reason().orElseThrow());
    }
  }

  @Test
  void client_saysWhyItIsRefused() throws Exception {
    try (RunningAuthority authority = RunningAuthority.start(folder.resolve("data"))) {
      String token = authority.token(ALICE);
      authority.client().enrol(Identity.generate("x"), token).block();
      AuthorityException used = refused(authority.client().enrol(Identity.generate("y"), token));
      assertEquals(Reason.REFUSED, used.reason());
      assertTrue(used.getMessage().contains("the token is used already"), used.getMessage());
      assertFalse(used.getMessage().contains(token), used.getMessage());
      AuthorityException login =
          refused(authority.client().enrolByLogin(Identity.generate("z"), uri -> {}));
      assertTrue(login.getMessage().contains("a token is needed"), login.getMessage());
    }
  }

  @Test
  void client_trustsTheCaThatItIsGiven() throws Exception {
    TlsFiles tls = TlsFiles.make(folder);
    try (RunningAuthority authority =
        RunningAuthority.withTls(folder.resolve("data"), tls.certificate(), tls.key())) {
      String token = authority.token(ALICE);
      AuthorityException unknown = refused(authority.client().enrol(Identity.generate("x"), token));
      assertEquals(Reason.UNREACHABLE, unknown.reason());
      assertTrue(unknown.getMessage().contains("TLS fails"), unknown.getMessage());
      Identity alice =
          org.peerroom.authority.AuthorityClient.of(authority.url(), tls.certificate())
              .enrol(Identity.generate("x"), token)
              .block();
      assertEquals("alice", alice.name());
    }
  }

  @Test
  void api_answersAsDocumented() throws Exception {
    try (RunningAuthority authority = RunningAuthority.start(folder.resolve("data"))) {
      assertEquals(
          "{\"name\":\"Acme\",\"key\":\"" + authority.key.key() + "\"}\n",
          authority.get("/v1/authority").body());
      String request = Identity.generate("x").request(Instant.now()).text();
      String body =
          "{\"request\":\"%s\",\"token\":\"%s\"}".formatted(request, authority.token(ALICE));
      HttpResponse<String> accepted = authority.post("/v1/requests", body);
      assertEquals(202, accepted.statusCode(), accepted.body());
      String id = Json.text(Json.parse(accepted.body().getBytes(StandardCharsets.UTF_8)), "id");
      HttpResponse<String> signed = authority.get("/v1/requests/" + id);
      assertEquals(200, signed.statusCode(), signed.body());
      String certificate =
          Json.texts(Json.parse(signed.body().getBytes(StandardCharsets.UTF_8)), "certificates")
              .get(0);
      assertEquals("alice", Certificate.parse(certificate).subject());
      assertEquals(200, authority.get("/v1/requests/" + id + "?wait=10").statusCode());
      String renewal =
          "{\"request\":\"%s\",\"certificates\":[\"%s\"]}".formatted(request, certificate);
      assertEquals(200, authority.post("/v1/renewals", renewal).statusCode());
    }
  }

  @Test
  void api_refusesWhatIsMalformed() throws Exception {
    try (RunningAuthority authority = RunningAuthority.start(folder.resolve("data"))) {
      String request = Identity.generate("x").request(Instant.now()).text();
      for (String body :
          new String[] {
            "",
            "[]",
            "null",
            "{\"request\":1}",
            "{\"request\":\"a\",\"request\":\"b\"}",
            "{\"request\":\"a\"} {}",
            "{\"request\":\"a.b.c\"}",
            "{\"token\":\"a\"}",
            "{\"request\":\"" + request + "\",\"admin\":true}",
            "[".repeat(8_000)
          }) {
        HttpResponse<String> answer = authority.post("/v1/requests", body);
        assertEquals(400, answer.statusCode(), body + " " + answer.body());
        assertTrue(answer.body().startsWith("{\"error\":\""), answer.body());
      }
      assertEquals(404, authority.get("/").statusCode());
      assertEquals(404, authority.get("/v1/requests/AAAA").statusCode());
      assertEquals(404, authority.get("/v1/requests/../authority").statusCode());
      assertEquals(405, authority.get("/v1/renewals").statusCode());
      assertEquals(405, authority.post("/v1/authority", "{}").statusCode());
      assertEquals(403, authority.get("/v1/login/callback?state=x&code=y").statusCode());
    }
  }

  @Test
  void api_refusesBodiesThatAreTooLarge() throws Exception {
    try (RunningAuthority authority = RunningAuthority.start(folder.resolve("data"))) {
      String large = "x".repeat(AuthorityServer.MAX_BODY + 1);
      assertEquals(413, authority.post("/v1/requests", large).statusCode());
      byte[] bytes = large.getBytes(StandardCharsets.UTF_8);
      // Without a length beforehand.
      assertEquals(
          413,
          authority
              .post(
                  "/v1/requests",
                  BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes)))
              .statusCode());
      assertEquals(200, authority.get("/v1/authority").statusCode());
    }
  }

  @Test
  void api_refusesAnAddressThatAsksTooOften() throws Exception {
    try (RunningAuthority authority = RunningAuthority.start(folder.resolve("data"))) {
      int refusals = 0;
      for (int i = 0; i < AuthorityServer.BURST + 40; i++) {
        HttpResponse<String> answer = authority.get("/v1/authority");
        if (answer.statusCode() == 429) {
          assertEquals("1", answer.headers().firstValue("Retry-After").orElseThrow());
          refusals++;
        }
      }
      assertTrue(refusals > 0);
    }
  }

  @Test
  void server_failsWithOneLineForBadTls() throws Exception {
    Path junk = Files.writeString(folder.resolve("junk.pem"), "junk");
    var failure =
        assertThrows(
            org.peerroom.gateway.GatewayException.class,
            () -> RunningAuthority.withTls(folder.resolve("data"), junk, junk).close());
    assertTrue(failure.getMessage().startsWith("TLS can't be set up with"), failure.getMessage());
  }

  @Test
  void answers_areNotForCachesOrFrames() throws Exception {
    try (RunningAuthority authority = RunningAuthority.start(folder.resolve("data"))) {
      HttpResponse<String> answer =
          authority.send(
              HttpRequest.newBuilder(authority.url().resolve("/v1/login/callback")).build());
      assertEquals("no-store", answer.headers().firstValue("Cache-Control").orElseThrow());
      assertEquals("DENY", answer.headers().firstValue("X-Frame-Options").orElseThrow());
      assertTrue(answer.body().contains("Not certified"), answer.body());
    }
  }
}
