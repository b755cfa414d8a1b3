package org.peerroom.internal.protocol;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** In which lanes of a subscription there may be something to deliver; they take turns. */
final class LaneTurns {

  private final Set<Lane> due = new LinkedHashSet<>();

  /** Lanes that wait until fewer duplicates are held back. */
  private final Set<Lane> crowded = new LinkedHashSet<>();

  /** What is to be delivered again later. */
  private final TreeSet<Pending> delayed = new TreeSet<>(Pending.BY_DUE);

  /** There may be something to deliver in this lane. */
  void add(Lane lane) {
    due.add(lane);
  }

  /** There is nothing to deliver in this lane before something else has been dealt with. */
  void addWhenLessIsHeld(Lane lane) {
    crowded.add(lane);
  }

  /** Something has been dealt with. */
  void lessIsHeld() {
    due.addAll(crowded);
    crowded.clear();
  }

  /** This is to be delivered when it is due. */
  void delay(Pending pending) {
    delayed.add(pending);
  }

  /** This is not waited for any more; to be said before its due time or serial changes. */
  void undelay(Pending pending) {
    delayed.remove(pending);
  }

  void remove(Lane lane) {
    due.remove(lane);
    crowded.remove(lane);
  }

  /** Takes the lane whose turn it is for this consumer; null if there is none. */
  @Nullable Lane take(SubscriptionConsumer consumer) {
    Lane current = consumer.current;
    if (current != null && isFor(current, consumer)) {
      due.remove(current);
      return current;
    }
    for (Iterator<Lane> i = due.iterator(); i.hasNext(); ) {
      Lane lane = i.next();
      if (isFor(lane, consumer)) {
        i.remove();
        return lane;
      }
    }
    return null;
  }

  private static boolean isFor(Lane lane, SubscriptionConsumer consumer) {
    return lane.holder == null || lane.holder == consumer;
  }

  /** When something that was delayed is due. */
  long nextTick() {
    return delayed.isEmpty() ? Long.MAX_VALUE : delayed.first().dueTick;
  }

  /** Adds the lanes of what is due; whether anything is. */
  boolean advance(long tickMillis) {
    boolean any = false;
    while (nextTick() <= tickMillis) {
      Pending pending = delayed.first();
      delayed.remove(pending);
      due.add(pending.lane);
      any = true;
    }
    return any;
  }
}
