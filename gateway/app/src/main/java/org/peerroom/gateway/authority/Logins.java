package org.peerroom.gateway.authority;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.peerroom.gateway.authority.PendingRequests.Pending;
import org.peerroom.identity.CertificateRequest;

/**
 * Logins under way, by the authorization code flow with PKCE (OpenID Connect Core 1.0, section 3.1;
 * RFC 7636). Each has a state, a nonce and a verifier of its own, and each state works once.
 *
 * <p>After a login the person must still confirm for which key it was: otherwise a link sent by
 * someone else, and a provider that asks nothing of who is logged in already, would be enough to
 * certify that other one's key.
 *
 * <p>There are no more logins than {@link PendingRequests} has requests that wait for one.
 * Thread-safe. Blocks.
 */
final class Logins {

  private final OpenIdProvider provider;
  private final PendingRequests pending;
  private final Issuer issuer;
  private final Map<String, Login> byState = new HashMap<>();
  private final Map<String, Confirmation> bySecret = new HashMap<>();

  Logins(OpenIdProvider provider, PendingRequests pending, Issuer issuer) {
    this.provider = provider;
    this.pending = pending;
    this.issuer = issuer;
  }

  /** What one login must bring back; the verifier is a secret. */
  private static final class Login {
    private final Pending request;
    private final URI redirect;
    private final String nonce;
    private final String verifier;

    private Login(Pending request, URI redirect, String nonce, String verifier) {
      this.request = request;
      this.redirect = redirect;
      this.nonce = nonce;
      this.verifier = verifier;
    }
  }

  /** Someone has logged in, for whom a key waits. */
  static final class Confirmation {
    private final String secret = PendingRequests.random();
    private final Pending request;
    private final IdToken who;

    private Confirmation(Pending request, IdToken who) {
      this.request = request;
      this.who = who;
    }

    /** Known to the page that the person sees, and to no one else. */
    String secret() {
      return secret;
    }

    /** As whom the key will be certified. */
    Certification certification() {
      return who.certification();
    }

    CertificateRequest request() {
      return request.request();
    }
  }

  /** A login that was begun. */
  record Begun(String id, URI login) {}

  /**
   * Begins a login for a request.
   *
   * @param redirect where the provider sends the person back to
   */
  Begun begin(CertificateRequest request, InetAddress from, URI redirect) throws IOException {
    String state = PendingRequests.random();
    String nonce = PendingRequests.random();
    // RFC 7636, section 4.1 wants at least 43 characters.
    String verifier = PendingRequests.random() + PendingRequests.random();
    URI uri = provider.authorization(redirect, state, nonce, challenge(verifier));
    Login login = new Login(pending.login(request, from), redirect, nonce, verifier);
    synchronized (this) {
      byState.values().removeIf(old -> isOver(old.request));
      bySecret.values().removeIf(old -> isOver(old.request));
      byState.put(state, login);
    }
    return new Begun(login.request.id(), uri);
  }

  /** RFC 7636, section 4.2. */
  private static String challenge(String verifier) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /**
   * A person came back from the provider.
   *
   * @throws RequestException if the state is not one that is waited for, or the login does not hold
   */
  Confirmation returned(String state, @Nullable String code, @Nullable String error)
      throws IOException {
    Login login;
    synchronized (this) {
      login = byState.remove(state);
    }
    if (login == null || isOver(login.request)) {
      throw RequestException.refused("this login is over, or was not begun here; begin again");
    }
    try {
      if (code == null) {
        throw RequestException.refused(
            "the OpenID provider did not log in (" + (error == null ? "no code" : error) + ")");
      }
      String token = provider.idToken(login.redirect, code, login.verifier);
      Confirmation confirmation =
          new Confirmation(
              login.request,
              IdToken.verify(token, login.nonce, provider.settings(), provider.keys()));
      synchronized (this) {
        bySecret.put(confirmation.secret, confirmation);
      }
      return confirmation;
    } catch (RequestException e) {
      login.request.refused(e);
      throw e;
    } catch (IOException e) {
      login.request.refused(
          RequestException.later("the OpenID provider can't be asked; try again later"));
      throw e;
    }
  }

  /** The person says whether the key is theirs; gives the name that it was certified for. */
  Certification confirmed(String secret, boolean yes) throws IOException {
    Confirmation confirmation;
    synchronized (this) {
      confirmation = bySecret.remove(secret);
    }
    if (confirmation == null || isOver(confirmation.request)) {
      throw RequestException.refused("this login is over; begin again");
    }
    Pending request = confirmation.request;
    if (!yes) {
      RequestException no = RequestException.refused("whoever logged in did not confirm the key");
      request.refused(no);
      throw no;
    }
    try {
      IdToken who = confirmation.who;
      request.signed(issuer.enrol(request.request(), who.certification(), who.subject()));
      return who.certification();
    } catch (RequestException e) {
      request.refused(e);
      throw e;
    } catch (IOException | RuntimeException e) {
      request.refused(RequestException.later("the authority has a problem; try again later"));
      throw e;
    }
  }

  private boolean isOver(Pending request) {
    return !pending.knows(request);
  }
}
