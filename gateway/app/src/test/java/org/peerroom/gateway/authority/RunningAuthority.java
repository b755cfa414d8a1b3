package org.peerroom.gateway.authority;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.peerroom.authority.AuthorityClient;
import org.peerroom.identity.Identity;
import org.peerroom.identity.TrustedAuthorities;

/** An authority with a port and a folder of its own, in the process of the test. */
final class RunningAuthority implements AutoCloseable {

  final Identity key = Identity.generate("Acme");
  final AuthorityFolder folder;
  private final AuthorityService service;
  private final HttpClient http = HttpClient.newHttpClient();

  private RunningAuthority(
      Path root,
      Duration life,
      @Nullable Path certificate,
      @Nullable Path tlsKey,
      @Nullable OpenIdSettings provider)
      throws IOException {
    this.folder = AuthorityFolder.open(root);
    this.service =
        AuthorityService.start(
            key,
            folder,
            life,
            new ServerSettings("127.0.0.1", 0, certificate, tlsKey, null),
            provider,
            InstantSource.system());
  }

  static RunningAuthority start(Path root) throws IOException {
    return new RunningAuthority(root, Duration.ofDays(30), null, null, null);
  }

  static RunningAuthority withLife(Path root, Duration life) throws IOException {
    return new RunningAuthority(root, life, null, null, null);
  }

  static RunningAuthority withTls(Path root, Path certificate, Path tlsKey) throws IOException {
    return new RunningAuthority(root, Duration.ofDays(30), certificate, tlsKey, null);
  }

  static RunningAuthority withProvider(Path root, OpenIdSettings provider) throws IOException {
    return new RunningAuthority(root, Duration.ofDays(30), null, null, provider);
  }

  URI url() {
    return service.url();
  }

  AuthorityClient client() {
    return AuthorityClient.of(url());
  }

  TrustedAuthorities trusted() {
    return Issuer.itself(key);
  }

  String token(Certification certification) throws IOException {
    Instant now = Instant.now();
    return new TokenStore(folder).create(certification, now, now.plus(Duration.ofHours(1)));
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(url().resolve(path)).GET().build());
  }

  HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
    return post(path, BodyPublishers.ofString(body));
  }

  HttpResponse<String> post(String path, BodyPublisher body)
      throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(url().resolve(path)).POST(body).build());
  }

  HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return http.send(request, BodyHandlers.ofString());
  }

  @Override
  public void close() throws IOException {
    service.close();
  }
}
