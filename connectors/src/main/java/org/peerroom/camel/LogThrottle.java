package org.peerroom.camel;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Lets a log line through at once, and the next about the same thing only after a while. What a
 * remote can repeat is logged through this. Remembers a bounded number of things, those spoken of
 * last.
 */
final class LogThrottle {

  private final long windowNanos;
  private final int capacity;
  private final LongSupplier nanoTime;
  private final LinkedHashMap<String, Window> windows = new LinkedHashMap<>(16, 0.75f, true);

  private static final class Window {
    private long openedAt;
    private long held;
  }

  LogThrottle(Duration window, int capacity, LongSupplier nanoTime) {
    this.windowNanos = window.toNanos();
    this.capacity = capacity;
    this.nanoTime = nanoTime;
  }

  /**
   * The weight of what was held back since the last line about this; empty if this one is held back
   * too.
   */
  synchronized OptionalLong permit(String about, long weight) {
    long now = nanoTime.getAsLong();
    Window window = windows.get(about);
    if (window == null) {
      window = new Window();
      windows.put(about, window);
      forgetEldest();
    } else if (now - window.openedAt < windowNanos) {
      window.held += weight;
      return OptionalLong.empty();
    }
    long held = window.held;
    window.openedAt = now;
    window.held = 0;
    return OptionalLong.of(held);
  }

  private void forgetEldest() {
    if (windows.size() > capacity) {
      Map.Entry<String, Window> eldest = windows.entrySet().iterator().next();
      windows.remove(eldest.getKey());
    }
  }
}
