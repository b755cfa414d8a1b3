package org.peerroom.gateway.demo;

import java.io.PrintStream;
import java.util.Locale;

/**
 * How far the demo is: one line that is written over on a terminal, a line every two seconds
 * elsewhere.
 */
final class Progress {

  private static final long EVERY_NANOS = 2_000_000_000L;

  private final PrintStream out;
  private final boolean terminal;
  private final int total;
  private final long began = System.nanoTime();
  private long lastShown = began;

  Progress(PrintStream out, boolean terminal, int total) {
    this.out = out;
    this.terminal = terminal;
    this.total = total;
  }

  void show(int arrived) {
    long now = System.nanoTime();
    String line =
        String.format(
            Locale.ROOT,
            "  %,d of %,d orders in the queue, %.1f s",
            arrived,
            total,
            (now - began) / 1e9);
    if (terminal) {
      out.print("\r" + line);
      out.flush();
    } else if (now - lastShown >= EVERY_NANOS) {
      lastShown = now;
      out.println(line);
    }
  }

  void done(int arrived) {
    lastShown = 0;
    show(arrived);
    if (terminal) {
      out.println();
    }
  }
}
