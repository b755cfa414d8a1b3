package org.peerroom.gateway.authority;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.peerroom.identity.Certificate;
import org.peerroom.identity.CertificateRequest;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Requests whose answers are still to come or to be fetched, for 10 minutes. Who asks by a login
 * proves nothing beforehand, so those are bounded, in all and for one address, and refused at the
 * bound. Answers to tokens are bounded too; at the bound the oldest is forgotten, and comes again
 * to whoever asks again with the same token. Thread-safe.
 */
final class PendingRequests {

  static final int MAX_LOGINS = 1_000;
  static final int MAX_LOGINS_OF_ADDRESS = 10;
  static final int MAX_ANSWERS = 1_000;
  static final Duration LIFE = Duration.ofMinutes(10);

  private static final SecureRandom RANDOM = new SecureRandom();

  private final InstantSource clock;
  private final Map<String, Pending> logins = new LinkedHashMap<>();
  private final Map<String, Pending> answers = new LinkedHashMap<>();

  PendingRequests(InstantSource clock) {
    this.clock = clock;
  }

  /** One request and, when it has come, its answer. */
  static final class Pending {
    private final String id = random();
    private final CertificateRequest request;
    private final ByteBuffer address;
    private final Instant end;
    private final Sinks.One<List<Certificate>> answer = Sinks.one();

    private Pending(CertificateRequest request, InetAddress address, Instant end) {
      this.request = request;
      this.address = RateLimit.key(address);
      this.end = end;
    }

    /** Known to whoever asked and to no one else. */
    String id() {
      return id;
    }

    CertificateRequest request() {
      return request;
    }

    /** Signed, or refused by an error; waits until then. */
    Mono<List<Certificate>> answer() {
      return answer.asMono();
    }

    /** The answer has come; only the first counts. */
    void signed(List<Certificate> certificates) {
      answer.tryEmitValue(certificates);
    }

    /** The answer is no; only the first answer counts. */
    void refused(RequestException why) {
      answer.tryEmitError(why);
    }
  }

  /** A name of 128 random bits that nobody can guess. */
  static String random() {
    byte[] bytes = new byte[16];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /**
   * A request that waits for someone to log in.
   *
   * @throws RequestException if too many do
   */
  synchronized Pending login(CertificateRequest request, InetAddress address) {
    forgetOld();
    if (logins.size() >= MAX_LOGINS) {
      throw RequestException.later("too many wait for a login; try again in some minutes");
    }
    ByteBuffer key = RateLimit.key(address);
    if (logins.values().stream().filter(other -> other.address.equals(key)).count()
        >= MAX_LOGINS_OF_ADDRESS) {
      throw RequestException.tooOften(
          "too many from this address wait for a login; try again in some minutes");
    }
    Pending pending = new Pending(request, address, clock.instant().plus(LIFE));
    logins.put(pending.id, pending);
    return pending;
  }

  /** A request that is answered already. */
  synchronized Pending answered(
      CertificateRequest request, InetAddress address, List<Certificate> certificates) {
    forgetOld();
    if (answers.size() >= MAX_ANSWERS) {
      Iterator<String> oldest = answers.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
    Pending pending = new Pending(request, address, clock.instant().plus(LIFE));
    pending.signed(certificates);
    answers.put(pending.id, pending);
    return pending;
  }

  /**
   * A request by its id.
   *
   * @throws RequestException if there is none
   */
  synchronized Pending find(String id) {
    forgetOld();
    Pending pending = logins.getOrDefault(id, answers.get(id));
    if (pending == null) {
      throw RequestException.unknown(
          "there is no such request, or it is older than 10 minutes; ask again");
    }
    return pending;
  }

  /** Whether it still waits for a login or its answer can still be fetched. */
  boolean knows(Pending pending) {
    return pending.end.isAfter(clock.instant());
  }

  private void forgetOld() {
    Instant now = clock.instant();
    for (Map<String, Pending> some : List.of(logins, answers)) {
      some.values().removeIf(pending -> !pending.end.isAfter(now));
    }
  }
}
