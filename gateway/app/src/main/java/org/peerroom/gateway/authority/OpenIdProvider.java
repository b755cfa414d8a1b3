package org.peerroom.gateway.authority;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The provider as the authority talks to it: its metadata (OpenID Connect Discovery 1.0, section
 * 4), its keys, and the exchange of a code for an ID token (OpenID Connect Core 1.0, section
 * 3.1.3). Thread-safe. Blocks; an {@link IOException} means that it can't be reached or answers
 * nonsense.
 */
final class OpenIdProvider {

  private static final Logger LOG = LoggerFactory.getLogger(OpenIdProvider.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration METADATA_LIFE = Duration.ofHours(1);
  private static final Duration KEYS_LIFE = Duration.ofMinutes(15);
  private static final Duration KEYS_INTERVAL = Duration.ofSeconds(30);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);
  private static final int MAX_ANSWER = 256 << 10;

  private final OpenIdSettings settings;
  private final InstantSource clock;
  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(PATIENCE)
          .followRedirects(HttpClient.Redirect.NEVER)
          .version(HttpClient.Version.HTTP_1_1)
          .build();
  private @Nullable Metadata metadata;
  private Instant failedAt = Instant.EPOCH;

  OpenIdProvider(OpenIdSettings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /** Where the provider does what, and its keys. */
  private record Metadata(
      URI authorization,
      URI token,
      boolean secretInBody,
      JWKSource<SecurityContext> keys,
      Instant readAt) {}

  OpenIdSettings settings() {
    return settings;
  }

  /** Says in the log whether it can be reached; for the operator who has mistyped something. */
  void check() {
    try {
      metadata();
      LOG.info("people can log in at {}", settings.issuer());
    } catch (IOException e) {
      LOG.warn("nobody can log in for now: {}", e.getMessage());
    }
  }

  /** The keys that it signs with, read anew when one is not known. */
  JWKSource<SecurityContext> keys() throws IOException {
    return metadata().keys();
  }

  /**
   * Where a person logs in, for one login.
   *
   * @param challenge the hash of what {@link #idToken} must be given (RFC 7636, S256)
   */
  URI authorization(URI redirect, String state, String nonce, String challenge) throws IOException {
    Map<String, String> query = new LinkedHashMap<>();
    query.put("response_type", "code");
    query.put("client_id", settings.clientId());
    query.put("redirect_uri", redirect.toString());
    query.put("scope", "openid email profile");
    query.put("state", state);
    query.put("nonce", nonce);
    query.put("code_challenge", challenge);
    query.put("code_challenge_method", "S256");
    URI endpoint = metadata().authorization();
    String joint = endpoint.getRawQuery() == null ? "?" : "&";
    return URI.create(endpoint + joint + form(query));
  }

  /**
   * Exchanges a code for the ID token, which is not verified yet.
   *
   * @throws RequestException if the provider refuses the code
   */
  String idToken(URI redirect, String code, String verifier) throws IOException {
    Metadata known = metadata();
    Map<String, String> body = new LinkedHashMap<>();
    body.put("grant_type", "authorization_code");
    body.put("code", code);
    body.put("redirect_uri", redirect.toString());
    body.put("code_verifier", verifier);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(known.token())
            .timeout(PATIENCE)
            .header("Accept", "application/json")
            .header("Content-Type", "application/x-www-form-urlencoded");
    String secret = settings.clientSecret();
    if (secret == null || known.secretInBody()) {
      body.put("client_id", settings.clientId());
    }
    if (secret != null && known.secretInBody()) {
      body.put("client_secret", secret);
    } else if (secret != null) {
      // RFC 6749, section 2.3.1: both are encoded as in a form before they are joined.
      String both = encode(settings.clientId()) + ":" + encode(secret);
      request.header(
          "Authorization",
          "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8)));
    }
    Answer answer = send(request.POST(BodyPublishers.ofString(form(body))).build());
    try {
      if (answer.status() == 400 || answer.status() == 401) {
        throw RequestException.refused(
            "the OpenID provider does not take the code ("
                + Json.optionalText(answer.body(), "error").orElse("no reason given")
                + "); log in again");
      }
      if (answer.status() != 200) {
        throw new IOException("the OpenID provider answers " + answer.status() + " to a code");
      }
      return Json.text(answer.body(), "id_token");
    } catch (Json.MalformedException e) {
      throw new IOException("the OpenID provider answers nonsense to a code: " + e.getMessage(), e);
    }
  }

  /**
   * Reads where the provider does what, or remembers it. One that can't be reached is left alone
   * for some seconds, so that waiting for it does not take up every thread.
   */
  private synchronized Metadata metadata() throws IOException {
    Instant now = clock.instant();
    if (metadata != null && metadata.readAt().plus(METADATA_LIFE).isAfter(now)) {
      return metadata;
    }
    if (failedAt.plus(AFTER_FAILURE).isAfter(now)) {
      throw new IOException("the OpenID provider could not be reached some seconds ago");
    }
    try {
      metadata = read(now);
      return metadata;
    } catch (IOException e) {
      failedAt = now;
      throw e;
    }
  }

  private Metadata read(Instant now) throws IOException {
    String issuer = settings.issuer().toString();
    URI uri = URI.create(issuer.replaceFirst("/$", "") + "/.well-known/openid-configuration");
    Answer answer = send(HttpRequest.newBuilder(uri).timeout(PATIENCE).GET().build());
    if (answer.status() != 200) {
      throw new IOException(uri + " answers " + answer.status() + "; check --oidc-issuer");
    }
    try {
      ObjectNode body = answer.body();
      if (!Json.text(body, "issuer").equals(issuer)) {
        throw new IOException(
            uri + " names another issuer than " + issuer + "; check --oidc-issuer");
      }
      return new Metadata(
          endpoint(body, "authorization_endpoint"),
          endpoint(body, "token_endpoint"),
          secretGoesIntoBody(body),
          keys(endpoint(body, "jwks_uri")),
          now);
    } catch (Json.MalformedException e) {
      throw new IOException(uri + " is no metadata of a provider: " + e.getMessage(), e);
    }
  }

  private static boolean secretGoesIntoBody(ObjectNode body) throws Json.MalformedException {
    String name = "token_endpoint_auth_methods_supported";
    return body.has(name)
        && !Json.texts(body, name).contains("client_secret_basic")
        && Json.texts(body, name).contains("client_secret_post");
  }

  private static URI endpoint(ObjectNode body, String name)
      throws Json.MalformedException, IOException {
    try {
      URI uri = URI.create(Json.text(body, name));
      if (OpenIdSettings.isSafe(uri)) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      throw new IOException("the provider's " + name + " is no URL", e);
    }
    throw new IOException("the provider's " + name + " is not encrypted");
  }

  private static JWKSource<SecurityContext> keys(URI uri) throws IOException {
    int millis = (int) PATIENCE.toMillis();
    return JWKSourceBuilder.<SecurityContext>create(
            uri.toURL(), new DefaultResourceRetriever(millis, millis, MAX_ANSWER))
        .cache(KEYS_LIFE.toMillis(), PATIENCE.toMillis())
        .rateLimited(KEYS_INTERVAL.toMillis())
        .refreshAheadCache(false)
        .build();
  }

  private record Answer(int status, ObjectNode body) {}

  private Answer send(HttpRequest request) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CompletableFuture<HttpResponse<Void>> answer =
        http.sendAsync(
            request, BodyHandlers.ofByteArrayConsumer(part -> part.ifPresent(p -> add(bytes, p))));
    try {
      int status = answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).statusCode();
      boolean json = status == 200 || bytes.size() > 0;
      return new Answer(status, json ? Json.parse(bytes.toByteArray()) : Json.object());
    } catch (Json.MalformedException e) {
      throw new IOException(
          "the OpenID provider answers no JSON at " + request.uri() + ": " + e.getMessage(), e);
    } catch (ExecutionException e) {
      throw new IOException(
          "the OpenID provider can't be reached at " + request.uri() + ": " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new IOException("the OpenID provider does not answer at " + request.uri(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("stopped while the OpenID provider was asked", e);
    } finally {
      answer.cancel(true);
    }
  }

  private static void add(ByteArrayOutputStream bytes, byte[] part) {
    if (bytes.size() + part.length > MAX_ANSWER) {
      throw new IllegalStateException("its answer is longer than " + MAX_ANSWER + " bytes");
    }
    bytes.writeBytes(part);
  }

  private static String form(Map<String, String> values) {
    return values.entrySet().stream()
        .map(entry -> encode(entry.getKey()) + "=" + encode(entry.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
