package org.peerroom.internal.protocol;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which message keys a subscription has dealt with, and which messages it has in hand. Of messages
 * with one key that come while the first is in hand, none is delivered until it is known what
 * becomes of that one.
 */
final class Duplicates {

  private final SeenKeys seen;
  private final Map<MessageKey, Pending> inHand = new HashMap<>();
  private final Map<MessageKey, Deque<Pending>> held = new HashMap<>();
  private int heldCount;
  private long passedOver;

  Duplicates(SeenKeys seen) {
    this.seen = seen;
  }

  /** How many messages wait for others. */
  int heldCount() {
    return heldCount;
  }

  /** How many messages were not delivered because one with their key had been. */
  long passedOver() {
    return passedOver;
  }

  /** Whether a message with this key has been dealt with; if so, counts another one. */
  boolean passesOver(@Nullable MessageKey key, long wallMillis) {
    boolean known = key != null && seen.contains(key, wallMillis);
    passedOver += known ? 1 : 0;
    return known;
  }

  /** Whether another message with this key is in hand. */
  boolean isInHand(@Nullable MessageKey key) {
    return key != null && inHand.containsKey(key);
  }

  /** This message is in hand from now on. */
  void take(Pending pending) {
    if (pending.key != null) {
      inHand.put(pending.key, pending);
    }
  }

  /** This message waits for the one with its key that is in hand. */
  void hold(Pending pending) {
    if (pending.key != null) {
      pending.held = true;
      heldCount++;
      held.computeIfAbsent(pending.key, k -> new ArrayDeque<>()).add(pending);
    }
  }

  /**
   * This message has been dealt with.
   *
   * @return those that waited for it, which need not be delivered now
   */
  Collection<Pending> dealtWith(Pending pending, long wallMillis) {
    MessageKey key = pending.key;
    if (key == null || inHand.get(key) != pending) {
      return List.of();
    }
    inHand.remove(key);
    seen.add(key, pending.expiresMillis, wallMillis);
    Deque<Pending> waited = held.remove(key);
    if (waited == null) {
      return List.of();
    }
    waited.forEach(one -> one.held = false);
    heldCount -= waited.size();
    passedOver += waited.size();
    return new ArrayList<>(waited);
  }

  /**
   * This message will not be delivered any more.
   *
   * @return the one that is to be delivered instead; null if there is none
   */
  @Nullable Pending givenUp(Pending pending) {
    MessageKey key = pending.key;
    if (key == null) {
      return null;
    }
    Deque<Pending> waiting = held.get(key);
    if (pending.held) {
      pending.held = false;
      heldCount--;
      if (waiting != null && waiting.remove(pending) && waiting.isEmpty()) {
        held.remove(key);
      }
      return null;
    }
    if (!inHand.remove(key, pending) || waiting == null) {
      return null;
    }
    Pending next = waiting.remove();
    next.held = false;
    heldCount--;
    inHand.put(key, next);
    if (waiting.isEmpty()) {
      held.remove(key);
    }
    return next;
  }
}
