package org.peerroom.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.peerroom.identity.IdentityException;
import org.peerroom.identity.TrustedAuthorities;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** The file of the authorities that a peer trusts, read again when it has changed. */
final class TrustFile {

  private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

  private final Path file;

  /** Used by one look at a time. */
  private @Nullable Stamp read;

  TrustFile(Path file) {
    this.file = file;
  }

  private record Stamp(FileTime modified, long size) {}

  /**
   * Reads it; blocks.
   *
   * @throws IdentityException if it can't be read
   */
  TrustedAuthorities load() {
    read = stamp();
    return TrustedAuthorities.load(file);
  }

  /**
   * Looks from time to time, on a thread that may block.
   *
   * @param changed takes what a changed file says
   * @param problem takes why a changed file can't be read, once for each change
   */
  Disposable watch(Consumer<TrustedAuthorities> changed, Consumer<String> problem) {
    return Flux.interval(LOOK_EVERY, Schedulers.boundedElastic())
        .onBackpressureDrop()
        .subscribe(tick -> look(changed, problem));
  }

  void look(Consumer<TrustedAuthorities> changed, Consumer<String> problem) {
    Stamp now = stamp();
    if (Objects.equals(now, read)) {
      return;
    }
    read = now;
    try {
      changed.accept(TrustedAuthorities.load(file));
    } catch (IdentityException e) {
      problem.accept(String.valueOf(e.getMessage()));
    }
  }

  private @Nullable Stamp stamp() {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(attributes.lastModifiedTime(), attributes.size());
    } catch (IOException e) {
      return null;
    }
  }
}
