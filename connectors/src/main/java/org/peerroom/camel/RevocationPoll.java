package org.peerroom.camel;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.peerroom.authority.AuthorityClient;
import org.peerroom.authority.AuthorityException;
import org.peerroom.identity.Revocation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Asks an authority again and again for what it has taken back. Nothing that goes wrong ends it; it
 * is logged when it begins, when it becomes another failure, and when it is over.
 */
final class RevocationPoll {

  private static final Logger LOG = LoggerFactory.getLogger(RoomComponent.class);

  /** Many peers that were started together need not ask together. */
  private static final double JITTER = 0.2;

  private final AuthorityClient authority;
  private final String name;
  private final Duration every;
  private final Function<Revocation, @Nullable String> taker;
  // What the authority serves is bounded, and these hold nothing else.
  private final Set<Revocation> taken = new HashSet<>();
  private final Set<Revocation> refused = new HashSet<>();
  private AuthorityException.@Nullable Reason failure;

  /**
   * @param name whose authority it is, for the log
   * @param taker what gets each revocation until it has taken it; says in one line why it does not,
   *     else null
   */
  RevocationPoll(
      AuthorityClient authority,
      String name,
      Duration every,
      Function<Revocation, @Nullable String> taker) {
    this.authority = authority;
    this.name = name;
    this.every = every;
    this.taker = taker;
  }

  /**
   * Asks at once, and then a while after each answer, until what it returns is disposed of.
   *
   * @param scheduler of one thread, which may block; gets what was answered
   */
  Disposable start(Scheduler scheduler) {
    return Mono.defer(authority::revocations)
        .publishOn(scheduler)
        .doOnNext(this::take)
        .onErrorResume(
            error -> {
              failed(error);
              return Mono.empty();
            })
        .then()
        .repeatWhen(rounds -> rounds.concatMap(round -> Mono.delay(pause())))
        .subscribe();
  }

  private Duration pause() {
    double factor = 1 + JITTER * (2 * ThreadLocalRandom.current().nextDouble() - 1);
    return Duration.ofMillis(Math.round(every.toMillis() * factor));
  }

  private void take(List<Revocation> served) {
    if (failure != null) {
      failure = null;
      LOG.info("the authority of {} says again what is revoked", name);
    }
    Set<Revocation> now = new HashSet<>(served);
    taken.retainAll(now);
    refused.retainAll(now);
    for (Revocation revocation : served) {
      if (!taken.contains(revocation) && revocation.expiresAt().isAfter(Instant.now())) {
        take(revocation);
      }
    }
  }

  private void take(Revocation revocation) {
    String problem = taker.apply(revocation);
    if (problem == null) {
      taken.add(revocation);
      refused.remove(revocation);
    } else if (refused.add(revocation)) {
      // It may count later: when the trust file changes, or others have expired.
      LOG.error(
          "the revocation {} by the authority of {} is not heeded: {}",
          revocation.id(),
          name,
          problem);
    }
  }

  private void failed(Throwable error) {
    if (!(error instanceof AuthorityException known)) {
      LOG.error("what the authority of {} has revoked can't be taken in", name, error);
      return;
    }
    if (!Objects.equals(failure, known.reason())) {
      failure = known.reason();
      LOG.warn(
          "what the authority of {} revokes from now on is not known here until it answers: {}",
          name,
          known.getMessage());
    }
  }
}
