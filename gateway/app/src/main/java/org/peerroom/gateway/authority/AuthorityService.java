package org.peerroom.gateway.authority;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.peerroom.identity.Identity;
import org.peerroom.identity.VerificationKey;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** A running authority: its port, its threads, its files. */
final class AuthorityService implements AutoCloseable {

  private static final int THREADS = 4;
  private static final int MAX_WAITING = 1_000;

  private final Issuer issuer;
  private final Scheduler blocking;
  private final AuthorityServer server;
  private boolean closed;

  private AuthorityService(Issuer issuer, Scheduler blocking, AuthorityServer server) {
    this.issuer = issuer;
    this.blocking = blocking;
    this.server = server;
  }

  /**
   * Opens files and port.
   *
   * @param provider where people log in, or null
   */
  static AuthorityService start(
      Identity authority,
      AuthorityFolder folder,
      Duration life,
      ServerSettings settings,
      @Nullable OpenIdSettings provider,
      InstantSource clock)
      throws IOException {
    Issuer issuer = Issuer.open(authority, life, clock, folder);
    Scheduler blocking = Schedulers.newBoundedElastic(THREADS, MAX_WAITING, "authority");
    try {
      PendingRequests pending = new PendingRequests(clock);
      Logins logins = null;
      if (provider != null) {
        OpenIdProvider people = new OpenIdProvider(provider, clock);
        logins = new Logins(people, pending, issuer);
        blocking.schedule(people::check);
      }
      AuthorityApi api = new AuthorityApi(issuer, pending, logins, blocking);
      return new AuthorityService(issuer, blocking, AuthorityServer.open(settings, api));
    } catch (RuntimeException e) {
      blocking.dispose();
      issuer.close();
      throw e;
    }
  }

  /** Where it listens. */
  URI url() {
    return server.url();
  }

  /** The key that verifiers must trust. */
  VerificationKey key() {
    return issuer.key();
  }

  /** Takes no more requests, lets what is being written finish, and closes the files. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    server.close();
    blocking.disposeGracefully().block(Duration.ofSeconds(5));
    issuer.close();
  }
}
