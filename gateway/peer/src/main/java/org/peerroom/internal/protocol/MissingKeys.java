package org.peerroom.internal.protocol;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.peerroom.PeerId;

/**
 * Which feeds lack keys, and when to ask for them again: soon at first, then ever less often, at
 * last no more. Feeds that are only known because a neighbour speaks of them are limited for each
 * neighbour, so that one that makes them up does not crowd out what others tell.
 */
final class MissingKeys {

  /** How many feeds that are not known here one neighbour may make this peer ask for. */
  static final int MAX_HEARSAY_OF_ONE = 1_000;

  private static final int MAX_HEARSAY = 10_000;
  private static final long FIRST_REQUEST_MILLIS = 500;
  private static final long MAX_REQUEST_MILLIS = 30_000;
  private static final int MAX_ATTEMPTS = 12;

  private final Entropy entropy;
  private final Map<PeerId, Missing> missing = new LinkedHashMap<>();
  private final Map<PeerId, Integer> hearsayOf = new HashMap<>();
  private int hearsay;

  MissingKeys(Entropy entropy) {
    this.entropy = entropy;
  }

  /** One feed whose keys are asked for. */
  static final class Missing {
    final PeerId author;

    /** Who speaks of this feed, which is not known otherwise; null for a feed that is. */
    private final @Nullable PeerId teller;

    private int attempts;
    private long askTick;
    private boolean givenUp;

    private Missing(PeerId author, @Nullable PeerId teller, long askTick) {
      this.author = author;
      this.teller = teller;
      this.askTick = askTick;
    }

    /** How often it was asked for, this time included. */
    int attempts() {
      return attempts;
    }

    /** Whether it was asked for so often in vain that it no longer is. */
    boolean isGivenUp() {
      return givenUp;
    }
  }

  /**
   * Keys of this feed are missing from now on.
   *
   * @param teller the neighbour that speaks of a feed that is not known otherwise; null for a feed
   *     of a member, or one that is held
   */
  void add(PeerId author, @Nullable PeerId teller, Now now) {
    Missing known = missing.get(author);
    if (known != null && (teller != null || known.teller == null)) {
      return;
    }
    if (known != null) {
      remove(author);
    }
    if (teller != null) {
      int told = hearsayOf.getOrDefault(teller, 0);
      if (told >= MAX_HEARSAY_OF_ONE || hearsay >= MAX_HEARSAY) {
        return;
      }
      hearsayOf.put(teller, told + 1);
      hearsay++;
    }
    missing.put(author, new Missing(author, teller, now.tickMillis() + FIRST_REQUEST_MILLIS));
  }

  /** Whether keys of this feed are being asked for. */
  boolean contains(PeerId author) {
    return missing.containsKey(author);
  }

  void remove(PeerId author) {
    Missing was = missing.remove(author);
    if (was != null) {
      uncount(was);
    }
  }

  private void uncount(Missing was) {
    if (was.teller != null) {
      hearsay--;
      hearsayOf.computeIfPresent(was.teller, (t, count) -> count == 1 ? null : count - 1);
    }
  }

  /** What is to be asked for now, and what has just been given up. */
  List<Missing> due(Now now) {
    List<Missing> due = new ArrayList<>();
    for (Iterator<Missing> i = missing.values().iterator(); i.hasNext(); ) {
      Missing entry = i.next();
      if (entry.askTick > now.tickMillis()) {
        continue;
      }
      if (entry.attempts >= MAX_ATTEMPTS) {
        uncount(entry);
        i.remove();
        entry.givenUp = true;
        due.add(entry);
        continue;
      }
      long wait = Math.min(MAX_REQUEST_MILLIS, FIRST_REQUEST_MILLIS << entry.attempts);
      entry.askTick = now.tickMillis() + wait + entropy.nextInt((int) wait / 4);
      entry.attempts++;
      due.add(entry);
    }
    return due;
  }

  long nextTick() {
    long next = Long.MAX_VALUE;
    for (Missing entry : missing.values()) {
      next = Math.min(next, entry.askTick);
    }
    return next;
  }

  int size() {
    return missing.size();
  }
}
