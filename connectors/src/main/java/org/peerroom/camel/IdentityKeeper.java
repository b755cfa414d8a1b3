package org.peerroom.camel;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.peerroom.Peer;
import org.peerroom.identity.Certificate;
import org.peerroom.identity.Identity;
import org.peerroom.identity.IdentityException;
import org.peerroom.identity.Revocation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Keeps up to date who a component's peer is and what it knows to be revoked: takes in what changes
 * in the files, has the identity renewed by its authority, and asks that what it has taken back.
 *
 * <p>Everything after the start happens on the thread of the scheduler, which may read files and
 * stretch passphrases.
 */
final class IdentityKeeper {

  /** How long a changed file may go unnoticed. */
  static final Duration LOOK_EVERY = Duration.ofSeconds(2);

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Logger LOG = LoggerFactory.getLogger(RoomComponent.class);

  private final IdentityOptions options;
  private final RevocationFiles files;
  private final Peer peer;
  private final Disposable.Swap renewal = Disposables.swap();
  private final Disposable.Swap poll = Disposables.swap();
  private volatile @Nullable Identity identity;
  private FileStamp stamp;
  private Scheduler scheduler = Schedulers.immediate();

  /**
   * @param identity who the peer was started as; null if it is anonymous
   * @param stamp of the identity's file when it was read
   */
  IdentityKeeper(
      IdentityOptions options,
      @Nullable Identity identity,
      FileStamp stamp,
      RevocationFiles files,
      Peer peer) {
    this.options = options;
    this.identity = identity;
    this.stamp = stamp;
    this.files = files;
    this.peer = peer;
  }

  /**
   * Takes in the revocations that are there, and begins to look and to renew.
   *
   * @param executor one thread, owned by the caller
   * @throws IllegalArgumentException with one line if a revocation does not count here
   */
  void start(List<Revocation> revoked, ScheduledExecutorService executor) {
    scheduler = Schedulers.fromExecutorService(executor);
    for (Revocation revocation : revoked) {
      String problem = take(revocation);
      if (problem != null) {
        throw new IllegalArgumentException("option revocations: " + problem);
      }
    }
    Identity now = identity;
    if (now != null) {
      LOG.info("speaking as {}, certified until {}", now.name(), end(now));
      renew(now);
      askForRevocations(now);
    }
    executor.scheduleWithFixedDelay(
        this::look, LOOK_EVERY.toMillis(), LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** When the peer's own identity ends unless it is renewed; empty if it is anonymous. */
  Optional<Instant> expiry() {
    Identity now = identity;
    return now == null ? Optional.empty() : Optional.ofNullable(end(now));
  }

  private static @Nullable Instant end(Identity of) {
    return of.certificates().stream()
        .map(Certificate::expiresAt)
        .min(Instant::compareTo)
        .orElse(null);
  }

  private void renew(Identity of) {
    options
        .authorityClient(of)
        .ifPresent(
            client ->
                renewal.update(
                    client
                        .keepRenewed(of)
                        .publishOn(scheduler, 1)
                        .subscribe(
                            this::renewed,
                            error ->
                                LOG.error(
                                    "the identity {} is not renewed any more: {}",
                                    of.name(),
                                    error.getMessage()))));
  }

  private void askForRevocations(Identity of) {
    if (options.trustFile() == null) {
      // Nothing would count.
      return;
    }
    options
        .authorityClient(of)
        .ifPresent(
            client ->
                poll.update(
                    new RevocationPoll(client, of.name(), options.authorityPoll(), this::take)
                        .start(scheduler)));
  }

  private void renewed(Identity renewed) {
    identity = renewed;
    LOG.info("the identity {} is renewed until {}", renewed.name(), end(renewed));
    try {
      options.saveIdentity(renewed);
    } catch (IdentityException e) {
      LOG.error(
          "the renewed identity {} is used but not saved: {}", renewed.name(), e.getMessage());
    }
    stamp = options.stampOfIdentity();
    reveal(renewed);
  }

  private void reveal(Identity as) {
    String problem = failureOf(peer.reveal(as));
    if (problem != null) {
      LOG.error("the peer can't speak as {}: {}", as.name(), problem);
    }
  }

  private void look() {
    try {
      for (RevocationFiles.Found found : files.changed()) {
        String problem = found.revocation() == null ? found.problem() : take(found.revocation());
        if (problem != null) {
          LOG.error("the revocation {}: {}", found.file(), problem);
        }
      }
      lookAtIdentity();
    } catch (RuntimeException e) {
      // A task that throws is not run again.
      LOG.error("can't read identity and revocations anew", e);
    }
  }

  private void lookAtIdentity() {
    FileStamp now = options.stampOfIdentity();
    if (identity == null || now.equals(stamp)) {
      return;
    }
    stamp = now;
    try {
      Identity read = options.loadIdentity();
      identity = read;
      LOG.info("the identity {} was read anew from {}", read.name(), options.identityFile());
      reveal(read);
      renew(read);
      askForRevocations(read);
    } catch (IllegalArgumentException e) {
      LOG.error("{}; the identity read last holds on", e.getMessage());
    }
  }

  /** Tells the peer of a revocation; what is wrong with it, or null. */
  private @Nullable String take(Revocation revocation) {
    if (!revocation.expiresAt().isAfter(Instant.now())) {
      LOG.info(
          "the revocation {} expired at {}; its file can be deleted",
          revocation.id(),
          revocation.expiresAt());
      return null;
    }
    return failureOf(peer.revoke(revocation));
  }

  private static @Nullable String failureOf(Mono<Void> work) {
    try {
      work.block(PATIENCE);
      return null;
    } catch (RuntimeException e) {
      return e.getMessage() == null ? e.toString() : e.getMessage();
    }
  }

  /** Stops to look, to renew and to ask; the executor is the caller's. */
  void close() {
    renewal.dispose();
    poll.dispose();
    scheduler.dispose();
  }
}
