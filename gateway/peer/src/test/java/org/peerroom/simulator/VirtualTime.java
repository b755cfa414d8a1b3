package org.peerroom.simulator;

import java.util.PriorityQueue;

/** What happens when, in a time that passes only as fast as things are done. Not thread-safe. */
final class VirtualTime {

  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private long nowMicros;
  private long scheduled;

  /** Of two events of one time the one that was planned first comes first. */
  private record Event(long atMicros, long order, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(atMicros, other.atMicros);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  /** Microseconds since the simulation began. */
  long nowMicros() {
    return nowMicros;
  }

  /** Plans something for this time, or for now if the time has passed. */
  void at(long micros, Runnable action) {
    events.add(new Event(Math.max(micros, nowMicros), scheduled++, action));
  }

  /** Plans something for this many microseconds from now. */
  void after(long micros, Runnable action) {
    at(nowMicros + micros, action);
  }

  /**
   * Does the next thing that is planned until this time; false, and it is that time, if none is.
   */
  boolean step(long untilMicros) {
    Event next = events.peek();
    if (next == null || next.atMicros > untilMicros) {
      nowMicros = Math.max(nowMicros, untilMicros);
      return false;
    }
    events.remove();
    nowMicros = next.atMicros;
    next.action.run();
    return true;
  }
}
