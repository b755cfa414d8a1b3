package org.peerroom.gateway.authority;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/**
 * An OpenID provider with an HTTP server of its own: discovery, authorization code flow with PKCE,
 * a client secret, signed ID tokens. Everyone who comes is logged in already. A test can make it
 * lie.
 */
final class TestOpenIdProvider implements AutoCloseable {

  static final String CLIENT = "peerroom authority";
  static final String SECRET = "s3cret:/ +%";

  /** How an ID token is signed. */
  enum Signing {
    RS256,
    ES256,
    NONE,
    HS256_WITH_PUBLIC_KEY,
    UNPUBLISHED_KEY
  }

  private record Granted(String nonce, String challenge, String redirect) {}

  private final HttpServer server;
  private final Map<String, Granted> codes = new ConcurrentHashMap<>();
  private final AtomicInteger counter = new AtomicInteger();
  private final ECKey ecKey = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
  private final RSAKey unpublished = new RSAKeyGenerator(2048).keyID("rsa1").generate();
  private volatile RSAKey rsaKey = new RSAKeyGenerator(2048).keyID("rsa1").generate();

  volatile Signing signing = Signing.RS256;
  volatile UnaryOperator<JWTClaimsSet.Builder> claims = honest -> honest;
  volatile boolean checksCodes = true;

  TestOpenIdProvider() throws IOException, JOSEException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/.well-known/openid-configuration", this::metadata);
    server.createContext("/authorize", this::authorize);
    server.createContext("/token", this::token);
    server.createContext("/keys", this::keys);
    server.start();
  }

  URI issuer() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  OpenIdSettings settings(String nameClaim) {
    return new OpenIdSettings(issuer(), CLIENT, SECRET, nameClaim, "Acme", null);
  }

  void rotateKeys() throws JOSEException {
    rsaKey = new RSAKeyGenerator(2048).keyID("rsa" + counter.incrementAndGet() + "new").generate();
  }

  private void metadata(HttpExchange exchange) throws IOException {
    answer(
        exchange,
        200,
        """
        {"issuer":"%1$s","authorization_endpoint":"%1$s/authorize","token_endpoint":"%1$s/token",
        "jwks_uri":"%1$s/keys","response_types_supported":["code"],
        "id_token_signing_alg_values_supported":["RS256"]}
        """
            .formatted(issuer()));
  }

  private void authorize(HttpExchange exchange) throws IOException {
    Map<String, List<String>> query =
        new QueryStringDecoder(exchange.getRequestURI().toString()).parameters();
    boolean good =
        one(query, "response_type").equals("code")
            && one(query, "client_id").equals(CLIENT)
            && one(query, "code_challenge_method").equals("S256")
            && List.of(one(query, "scope").split(" ")).contains("openid");
    if (!good) {
      answer(exchange, 400, "{\"error\":\"invalid_request\"}");
      return;
    }
    String code = "code+" + counter.incrementAndGet();
    String redirect = one(query, "redirect_uri");
    codes.put(code, new Granted(one(query, "nonce"), one(query, "code_challenge"), redirect));
    exchange
        .getResponseHeaders()
        .add(
            "Location",
            redirect + "?code=" + code.replace("+", "%2B") + "&state=" + one(query, "state"));
    exchange.sendResponseHeaders(302, -1);
    exchange.close();
  }

  private void token(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Map<String, List<String>> form = new QueryStringDecoder(body, false).parameters();
    // RFC 6749, section 2.3.1
    String basic = "peerroom+authority:s3cret%3A%2F+%2B%25";
    String expected =
        "Basic " + Base64.getEncoder().encodeToString(basic.getBytes(StandardCharsets.UTF_8));
    if (!expected.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      answer(exchange, 401, "{\"error\":\"invalid_client\"}");
      return;
    }
    Granted granted = codes.remove(one(form, "code"));
    boolean good =
        granted != null
            && one(form, "grant_type").equals("authorization_code")
            && one(form, "redirect_uri").equals(granted.redirect())
            && (!checksCodes || challenge(one(form, "code_verifier")).equals(granted.challenge()));
    if (!good) {
      answer(exchange, 400, "{\"error\":\"invalid_grant\"}");
      return;
    }
    try {
      answer(
          exchange,
          200,
          "{\"access_token\":\"x\",\"token_type\":\"Bearer\",\"id_token\":\"%s\"}"
              .formatted(idToken(granted.nonce())));
    } catch (JOSEException e) {
      throw new IOException(e);
    }
  }

  private String idToken(String nonce) throws JOSEException {
    Instant now = Instant.now();
    JWTClaimsSet.Builder honest =
        new JWTClaimsSet.Builder()
            .issuer(issuer().toString())
            .subject("0815")
            .audience(CLIENT)
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plus(Duration.ofMinutes(5))))
            .claim("nonce", nonce)
            .claim("email", "alice@acme.example")
            .claim("email_verified", true)
            .claim("preferred_username", "<b>alice</b>");
    JWTClaimsSet said = claims.apply(honest).build();
    return switch (signing) {
      case RS256 -> signed(JWSAlgorithm.RS256, rsaKey.getKeyID(), new RSASSASigner(rsaKey), said);
      case ES256 -> signed(JWSAlgorithm.ES256, "ec", new ECDSASigner(ecKey), said);
      case NONE -> new PlainJWT(said).serialize();
      case HS256_WITH_PUBLIC_KEY ->
          signed(
              JWSAlgorithm.HS256,
              rsaKey.getKeyID(),
              new MACSigner(rsaKey.toRSAPublicKey().getEncoded()),
              said);
      case UNPUBLISHED_KEY ->
          signed(JWSAlgorithm.RS256, "rsa1", new RSASSASigner(unpublished), said);
    };
  }

  private static String signed(
      JWSAlgorithm algorithm, String keyId, JWSSigner signer, JWTClaimsSet said)
      throws JOSEException {
    SignedJWT token = new SignedJWT(new JWSHeader.Builder(algorithm).keyID(keyId).build(), said);
    token.sign(signer);
    return token.serialize();
  }

  private void keys(HttpExchange exchange) throws IOException {
    List<JWK> published = List.of(rsaKey, ecKey);
    answer(exchange, 200, new JWKSet(published).toPublicJWKSet().toString());
  }

  private static String challenge(String verifier) {
    try {
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(
              MessageDigest.getInstance("SHA-256")
                  .digest(verifier.getBytes(StandardCharsets.US_ASCII)));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String one(Map<String, List<String>> from, String name) {
    return from.getOrDefault(name, List.of("")).get(0);
  }

  private static void answer(HttpExchange exchange, int status, String json) throws IOException {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
