package org.peerroom.authority;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.peerroom.authority.AuthorityException.Reason;
import org.peerroom.identity.Identity;
import org.peerroom.identity.Scope;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** When an identity is renewed, in time that the test lets pass. */
class RenewalsTest {

  private static final Instant START = Instant.parse("2027-01-01T00:00:00Z");
  private static final Duration LIFE = Duration.ofDays(30);

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final InstantSource clock =
      () -> START.plusMillis(time.now(java.util.concurrent.TimeUnit.MILLISECONDS));
  private final Identity authority = Identity.generate("Acme");
  private final List<Instant> asked = new ArrayList<>();
  private final List<Identity> renewed = new ArrayList<>();
  private final List<Throwable> ended = new ArrayList<>();
  private Disposable subscription = () -> {};

  @AfterEach
  void stop() {
    subscription.dispose();
    time.dispose();
  }

  private Identity certified(Duration life) {
    Identity alice = Identity.generate("alice");
    return alice.withCertificates(
        List.of(
            authority.certify(
                alice.request(clock.instant()),
                "alice",
                Scope.ALL,
                clock.instant(),
                clock.instant().plus(life))));
  }

  private void keep(
      Identity identity, double random, Function<Identity, Mono<Identity>> authorityAnswers) {
    subscription =
        new Renewals(
                present ->
                    Mono.defer(
                        () -> {
                          asked.add(clock.instant());
                          return authorityAnswers.apply(present);
                        }),
                clock,
                time,
                () -> random)
            .of(identity)
            .subscribe(renewed::add, ended::add);
  }

  private void pass(Duration by) {
    // In steps, because a task that runs late sees the time at the end of a step.
    for (long minutes = by.toMinutes(); minutes > 0; minutes--) {
      time.advanceTimeBy(Duration.ofMinutes(1));
    }
  }

  @Test
  void renewal_comesAtTwoThirdsOfTheLife() {
    keep(certified(LIFE), 0.5, present -> Mono.just(certified(LIFE)));
    pass(Duration.ofDays(20).minusMinutes(1));
    assertEquals(0, asked.size());
    pass(Duration.ofMinutes(2));
    assertEquals(1, renewed.size());
    pass(Duration.ofDays(20).plusMinutes(5));
    assertEquals(2, renewed.size());
    assertEquals(List.of(), ended);
  }

  @Test
  void renewal_isSpreadOverATenthOfTheLife() {
    keep(certified(LIFE), 0, present -> Mono.never());
    pass(Duration.ofDays(20).minus(Duration.ofHours(36)).plusMinutes(2));
    assertEquals(1, asked.size());
    subscription.dispose();
    asked.clear();
    Instant again = clock.instant();
    keep(certified(LIFE), 0.999, present -> Mono.never());
    pass(Duration.ofDays(21));
    assertEquals(0, asked.size());
    pass(Duration.ofHours(13));
    assertEquals(1, asked.size());
    assertTrue(asked.get(0).isAfter(again.plus(Duration.ofDays(21))));
  }

  @Test
  void failureOfTheNetwork_isTriedAgainWithoutEnd() {
    keep(
        certified(LIFE),
        0.5,
        present ->
            Mono.error(
                new AuthorityException(
                    asked.size() % 2 == 0 ? Reason.UNREACHABLE : Reason.UNEXPECTED, "down")));
    pass(Duration.ofDays(21));
    assertEquals(List.of(), ended);
    int before = asked.size();
    assertTrue(before > 10, "tried " + before + " times");
    pass(Duration.ofDays(1));
    // Every 10 minutes, give or take half of that.
    int inADay = asked.size() - before;
    assertTrue(inADay >= 90 && inADay <= 300, "tried " + inADay + " times a day");
    assertEquals(List.of(), ended);
  }

  @Test
  void failureThatPasses_isFollowedByTheNextRenewal() {
    keep(
        certified(LIFE),
        0.5,
        present ->
            asked.size() <= 3
                ? Mono.error(new AuthorityException(Reason.BUSY, "busy"))
                : Mono.just(certified(LIFE)));
    pass(Duration.ofDays(20).plusMinutes(5));
    assertEquals(1, renewed.size());
    assertEquals(4, asked.size());
    pass(Duration.ofDays(21));
    assertEquals(2, renewed.size());
  }

  @Test
  void refusal_ends() {
    AuthorityException revoked = new AuthorityException(Reason.REFUSED, "revoked");
    keep(certified(LIFE), 0.5, present -> Mono.error(revoked));
    pass(Duration.ofDays(21));
    assertEquals(List.of(revoked), ended);
    assertEquals(1, asked.size());
  }

  @Test
  void renewal_comesAtOnceWhenItIsOverdue() {
    Identity old = certified(LIFE);
    pass(Duration.ofDays(25));
    keep(old, 0.5, present -> Mono.just(certified(LIFE)));
    time.advanceTimeBy(Duration.ofSeconds(1));
    assertEquals(1, renewed.size());
  }

  @Test
  void certificateWithLittleLifeLeft_makesNoLoop() {
    Identity old = certified(LIFE);
    pass(Duration.ofDays(25));
    // An authority that answers with what it has given before.
    keep(old, 0.5, present -> Mono.just(old));
    pass(Duration.ofMinutes(30));
    assertTrue(asked.size() >= 29 && asked.size() <= 32, "asked " + asked.size() + " times");
  }
}
