package org.peerroom.authority;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.peerroom.authority.AuthorityException.Reason;
import org.peerroom.authority.AuthorityHttp.Answer;
import org.peerroom.identity.Certificate;
import org.peerroom.identity.Identity;
import org.peerroom.identity.RefusedException;
import org.peerroom.identity.Revocation;
import org.peerroom.identity.RevocationList;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * Asks one authority service ({@code gateway authority run}) to certify identities.
 *
 * <pre>{@code
 * AuthorityClient authority = AuthorityClient.of(URI.create("https://authority.example"));
 * Identity alice = authority.enrol(Identity.generate("alice"), token).block();
 * alice.save(Path.of("alice.json"), passphrase);
 * authority.keepRenewed(alice).subscribe(renewed -> renewed.save(Path.of("alice.json"), passphrase));
 * }</pre>
 *
 * <p>The private key never leaves this process: what is sent is a request that it has signed. What
 * comes back is checked to be for this key. Whether the authority is one to be trusted is not
 * checked here; that is what verifiers do, against the list of authorities that they know.
 *
 * <p>All publishers are lazy, ask anew for every subscription, block no thread, and end with {@link
 * AuthorityException} when it does not work. All methods may be called from any thread.
 */
public final class AuthorityClient {

  /** How long an authority keeps a request that waits for a login. */
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

  private static final Duration POLL = Duration.ofSeconds(25);
  private static final Duration BETWEEN_POLLS = Duration.ofSeconds(1);
  private static final int MAX_CERTIFICATES = 3;

  /** As many revocations as an authority may have take less than half of this. */
  static final int MAX_REVOCATIONS_ANSWER = 4 << 20;

  private final URI base;
  private final AuthorityHttp http;
  private final InstantSource clock = InstantSource.system();
  private final Scheduler timer = Schedulers.parallel();

  private AuthorityClient(URI base, AuthorityHttp http) {
    this.base = base;
    this.http = http;
  }

  /**
   * An authority, known for TLS by the CAs that Java trusts.
   *
   * @param base where it is, as {@code https://authority.example}; {@code http} only for this
   *     machine ({@code localhost}, {@code 127.x.x.x}, {@code [::1]}), because a token must not be
   *     read on the way
   * @throws IllegalArgumentException with one line if this is no such address
   */
  public static AuthorityClient of(URI base) {
    checkBase(base);
    return new AuthorityClient(base, new AuthorityHttp(base, null));
  }

  /**
   * An authority, known for TLS by the certificates in this file and no others. Reads the file: not
   * for an event loop.
   *
   * @param ca certificates in PEM form: of a CA, or the server's own
   * @throws IllegalArgumentException with one line if this is no such address or file
   */
  public static AuthorityClient of(URI base, Path ca) {
    checkBase(base);
    return new AuthorityClient(base, new AuthorityHttp(base, TrustedCa.load(ca)));
  }

  private static void checkBase(URI base) {
    String scheme = base.getScheme() == null ? "" : base.getScheme().toLowerCase(Locale.ROOT);
    String host = base.getHost();
    if (host == null
        || !(scheme.equals("https") || scheme.equals("http"))
        || base.getRawQuery() != null
        || base.getRawFragment() != null
        || base.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "'" + base + "' is not the address of an authority; expected https://HOST[:PORT]");
    }
    if (scheme.equals("http") && !isThisMachine(host)) {
      throw new IllegalArgumentException(
          "'" + base + "' is not encrypted; use https (http is for 127.0.0.1 and localhost only)");
    }
  }

  private static boolean isThisMachine(String host) {
    return host.equalsIgnoreCase("localhost")
        || host.equals("[::1]")
        || host.matches("127(\\.[0-9]{1,3}){3}");
  }

  /**
   * Has the key of an identity certified by means of a one-time token. Emits the identity with its
   * certificates, under the name that the token was made for.
   *
   * <p>A token works for one key. When the network fails midway, the same identity may be enrolled
   * with the same token again and gets the certificate that was made for it.
   */
  public Mono<Identity> enrol(Identity identity, String token) {
    return ask(identity, token)
        .flatMap(answer -> awaitCertificates(identity, id(answer)))
        .timeout(LONGEST_WAIT, Mono.error(this::waitedTooLong));
  }

  /**
   * Has the key of an identity certified by whom a person logs in as, at the OpenID provider of the
   * authority. Emits the identity with its certificates, under the name that the provider gives, as
   * soon as the person has logged in and confirmed, within 10 minutes.
   *
   * <p>The page that asks to confirm shows the first digits of {@code identity.key()}: show them to
   * the person too, who can then tell that it is this key and no one else's.
   *
   * @param open gets the address that the person must open in a browser; called once, must not
   *     block
   */
  public Mono<Identity> enrolByLogin(Identity identity, Consumer<URI> open) {
    return ask(identity, null)
        .flatMap(
            answer -> {
              String id = id(answer);
              open.accept(login(answer));
              return awaitCertificates(identity, id);
            })
        .timeout(LONGEST_WAIT, Mono.error(this::waitedTooLong));
  }

  /**
   * Has the certificate of an identity replaced by one that lives longer, with the same name and
   * claims. Emits the identity with its new certificates.
   *
   * <p>Works while the present certificate is neither expired nor revoked; after that it takes a
   * new enrolment.
   */
  public Mono<Identity> renew(Identity identity) {
    return Mono.defer(
            () -> {
              ObjectNode body = request(identity);
              ArrayNode present = body.putArray("certificates");
              certified(identity).forEach(certificate -> present.add(certificate.text()));
              return http.post("/v1/renewals", body);
            })
        .subscribeOn(timer)
        .map(answer -> renewed(identity, answer));
  }

  /**
   * Renews an identity again and again, each time at about two thirds of the life of its
   * certificate, give or take a twentieth, and emits each renewed identity: save it, and give it to
   * whoever speaks with it. Does nothing before it is subscribed to, and starts at once if that
   * time has passed already.
   *
   * <p>An authority that can't be reached, is busy or answers what makes no sense never ends this:
   * it is tried again after 5 seconds, then later each time, up to every 10 minutes, with one line
   * in the log each. Ends with an error when the authority refuses, because the certificate is
   * revoked or expired: then it takes a new enrolment. Never completes. Honours demand; emits on a
   * timer thread of Reactor, which must not be blocked.
   */
  public Flux<Identity> keepRenewed(Identity identity) {
    return Flux.defer(
        () -> {
          certified(identity);
          return new Renewals(
                  this::renew, clock, timer, () -> ThreadLocalRandom.current().nextDouble())
              .of(identity);
        });
  }

  /**
   * What the authority has taken back and serves now; empty if there is nothing. Needs no identity.
   *
   * <p>Every statement is parsed; if one can't be, or there are more than {@value
   * RevocationList#MAX_PER_AUTHORITY}, or they take more than 4 MiB, none is emitted and this ends
   * with an error. Whether they count is not checked here: {@link org.peerroom.Peer#revoke} and
   * {@link RevocationList#add} do. That the list is whole is not guaranteed: whoever answers can
   * leave statements out, but not invent any. Emits on a thread that must not be blocked.
   */
  public Mono<List<Revocation>> revocations() {
    return Mono.defer(() -> http.get("/v1/revocations", MAX_REVOCATIONS_ANSWER))
        .map(this::revocations);
  }

  private List<Revocation> revocations(Answer answer) {
    if (!(answer.body().get("revocations") instanceof ArrayNode texts)) {
      throw http.unexpected("it answers without revocations", null);
    }
    if (texts.size() > RevocationList.MAX_PER_AUTHORITY) {
      throw http.unexpected(
          "it has " + texts.size() + " revocations, more than an authority may have", null);
    }
    List<Revocation> revocations = new ArrayList<>();
    try {
      for (JsonNode text : texts) {
        revocations.add(Revocation.parse(text.asText()));
      }
    } catch (RefusedException e) {
      throw http.unexpected("a revocation can't be used: " + e.getMessage(), e);
    }
    return List.copyOf(revocations);
  }

  private Mono<Answer> ask(Identity identity, @Nullable String token) {
    return Mono.defer(
            () -> {
              ObjectNode body = request(identity);
              if (token != null) {
                body.put("token", token.strip());
              }
              return http.post("/v1/requests", body);
            })
        // It signs, which is not for the thread of an event loop that may have subscribed.
        .subscribeOn(timer);
  }

  private ObjectNode request(Identity identity) {
    return AuthorityHttp.object().put("request", identity.request(clock.instant()).text());
  }

  private static List<Certificate> certified(Identity identity) {
    if (identity.certificates().isEmpty()) {
      throw new AuthorityException(
          Reason.REFUSED,
          "the identity " + identity.name() + " has no certificate yet; enrol it first");
    }
    return identity.certificates();
  }

  private Mono<Identity> awaitCertificates(Identity identity, String id) {
    Retry patiently =
        Retry.backoff(Long.MAX_VALUE, BETWEEN_POLLS)
            .maxBackoff(POLL)
            .filter(failure -> failure instanceof AuthorityException e && e.mayPass());
    return http.get("/v1/requests/" + id + "?wait=" + POLL.toSeconds(), POLL)
        .retryWhen(patiently)
        .filter(answer -> answer.status() == 200)
        .repeatWhenEmpty(round -> round.delayElements(BETWEEN_POLLS, timer))
        .map(answer -> identityWith(identity, answer));
  }

  private String id(Answer answer) {
    String id = answer.text("id");
    if (id == null || !id.matches("[A-Za-z0-9_-]{1,64}")) {
      throw http.unexpected("it takes the request without telling its id", null);
    }
    return id;
  }

  private URI login(Answer answer) {
    String login = answer.text("login");
    if (login == null || !login.matches("https?://[\\x21-\\x7e]{1,4096}")) {
      throw http.unexpected(
          "it does not say where to log in; does it know an OpenID provider?", null);
    }
    try {
      return URI.create(login);
    } catch (IllegalArgumentException e) {
      throw http.unexpected("where to log in is not a URL", e);
    }
  }

  private Identity renewed(Identity before, Answer answer) {
    Identity after = identityWith(before, answer);
    boolean same =
        after.name().equals(before.name())
            && after.certificates().get(0).issuer().equals(before.certificates().get(0).issuer());
    if (!same) {
      throw http.unexpected("it renewed by another authority, or under another name", null);
    }
    return after;
  }

  private Identity identityWith(Identity identity, Answer answer) {
    List<Certificate> certificates = new ArrayList<>();
    JsonNode texts = answer.body().path("certificates");
    if (texts.size() < 1 || texts.size() > MAX_CERTIFICATES) {
      throw http.unexpected("it answers without certificates", null);
    }
    try {
      for (JsonNode text : texts) {
        certificates.add(Certificate.parse(text.asText()));
      }
    } catch (RefusedException e) {
      throw http.unexpected("a certificate can't be used: " + e.getMessage(), e);
    }
    Certificate last = certificates.get(certificates.size() - 1);
    Instant now = clock.instant();
    if (!last.key().equals(identity.key())) {
      throw http.unexpected("the certificate is for another key", null);
    }
    if (!last.expiresAt().isAfter(now)) {
      throw http.unexpected(
          "the certificate has ended at " + last.expiresAt() + "; is the clock here right?", null);
    }
    return identity.withCertificates(certificates).withAuthority(base);
  }

  private AuthorityException waitedTooLong() {
    return new AuthorityException(
        Reason.REFUSED,
        "the authority " + base + " did not sign within 10 minutes; begin again and log in sooner");
  }
}
