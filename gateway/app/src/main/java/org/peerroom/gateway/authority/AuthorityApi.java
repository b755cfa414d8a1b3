package org.peerroom.gateway.authority;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.peerroom.gateway.authority.Logins.Begun;
import org.peerroom.gateway.authority.PendingRequests.Pending;
import org.peerroom.identity.CertificateRequest;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The API of the authority. What signs, reads or writes runs on threads that may block. */
final class AuthorityApi {

  /** How long an answer may be waited for. */
  static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

  private static final Pattern REQUEST = Pattern.compile("/v1/requests/([A-Za-z0-9_-]{1,64})");

  private final Issuer issuer;
  private final PendingRequests pending;
  private final @Nullable Logins logins;
  private final Scheduler blocking;

  /**
   * @param logins null where there is no OpenID provider
   * @param blocking whose queue is bounded
   */
  AuthorityApi(
      Issuer issuer, PendingRequests pending, @Nullable Logins logins, Scheduler blocking) {
    this.issuer = issuer;
    this.pending = pending;
    this.logins = logins;
    this.blocking = blocking;
  }

  /** The answer, or a {@link RequestException}, or what went wrong here. */
  Mono<Reply> answer(Call call) {
    String path = call.path();
    Matcher request = REQUEST.matcher(path);
    if (request.matches()) {
      return method(call, "GET").orElseGet(() -> fetch(request.group(1), call));
    }
    return switch (path) {
      case "/v1/requests" -> method(call, "POST").orElseGet(() -> run(() -> ask(call)));
      case "/v1/renewals" -> method(call, "POST").orElseGet(() -> run(() -> renew(call)));
      case "/v1/authority" -> method(call, "GET").orElseGet(() -> run(this::authority));
      case "/v1/revocations" -> method(call, "GET").orElseGet(() -> run(this::revocations));
      case "/v1/login/callback" -> method(call, "GET").orElseGet(() -> run(() -> returned(call)));
      case "/v1/login/confirm" -> method(call, "POST").orElseGet(() -> run(() -> confirm(call)));
      default -> Mono.error(RequestException.unknown("nothing is served at this path"));
    };
  }

  private static Optional<Mono<Reply>> method(Call call, String expected) {
    return call.method().equals(expected)
        ? Optional.empty()
        : Optional.of(
            Mono.error(RequestException.notAllowed("only " + expected + " is taken here")));
  }

  private Mono<Reply> run(Callable<Reply> work) {
    return Mono.fromCallable(work).subscribeOn(blocking);
  }

  private Reply ask(Call call) throws Exception {
    ObjectNode body = body(call, Set.of("request", "token"));
    CertificateRequest request = issuer.request(text(body, "request"));
    Optional<String> token = optionalText(body, "token");
    if (token.isPresent()) {
      Pending answered =
          pending.answered(request, call.from(), issuer.enrol(request, token.get().strip()));
      return Reply.json(202, Json.object().put("id", answered.id()));
    }
    if (logins == null) {
      throw RequestException.refused(
          "a token is needed: ask for one (gateway authority token) and send it along");
    }
    Begun begun = logins.begin(request, call.from(), callback(call.base()));
    return Reply.json(
        202, Json.object().put("id", begun.id()).put("login", begun.login().toString()));
  }

  private static URI callback(URI base) {
    return URI.create(base.toString().replaceFirst("/$", "") + "/v1/login/callback");
  }

  private Mono<Reply> fetch(String id, Call call) {
    return Mono.defer(
        () -> {
          Duration wait = wait(call.parameter("wait"));
          Mono<Reply> notYet =
              Mono.fromSupplier(() -> Reply.json(202, Json.object().put("id", id)));
          return pending
              .find(id)
              .answer()
              .map(Reply::certificates)
              // With no time to wait an answer that is there must still win.
              .timeout(wait.isZero() ? Duration.ofMillis(20) : wait, notYet);
        });
  }

  private static Duration wait(@Nullable String seconds) {
    if (seconds == null) {
      return Duration.ZERO;
    }
    if (!seconds.matches("[0-9]{1,4}")) {
      throw RequestException.malformed("'wait' is a number of seconds");
    }
    Duration wait = Duration.ofSeconds(Long.parseLong(seconds));
    return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
  }

  private Reply renew(Call call) throws Exception {
    ObjectNode body = body(call, Set.of("request", "certificates"));
    CertificateRequest request = issuer.request(text(body, "request"));
    List<String> certificates;
    try {
      certificates = Json.texts(body, "certificates");
    } catch (Json.MalformedException e) {
      throw malformed(e);
    }
    return Reply.certificates(issuer.renew(request, certificates));
  }

  private Reply authority() {
    return Reply.json(200, Json.object().put("name", issuer.name()).put("key", issuer.key().hex()));
  }

  private Reply revocations() throws Exception {
    ObjectNode json = Json.object();
    ArrayNode texts = json.putArray("revocations");
    issuer.revocations().forEach(revocation -> texts.add(revocation.text()));
    return Reply.json(200, json);
  }

  private Reply returned(Call call) throws Exception {
    String state = call.parameter("state");
    if (logins == null || state == null) {
      throw RequestException.refused("this login is over, or was not begun here; begin again");
    }
    return Reply.page(
        200,
        LoginPage.confirm(logins.returned(state, call.parameter("code"), call.parameter("error"))));
  }

  private Reply confirm(Call call) throws Exception {
    QueryStringDecoder form =
        new QueryStringDecoder(new String(call.body(), StandardCharsets.UTF_8), false);
    List<String> secret = form.parameters().getOrDefault("secret", List.of());
    boolean yes = form.parameters().getOrDefault("answer", List.of()).contains("yes");
    if (logins == null || secret.isEmpty()) {
      throw RequestException.refused("this login is over; begin again");
    }
    return Reply.page(200, LoginPage.done(logins.confirmed(secret.get(0), yes)));
  }

  private static ObjectNode body(Call call, Set<String> names) {
    try {
      return Json.parse(call.body(), names);
    } catch (Json.MalformedException e) {
      throw malformed(e);
    }
  }

  private static String text(ObjectNode body, String name) {
    try {
      return Json.text(body, name);
    } catch (Json.MalformedException e) {
      throw malformed(e);
    }
  }

  private static Optional<String> optionalText(ObjectNode body, String name) {
    try {
      return Json.optionalText(body, name);
    } catch (Json.MalformedException e) {
      throw malformed(e);
    }
  }

  private static RequestException malformed(Json.MalformedException why) {
    return RequestException.malformed("the body can't be used: " + why.getMessage());
  }
}
