package org.peerroom.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.peerroom.identity.IdentityException;
import org.peerroom.identity.TrustedAuthorities;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/**
 * The file of the authorities that a peer trusts, read again and again. What counts is what stands
 * in it: a file that was copied over another with its old time and of the same size is noticed too.
 */
final class TrustFile {

  private static final Logger LOG = LoggerFactory.getLogger(TrustFile.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

  private final Path file;

  /** The last good list; used by one look at a time, as is {@link #wrong}. */
  private TrustedAuthorities good = TrustedAuthorities.NONE;

  /** Why the file could not be read the last time; null if it could. */
  private @Nullable String wrong;

  TrustFile(Path file) {
    this.file = file;
  }

  /**
   * Reads it; blocks.
   *
   * @throws IdentityException if it can't be read
   */
  TrustedAuthorities load() {
    TrustedAuthorities read = TrustedAuthorities.load(file);
    good = read;
    return read;
  }

  /**
   * Looks from time to time, on a thread that may block.
   *
   * @param changed takes what a changed file says
   * @param problem takes why it can't be read, once until it can be or something else is wrong
   */
  Disposable watch(Consumer<TrustedAuthorities> changed, Consumer<String> problem) {
    return Flux.interval(LOOK_EVERY, Schedulers.boundedElastic())
        .onBackpressureDrop()
        .subscribe(tick -> lookAndGoOn(changed, problem));
  }

  /** The next look may fare better. */
  private void lookAndGoOn(Consumer<TrustedAuthorities> changed, Consumer<String> problem) {
    try {
      look(changed, problem);
    } catch (RuntimeException e) {
      LOG.error("A defect in this program: {} was not looked at. Please report it.", file, e);
    }
  }

  void look(Consumer<TrustedAuthorities> changed, Consumer<String> problem) {
    try {
      TrustedAuthorities read = TrustedAuthorities.load(file);
      wrong = null;
      if (!read.equals(good)) {
        good = read;
        changed.accept(read);
      }
    } catch (IdentityException e) {
      String why = String.valueOf(e.getMessage());
      if (!why.equals(wrong)) {
        wrong = why;
        problem.accept(why);
      }
    }
  }
}
