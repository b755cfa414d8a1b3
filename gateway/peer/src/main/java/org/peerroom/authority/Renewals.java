package org.peerroom.authority;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import org.peerroom.identity.Certificate;
import org.peerroom.identity.Identity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * When an identity is renewed: at two thirds of the life of its certificate, up to a twentieth of
 * that life earlier or later, so that those who were certified together don't come back together.
 */
final class Renewals {

  /** A machine that slept or whose clock was set finds out within this time. */
  static final Duration LONGEST_SLEEP = Duration.ofMinutes(10);

  static final Duration FIRST_RETRY = Duration.ofSeconds(5);
  static final Duration LONGEST_RETRY = Duration.ofMinutes(10);

  private static final Logger LOG = LoggerFactory.getLogger(Renewals.class);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private final Function<Identity, Mono<Identity>> renew;
  private final InstantSource clock;
  private final Scheduler timer;
  private final DoubleSupplier random;

  /**
   * @param random numbers from 0 to below 1
   */
  Renewals(
      Function<Identity, Mono<Identity>> renew,
      InstantSource clock,
      Scheduler timer,
      DoubleSupplier random) {
    this.renew = renew;
    this.clock = clock;
    this.timer = timer;
    this.random = random;
  }

  /** Each renewed identity, without end; an error only when the authority refuses. */
  Flux<Identity> of(Identity identity) {
    return Flux.defer(
        () -> {
          Round round = new Round(identity, due(identity));
          return Mono.defer(() -> sleepUntil(round.due).then(renewed(round.identity)))
              .doOnNext(
                  next -> {
                    round.due = atTheEarliest(due(next), next);
                    round.identity = next;
                  })
              .repeat();
        });
  }

  /** What the next renewal starts from. */
  private static final class Round {
    private volatile Identity identity;
    private volatile Instant due;

    private Round(Identity identity, Instant due) {
      this.identity = identity;
      this.due = due;
    }
  }

  private Mono<Void> sleepUntil(Instant due) {
    return Mono.defer(
            () -> {
              Duration left = Duration.between(clock.instant(), due);
              return left.isNegative() || left.isZero()
                  ? Mono.empty()
                  : Mono.delay(left.compareTo(LONGEST_SLEEP) < 0 ? left : LONGEST_SLEEP, timer);
            })
        .repeat(() -> clock.instant().isBefore(due))
        .then();
  }

  private Mono<Identity> renewed(Identity identity) {
    return renew
        .apply(identity)
        .retryWhen(
            Retry.backoff(Long.MAX_VALUE, FIRST_RETRY)
                .maxBackoff(LONGEST_RETRY)
                .scheduler(timer)
                .filter(Renewals::mayWorkLater)
                .doBeforeRetry(
                    retry ->
                        LOG.warn(
                            "the identity {} is not renewed yet and valid until {}: {}",
                            identity.name(),
                            last(identity).expiresAt(),
                            retry.failure().getMessage())));
  }

  /** A proxy or a clock that is wrong for a while must not end what runs for years. */
  private static boolean mayWorkLater(Throwable failure) {
    return failure instanceof AuthorityException e
        && e.reason() != AuthorityException.Reason.REFUSED;
  }

  private Instant due(Identity identity) {
    Certificate certificate = last(identity);
    long life = Duration.between(certificate.notBefore(), certificate.expiresAt()).toMillis();
    return certificate
        .notBefore()
        .plusMillis((long) (life * (2.0 / 3.0 + (random.getAsDouble() - 0.5) / 10)));
  }

  /** A certificate that comes with little life left must not make a loop of this. */
  private Instant atTheEarliest(Instant due, Identity identity) {
    Certificate certificate = last(identity);
    Duration pause =
        Duration.between(certificate.notBefore(), certificate.expiresAt()).dividedBy(10);
    Instant earliest =
        clock.instant().plus(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
    return due.isBefore(earliest) ? earliest : due;
  }

  private static Certificate last(Identity identity) {
    return identity.certificates().get(identity.certificates().size() - 1);
  }
}
